"""A scenario on top of another one: what is merged, what is replaced, and what cannot be extended."""

import pytest

from ice_mock.domain.scenario import StreamSpec
from ice_mock.scenario import ScenarioInvalid, load, load_file

BASE = """\
scenario: base
description: The base.
seed: 7
account:
  limits: {concurrent_jobs: 5, requests_per_second: 9}
  policy: {Version: "1", Statement: {Effect: Allow, Action: "*", Resource: "*"}}
streams:
  - {url: "rtmp://a/b/one", state: live}
  - {url: "rtmp://a/b/two", state: live}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "base.yaml").write_text(BASE)
    return tmp_path


def write(folder, name: str, text: str):
    (folder / name).write_text(text)
    return folder / name


def test_mappings_merge_and_what_is_said_last_wins(folder) -> None:
    child = write(folder, "child.yaml", "extends: base.yaml\naccount: {limits: {concurrent_jobs: 1}}\n")

    scenario = load_file(child)

    assert scenario.seed == 7
    assert (scenario.account.concurrent_jobs, scenario.account.requests_per_second) == (1, 9)


def test_lists_are_replaced(folder) -> None:
    child = write(folder, "child.yaml", 'extends: base.yaml\nstreams: [{url: "rtmp://a/b/three"}]\n')

    assert load_file(child).streams == (StreamSpec("rtmp://a/b/three"),)


def test_a_policy_is_replaced_as_a_whole(folder) -> None:
    statement = '{Effect: Deny, NotAction: "ice:Get*", Resource: "*"}'
    text = f"extends: base.yaml\naccount: {{policy: {{Statement: {statement}}}}}"

    (statement,) = load_file(write(folder, "child.yaml", text)).account.policy.statements

    assert (statement.actions, statement.not_actions) == (None, ("ice:Get*",))


def test_names_and_descriptions_are_not_inherited(folder) -> None:
    scenario = load_file(write(folder, "child.yaml", "extends: base.yaml\n"))

    assert (scenario.name, scenario.description) == ("child", "")


def test_a_scenario_that_is_extended_may_extend_another_one(folder) -> None:
    write(folder, "middle.yaml", "extends: base.yaml\nsignatures: required\nseed: 8\n")

    scenario = load_file(write(folder, "child.json", '{"extends": "middle.yaml"}'))

    assert (scenario.seed, scenario.signatures, len(scenario.streams)) == (8, "required", 2)


def test_a_ready_scenario_is_extended_by_its_name() -> None:
    scenario = load("extends: one-room\nseed: 5", source="x")

    assert [job.name for job in scenario.jobs] == ["room 1"]


def test_mistakes_of_the_base_are_placed_in_its_file_and_come_last(folder) -> None:
    write(folder, "base.yaml", "seed: x\nclock: {mode: frozen}\n")
    child = write(folder, "child.yaml", "extends: base.yaml\n\nclock: {start: y}\n")

    with pytest.raises(ScenarioInvalid) as caught:
        load_file(child)

    places = [(each.source, each.line, each.path) for each in caught.value.problems]
    assert places == [("child.yaml", 3, "clock.start"), ("base.yaml", 1, "seed")]


REFUSED = {
    "itself": (
        "extends: child.yaml",
        "found 'child.yaml', expected a scenario that does not extend this one in turn",
    ),
    "a file that is not there": (
        "extends: nothing.yaml",
        "found 'nothing.yaml', expected a file that exists",
    ),
    "a file elsewhere": (
        "extends: ../other.yaml",
        "found '../other.yaml', expected a file in the same folder",
    ),
    "a file from the root": (
        "extends: /etc/x.yaml",
        "found '/etc/x.yaml', expected a file in the same folder",
    ),
    "a name that is not there": (
        "extends: one-rom",
        (
            "found 'one-rom', expected the name of a ready scenario, or a file beside this one that ends in "
            ".yaml (did you mean one-room?)"
        ),
    ),
    "a number": ("extends: 5", 'found 5, expected text in one line (did you mean "5"?)'),
    "an impossible name": ('extends: "a\\0b.yaml"', "found 'a\0b.yaml', expected a file in the same folder"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_extended(folder, text, message) -> None:
    with pytest.raises(ScenarioInvalid) as caught:
        load_file(write(folder, "child.yaml", text))

    assert str(caught.value) == f"child.yaml:1:1: extends: {message}"


def test_a_file_may_extend_the_ready_scenario_of_its_own_name(folder) -> None:
    child = write(folder, "one-room.yaml", "extends: one-room\nseed: 9\n")

    assert (load_file(child).seed, len(load_file(child).jobs)) == (9, 1)


def test_a_circle_is_refused(folder) -> None:
    write(folder, "base.yaml", "extends: child.yaml")

    with pytest.raises(ScenarioInvalid, match=r"base\.yaml:1:1: extends: found 'child\.yaml'"):
        load_file(write(folder, "child.yaml", "extends: base.yaml"))


def test_a_link_out_of_the_folder_is_refused(folder, tmp_path_factory) -> None:
    secret = write(tmp_path_factory.mktemp("elsewhere"), "secret.yaml", "seed: 1")
    (folder / "link.yaml").symlink_to(secret)

    with pytest.raises(ScenarioInvalid, match="expected a file in the same folder"):
        load_file(write(folder, "child.yaml", "extends: link.yaml"))


def test_a_text_without_a_folder_extends_no_files() -> None:
    with pytest.raises(
        ScenarioInvalid, match="expected the name of a ready scenario; files are beside files"
    ):
        load("extends: base.yaml", source="x")


def test_a_base_that_cannot_be_read_is_reported_as_itself(folder) -> None:
    write(folder, "base.yaml", "seed: [")

    with pytest.raises(ScenarioInvalid, match=r"^base\.yaml:2:1: found no value, expected one$"):
        load_file(write(folder, "child.yaml", "extends: base.yaml"))
