"""Worlds and their scenarios, as parts of the control API."""

from typing import cast

from ice_mock.client.documents import EndedWorld, Json, NewWorld, Scenario, World
from ice_mock.client.errors import ScenarioRefused
from ice_mock.client.part import Listing, Part, quoted


class Worlds(Listing[World]):
    """The worlds of a server."""

    _listed = "worlds"

    def ended(self) -> list[EndedWorld]:
        """The worlds that were called after they had ended, or that had callbacks still to be sent."""
        return cast("list[EndedWorld]", self._get("/worlds")["ended"])

    def create(
        self,
        *,
        access_key_id: str | None = None,
        access_key_secret: str | None = None,
        security_token: str | None = None,
        scenario: str | None = None,
        clock: str | None = None,
        default_clock: str | None = None,
        signatures: str | None = None,
        label: str | None = None,
    ) -> NewWorld:
        """Begin a world; what is not given is made up (the key) or taken from the server (the rest).

        *scenario* is the name of a ready one. *clock* is ``real``, ``frozen`` or ``xN``; the *default_clock*
        is for a world whose scenario states none, instead of the server's. *signatures* is ``off``,
        ``known`` or ``required``. A *label*, such as a test's name, says what it is for.
        """
        given = {
            "access_key_id": access_key_id,
            "access_key_secret": access_key_secret,
            "security_token": security_token,
            "scenario": scenario,
            "clock": clock,
            "default_clock": default_clock,
            "signatures": signatures,
            "label": label,
        }
        wanted = {name: value for name, value in given.items() if value is not None}
        return cast("NewWorld", self._post("/worlds", wanted))

    def find(self, world: str) -> World:
        """The world with this id; raises ControlRefused if there is none."""
        return cast("World", self._get(f"/worlds/{quoted(world)}"))

    def reset(self, world: str) -> World:
        """Begin a world anew, the way it began before."""
        return cast("World", self._post(f"/worlds/{quoted(world)}/reset"))

    def delete(self, world: str) -> None:
        """End a world; raises ControlRefused for the default one."""
        self._delete(f"/worlds/{quoted(world)}")


class Scenarios(Listing[Scenario]):
    """The scenarios that come ready with a server."""

    _listed = "scenarios"

    def find(self, name: str) -> Scenario:
        """The ready scenario of this name; raises ControlRefused if there is none."""
        return self._found("scenario", name, "name")

    def schema(self) -> Json:
        """The JSON Schema of scenario files."""
        return self._get("/scenario.schema.json")


class OwnScenario(Part):
    """The scenario that a world began with."""

    def read(self) -> Scenario:
        """Its name, description, and the text that it was read from."""
        return cast("Scenario", self._get("/scenario"))

    def replace(self, text: str) -> World:
        """Begin the world anew with the scenario in *text*, YAML or JSON; its access key stays the same.

        Raises ScenarioRefused, which names every mistake in the text; then nothing has changed.
        """
        with ScenarioRefused.instead():
            return cast("World", self._server.call("PUT", f"{self._path}/scenario", text=text))
