"""Plausible entries, made up from the seed: templates, streams and jobs as real accounts have them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ice_mock.domain.model import Plan
from ice_mock.domain.scenario import JobSpec, Populate, Scenario, StreamSpec, TemplateSpec
from ice_mock.identifiers import seeded_hex, seeded_id

if TYPE_CHECKING:
    from faker import Faker

_INTERVALS = (5, 5, 10, 10, 15, 30, 60, 120, 300, 600, 3600)
_FORMATS = (
    (None, "snapshot/{JobId}/{UnixTimestamp}.jpg"),
    ("cover/{JobId}.jpg", None),
    ("cover/{JobId}.jpg", "snapshot/{JobId}/{Date}/{UnixTimestamp}.jpg"),
    (None, "audit/{Date}/{JobId}/{Sequence}.jpg"),
)
_ROOMS = ("带货直播间", "发布会", "公开课", "足球联赛", "晚会", "演唱会", "新闻直播", "监控")
_EVENTS = (
    "keynote",
    "launch",
    "town hall",
    "cup final",
    "morning show",
    "concert",
    "classroom",
    "lobby camera",
)


def populated(scenario: Scenario) -> Scenario:
    """The *scenario* with everything written out that it only counts; the same for the same seed."""
    wanted = scenario.populate
    if wanted == Populate():
        return scenario
    inventor = _Inventor(scenario)
    scenario = replace(
        scenario,
        populate=Populate(),
        templates=(*scenario.templates, *(inventor.template(number) for number in range(wanted.templates))),
        streams=(*scenario.streams, *inventor.streams(wanted.streams)),
    )
    jobs = tuple(inventor.job(number, scenario) for number in range(wanted.jobs))
    return replace(scenario, jobs=(*scenario.jobs, *jobs))


class _Inventor:
    """Makes names up, in Chinese and in English in turns, with generators of its own."""

    def __init__(self, scenario: Scenario) -> None:
        # Not at the top: it costs more than all the rest of the start.
        from faker import Faker

        self._seed = scenario.seed
        self._chinese, self._english = Faker("zh_CN"), Faker("en_US")
        self._chinese.seed_instance(scenario.seed)
        self._english.seed_instance(scenario.seed)
        self._urls = {stream.url for stream in scenario.streams}

    def template(self, number: int) -> TemplateSpec:
        interval: int = self._english.random_element(_INTERVALS)
        overwrite, sequence = self._english.random_element(_FORMATS)
        name = self._either(
            number,
            lambda faker: f"{faker.city_name()}每{interval}秒截图",
            lambda faker: f"{faker.city()}, {interval} s",
        )
        plan = Plan(timedelta(seconds=interval), overwrite, sequence)
        return TemplateSpec(seeded_hex(self._seed, "populated template", number), name, plan)

    def streams(self, count: int) -> Iterator[StreamSpec]:
        for number in range(count):
            host = self._english.domain_word()
            url = f"rtmp://live.{host}.example.com/app/{self._english.user_name()}"
            url = url if url not in self._urls else f"{url}-{number}"
            self._urls.add(url)
            yield StreamSpec(url, live=number % 4 != 3)  # noqa: PLR2004

    def job(self, number: int, scenario: Scenario) -> JobSpec:
        any_of = self._english.random_element
        bucket = any_of(scenario.buckets) if scenario.buckets else None
        return JobSpec(
            name=self._either(
                number,
                lambda faker: f"{faker.company()} {any_of(_ROOMS)} {number + 1}",
                lambda faker: f"{faker.company()} {any_of(_EVENTS)} {number + 1}",
            ),
            template=any_of(scenario.templates).id,
            stream=any_of(scenario.streams).url,
            bucket=bucket.name if bucket else "live-snapshots",
            id=seeded_id(self._seed, "populated job", number),
        )

    def _either(
        self, number: int, chinese: "Callable[[Faker], str]", english: "Callable[[Faker], str]"
    ) -> str:
        return english(self._english) if number % 2 else chinese(self._chinese)
