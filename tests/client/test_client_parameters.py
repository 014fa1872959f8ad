"""What was sent against what is expected, as a table."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from ice_mock.client import Client, Unverifiable
from ice_mock.client.parameters import KEPT, differences_of

LIST = "ListLiveSnapshotTemplates"
LONG = f"{'x' * KEPT}… (2000 characters)"
STREAM = json.dumps({"Type": "rtmp", "Url": "rtmp://live.example.com/app/room1"})


@pytest.mark.parametrize(
    ("expected", "sent"),
    [
        ("room 1", "room 1"),
        ("room *", "room 1"),
        ("*", ""),
        ("what? [1] (2)*", "what? [1] (2) and more\nlines"),
        (5, "5"),
        (2.5, "2.5"),
        (True, "true"),
        (True, "True"),
        (datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"),
        ({"Url": "rtmp://live.*"}, STREAM),
        ({"Type": "rtmp", "Url": "rtmp://live.example.com/app/room1"}, STREAM),
        ('{"Url":"rtmp://live.example.com/app/room1","Type":"rtmp"}', STREAM),
        ({"Absent": None}, STREAM),
        ({"Deep": {"List": [1, {"a": "b*"}]}}, '{"Deep": {"List": [1, {"a": "bc", "d": 1}], "More": 1}}'),
        ([1, 2], "[1, 2]"),
        ((1, 2), "[1, 2]"),
        ("x*", LONG),
    ],
)
def test_what_is_as_expected(expected: object, sent: str):
    assert differences_of("P", expected, {"P": sent}) == []


@pytest.mark.parametrize(
    ("expected", "sent", "difference"),
    [
        ("room 1", "room 2", "P: expected 'room 1', and it was 'room 2'"),
        ("room", "room 2", "P: expected 'room', and it was 'room 2'"),
        ("a?c", "abc", "P: expected 'a?c', and it was 'abc'"),
        ("Room*", "room 1", "P: expected 'Room*', and it was 'room 1'"),
        (5, "6", "P: expected 5, and it was '6'"),
        (True, "false", "P: expected True, and it was 'false'"),
        (None, "x", "P: expected not to be sent, and it was 'x'"),
        ({"Url": "x"}, STREAM, "P.Url: expected 'x', and it was 'rtmp://live.example.com/app/room1'"),
        ({"Uri": "x"}, STREAM, "P.Uri: expected 'x', and it was not sent"),
        ({"Url": "x"}, "no JSON", "P: expected an object, and it was 'no JSON'"),
        ({"Url": "x"}, "[1]", "P: expected an object, and it was [1]"),
        ([1, 2], "[1]", "P: expected [1, 2], and it was [1]"),
        ([1, 2], "[1, 3]", "P[1]: expected 2, and it was 3"),
        ("short", LONG, f"P: expected 'short', and it began with '{'x' * 199}…"),
        (5, LONG, f"P: expected 5, and it began with '{'x' * 199}…"),
        ("y*", LONG, f"P: expected 'y*', and it began with '{'x' * 199}…"),
    ],
)
def test_what_is_not_as_expected(expected: object, sent: str, difference: str):
    assert differences_of("P", expected, {"P": sent}) == [difference]


def test_a_parameter_that_was_not_sent_may_be_misspelt():
    differences = differences_of("Jobname", "x", {"JobName": "x", "Other": "y"})

    assert differences == ["Jobname: expected 'x', and it was not sent; JobName was"]


def test_numbered_parameters_are_a_list():
    sent = {"TemplateIds.2": "b", "TemplateIds.1": "a", "TemplateIds.10": "c", "TemplateIds.x": "d"}

    assert differences_of("TemplateIds", ["a", "b", "c"], sent) == []
    assert differences_of("TemplateIds", None, sent) != []


def test_no_parameter_is_one_that_is_not_sent():
    assert differences_of("P", None, {"Q": "1"}) == []


@pytest.mark.parametrize(
    "expected", ["x" * 2000, "x*y", {"a": 1}, [1]], ids=["text", "wildcard", "object", "list"]
)
def test_of_what_was_not_kept_nobody_can_tell(expected: object):
    with pytest.raises(Unverifiable, match="keeps the first 1024 characters only"):
        differences_of("P", expected, {"P": LONG})


def test_of_secrets_nobody_can_tell():
    with pytest.raises(Unverifiable, match="keeps no secrets"):
        differences_of("Token", "x", {"Token": "…"})


@pytest.mark.parametrize(("length", "is_cut"), [(KEPT, False), (KEPT + 1, True)])
def test_a_server_keeps_as_much_of_a_value_as_the_client_thinks(
    client: Client, call_api: Callable[..., object], length: int, is_cut: bool
):
    call_api(LIST, SearchKeyWord="x" * length)

    sent = client.requests[0]["parameters"]

    assert (len(sent["SearchKeyWord"]) > length) is is_cut
    if is_cut:
        with pytest.raises(Unverifiable, match="keeps the first 1024 characters only"):
            differences_of("SearchKeyWord", "x" * length, sent)
    else:
        assert differences_of("SearchKeyWord", "x" * length, sent) == []


def test_a_server_says_of_too_many_parameters_what_the_client_reads(
    client: Client, call_api: Callable[..., object]
):
    call_api(LIST, **{f"P{number}": "x" for number in range(900)})

    sent = client.requests[0]["parameters"]

    assert differences_of("P0", "x", sent) == []
    with pytest.raises(Unverifiable, match="too many parameters"):
        differences_of("P899", "x", sent)


def test_a_server_hides_secrets_as_the_client_reads_it(client: Client, call_api: Callable[..., object]):
    call_api(LIST, MySecret="tell nobody")

    with pytest.raises(Unverifiable, match="keeps no secrets"):
        differences_of("MySecret", "tell nobody", client.requests[0]["parameters"])


@pytest.mark.parametrize("expected", ["x", None])
def test_of_parameters_that_were_not_kept_nobody_can_tell(expected: str | None):
    with pytest.raises(Unverifiable, match="too many parameters"):
        differences_of("P", expected, {"A": "1", "…": "3 more"})
