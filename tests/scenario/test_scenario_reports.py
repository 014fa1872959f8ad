"""Every mistake is named where it stands, in words that say what would be right."""

from dataclasses import fields

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.scenario import ScenarioInvalid, load

CASES = "mistakes.txt"


def test_a_mistake_is_one_line(report, text, reported) -> None:
    assert report(text) == reported


def test_a_misspelt_knob_is_recognised_among_many(report) -> None:
    assert report("behaviour: {first_frames: at-start}") == [
        (
            "1:13: behaviour.first_frames: found an unknown key, expected one of "
            f"{len(fields(Behaviour))} keys such as start_delay, "
            "on_ingest_begin or on_ingest_end (did you mean first_frame?)"
        )
    ]


def test_all_mistakes_come_at_once_in_the_order_of_the_file(report) -> None:
    text = """\
expect: [{frames: many}]
clock:
  mode: frosen
  start: noon
streams:
  - {url: "rtmp://a/b/c", state: lve}
  - {url: "http://a/b/c", stat: live}
seed: x
"""

    places = [tuple(map(int, line.split(":")[:2])) for line in report(text)]

    assert places == [(1, 11), (3, 3), (4, 3), (6, 27), (7, 6), (7, 27), (8, 1)]


def test_a_problem_says_its_parts() -> None:
    with pytest.raises(ScenarioInvalid) as caught:
        load("seed: 1\nsignatures: of", source="mine.yaml")

    (problem,) = caught.value.problems
    assert (problem.source, problem.line, problem.column, problem.path) == ("mine.yaml", 2, 1, "signatures")
    assert problem.message == "found 'of', expected off, known or required"
    assert problem.suggestion == "off"


def test_strange_keys_are_quoted_in_paths(report) -> None:
    (line,) = report("expect: [{jobs: {no such job: paused}}]")

    assert line.startswith('1:18: expect[0].jobs["no such job"]: ')


def test_a_flood_of_mistakes_is_reported_to_its_first_hundred(report) -> None:
    lines = report("\n".join(f"key{number}: 1" for number in range(5_000)))

    assert len(lines) == 100
    assert lines[-1].startswith("100:1: key99: ")
