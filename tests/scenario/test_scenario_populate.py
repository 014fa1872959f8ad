"""What is made up follows from the seed, and from nothing else."""

import random

import pytest
from faker import Faker

from ice_mock.domain.scenario import Populate
from ice_mock.scenario import load
from ice_mock.scenario.populate import populated

CROWD = "seed: {seed}\npopulate: {{templates: 8, streams: 12, jobs: 20}}\n"


def crowd(seed: int = 1, more: str = ""):
    return populated(load(CROWD.format(seed=seed) + more, source="x"))


def test_as_much_is_made_up_as_is_wanted() -> None:
    scenario = crowd()

    assert (len(scenario.templates), len(scenario.streams), len(scenario.jobs)) == (8, 12, 20)
    assert scenario.populate == Populate()
    assert populated(scenario) is scenario


def test_the_same_seed_makes_the_same_things_up_whatever_others_do() -> None:
    first = crowd()
    random.seed(99)
    Faker.seed(99)
    Faker("zh_CN").name()

    assert crowd() == first
    assert crowd(seed=2) != first


def test_nobody_elses_chances_are_changed() -> None:
    random.seed(5)
    expected = random.random()
    random.seed(5)

    crowd()

    assert random.random() == expected


def test_everything_has_an_identity_of_its_own() -> None:
    scenario = crowd()

    for identities in (
        [template.id for template in scenario.templates],
        [stream.url for stream in scenario.streams],
        [job.id for job in scenario.jobs],
    ):
        assert len(set(identities)) == len(identities)


def test_jobs_belong_to_what_there_is() -> None:
    scenario = crowd(more="buckets: [{name: one}, {name: two}]")

    assert {job.template for job in scenario.jobs} <= {template.id for template in scenario.templates}
    assert {job.stream for job in scenario.jobs} <= {stream.url for stream in scenario.streams}
    assert {job.bucket for job in scenario.jobs} <= {"one", "two"}


def test_names_are_chinese_and_english() -> None:
    names = [job.name for job in crowd().jobs]

    assert {name.isascii() for name in names} == {True, False}
    assert all(0 < len(name) <= 128 for name in names)


def test_what_is_made_up_would_be_taken_if_it_were_written_out() -> None:
    templates = "\n".join(
        f'  - {{id: "{each.id}", name: "{each.name}", interval: {each.plan.interval.seconds}, '
        + ", ".join(
            f'{key}: "{format}"'
            for key in ("overwrite_format", "sequence_format")
            if (format := getattr(each.plan, key))
        )
        + "}"
        for each in crowd().templates
    )
    streams = "\n".join(f'  - {{url: "{each.url}"}}' for each in crowd().streams)

    scenario = load(f"templates:\n{templates}\nstreams:\n{streams}\n", source="x")

    assert scenario.templates == crowd().templates


def test_what_is_written_out_stays() -> None:
    scenario = crowd(more='streams: [{url: "rtmp://a/b/c"}]')

    assert scenario.streams[0].url == "rtmp://a/b/c"
    assert len(scenario.streams) == 13


@pytest.mark.parametrize("wanted", ["templates: 10001", "jobs: -1"])
def test_there_are_limits(report, wanted) -> None:
    assert "expected a whole number from 0 to 10000" in report(f"populate: {{{wanted}}}")[0]
