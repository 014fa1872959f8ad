"""Scenarios over the control API: shown, listed and replaced, and refused as a whole."""

import json

import pytest

from ice_mock.scenario import shipped
from ice_mock.scenario.json_schema import json_schema
from ice_mock.web.body import LONGEST

ROOT = "/_ice_mock"
HERE = f"{ROOT}/worlds/default/scenario"
TEXT = """# A comment
scenario: mine
description: One stream and one job.
seed: 9
clock: {mode: frozen}
templates: [{id: t, interval: 5, sequence_format: "{Sequence}.jpg"}]
streams: [{url: "rtmp://live.example.com/app/room1", state: live}]
jobs: [{name: room 1, template: t, stream: "rtmp://live.example.com/app/room1", bucket: pictures}]
timeline: [{at: 12s, unpublish: "rtmp://live.example.com/app/room1"}]
"""
MISTAKEN = """scenario: mine
sead: 9
streams:
  - {url: "rtmp://live.example.com/app/room1", state: life}
timeline:
  - {at: 5s, delete_template: nobody}
"""
DOCUMENT = json.dumps({"scenario": "mine", "seed": 9, "clock": {"mode": "frozen"}})


def test_a_world_shows_the_scenario_that_it_began_with(client):
    assert client.get(HERE).json == {"name": "default", "description": "", "text": ""}


def test_a_scenario_that_is_put_is_the_worlds_from_then_on_comments_included(client):
    response = client.put(HERE, data=TEXT)

    world = response.json
    assert response.status_code == 200
    assert (world["id"], world["scenario"], world["seed"]) == ("default", "mine", 9)
    assert (world["templates"], world["streams"], world["jobs"]) == (1, 1, 1)
    assert client.get(HERE).json == {
        "name": "mine",
        "description": "One stream and one job.",
        "text": TEXT,
    }


def test_its_timeline_happens(client, advance):
    client.put(HERE, data=TEXT)

    report = advance(60)

    assert report["frames"]["total"] == 2
    assert [(change["at"], change["what"]) for change in report["changes"]] == [
        ("2026-01-01T00:00:12.000Z", "unpublished")
    ]


def test_json_will_do_as_well_as_yaml(client):
    world = client.put(HERE, data=DOCUMENT, content_type="application/json").json

    assert (world["scenario"], world["seed"]) == ("mine", 9)
    assert client.get(HERE).json["text"] == DOCUMENT


@pytest.mark.parametrize("name", shipped().names())
def test_every_ready_scenario_can_be_put(client, name):
    response = client.put(HERE, data=shipped().text(name).encode())

    assert (response.status_code, response.json["scenario"]) == (200, name)


def test_the_world_begins_anew(client, submit, advance):
    submit()
    advance(60)

    client.put(HERE, data=DOCUMENT)

    world = client.get(f"{ROOT}/worlds/default").json
    assert (world["jobs"], world["clock"]["now"]) == (0, "2026-01-01T00:00:00.000Z")
    assert client.get(f"{ROOT}/worlds/default/callbacks").json["callbacks"] == []


def test_to_put_a_scenario_twice_does_what_to_put_it_once_does(client, state):
    client.put(HERE, data=TEXT)
    once = state()

    client.put(HERE, data=TEXT)

    assert state() == once


def test_a_reset_goes_back_to_the_scenario_that_was_put(client, advance, state):
    client.put(HERE, data=TEXT)
    before = state()
    advance(60)

    client.post(f"{ROOT}/worlds/default/reset")

    assert state() == before


def test_a_world_of_its_own_key_keeps_it(client):
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a"})

    world = client.put(f"{ROOT}/worlds/AK-a/scenario", data=TEXT).json

    assert (world["id"], world["access_key_id"], world["scenario"]) == ("AK-a", "AK-a", "mine")
    assert client.get(HERE).json["name"] == "default"


# -- Refusals --


def test_all_mistakes_are_reported_with_their_places_and_nothing_changes(
    client, submit, assert_canonical_error, state
):
    submit()
    before = state()

    response = client.put(HERE, data=MISTAKEN)

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert [
        (each["line"], each["column"], each["path"], each["suggestion"])
        for each in error["details"]["problems"]
    ] == [
        (2, 1, "sead", "seed"),
        (4, 48, "streams[0].state", "live"),
        (6, 14, "timeline[0].delete_template", None),
    ]
    assert error["details"]["path"] == "sead"
    assert error["message"].count("\n") == 2
    assert state() == before


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", ""),
        ("scenario: [", ""),
        ("scenario: a\nscenario: b", "scenario"),
        ("- a list", ""),
        ("scenario: !!python/object:os.system a", "scenario"),
        ("scenario: mine\nextends: no-such", "extends"),
        ("scenario: mine\nextends: /etc/passwd.yaml", "extends"),
    ],
    ids=["nothing", "no YAML", "a key twice", "a list", "a tag", "extends nothing", "extends a file"],
)
@pytest.mark.usefixtures("assert_nothing_changed")
def test_what_is_no_scenario_is_refused(client, assert_canonical_error, text, path):
    response = client.put(HERE, data=text)

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert len(error["details"]["problems"]) == 1
    assert error["details"]["path"] == path


@pytest.mark.usefixtures("assert_nothing_changed")
def test_a_scenario_that_is_too_long_is_refused(client, assert_canonical_error):
    response = client.put(HERE, data=b"#" * (LONGEST + 1))

    error = assert_canonical_error(response, 400, "BadRequest")
    assert str(LONGEST) in error["message"]


@pytest.mark.usefixtures("assert_nothing_changed")
def test_a_scenario_that_is_no_utf_8_is_refused(client, assert_canonical_error):
    response = client.put(HERE, data="scenario: 直播".encode("gbk"))

    error = assert_canonical_error(response, 400, "BadRequest")
    assert "UTF-8" in error["message"]


def test_a_key_of_another_world_is_a_conflict_and_nothing_changes(client, assert_canonical_error, state):
    client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a"})
    before = state()

    response = client.put(HERE, data="scenario: mine\naccount: {access_keys: [{id: AK-a, secret: mine}]}")

    assert_canonical_error(response, 409, "Conflict")
    assert state() == before


@pytest.mark.parametrize("method", ["get", "put"])
def test_a_world_that_does_not_exist_has_no_scenario(client, assert_canonical_error, method):
    response = getattr(client, method)(f"{ROOT}/worlds/AK-nobody/scenario", data=MISTAKEN)

    assert_canonical_error(response, 404, "NotFound")


# -- The format and the library --


def test_the_schema_of_the_format_is_served(client):
    response = client.get(f"{ROOT}/scenario.schema.json")

    assert response.mimetype == "application/json"
    assert response.json == json_schema()


def test_the_ready_scenarios_are_listed_with_their_texts(client):
    listed = client.get(f"{ROOT}/scenarios").json["scenarios"]

    assert [each["name"] for each in listed] == shipped().names()
    assert all(each["description"] and each["text"] == shipped().text(each["name"]) for each in listed)


def test_a_new_world_begins_with_the_scenario_named(client):
    response = client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a", "scenario": "one-room"})

    world = response.json
    assert response.status_code == 201
    assert (world["id"], world["access_key_id"], world["scenario"]) == ("AK-a", "AK-a", "one-room")
    assert (world["templates"], world["streams"], world["jobs"]) == (1, 1, 1)
    assert world["clock"] == {"mode": "frozen", "now": "2026-01-01T00:00:00.000Z"}


def test_a_new_world_of_a_scenario_has_the_clock_and_signatures_that_are_asked_for(client):
    asked = {"scenario": "one-room", "clock": "x60", "signatures": "required"}

    world = client.post(f"{ROOT}/worlds", json=asked).json

    assert (world["clock"]["mode"], world["signatures"]) == ("x60", "required")


@pytest.mark.usefixtures("assert_nothing_changed")
@pytest.mark.parametrize("name", ["one-rom", "../one-room", "one-room.yaml", "/etc/passwd.yaml"])
def test_a_scenario_that_there_is_not_makes_no_world(client, assert_canonical_error, name):
    response = client.post(f"{ROOT}/worlds", json={"access_key_id": "AK-a", "scenario": name})

    error = assert_canonical_error(response, 422, "Unprocessable")
    assert "expected the name of a ready scenario" in error["message"]


def test_a_misspelt_name_gets_a_suggestion(client):
    error = client.post(f"{ROOT}/worlds", json={"scenario": "one-rom"}).json["error"]

    assert error["details"]["problems"][0]["suggestion"] == "one-room"
