"""What is counted, as Prometheus scrapes it, and how full everything is that has a bound."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families

from ice_mock.client import Client
from ice_mock.clock import EPOCH
from ice_mock.domain.callback import Attempt, Callback, Outcome
from ice_mock.domain.journal import INBOX_LIMIT
from ice_mock.domain.model import CallbackRules
from ice_mock.domain.scenario import Scenario
from ice_mock.metrics import Bounds, Metrics
from ice_mock.metrics.tally import LENGTHS, MOST_SERIES, Durations, Level, Tally
from ice_mock.server import running
from ice_mock.web import create_app
from ice_mock.web.observing import Observing
from ice_mock.worlds import IceMock

ROOT = "/_ice_mock"
CALL = "/?Action={}&Version=2020-11-09&Format=JSON"
OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Every sample: the name and the values of its labels, in the order of the labels' names."""
    return {
        (sample.name.removeprefix("ice_mock_"), *(sample.labels[name] for name in sorted(sample.labels))): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def scrape(client: FlaskClient) -> Callable[[], dict[tuple[str, ...], float]]:
    return lambda: samples(client.get(f"{ROOT}/metrics").text)


def test_calls_are_counted_by_action_and_code(client: FlaskClient, scrape: Callable) -> None:
    for action in ("ListLiveSnapshotTemplates", "ListLiveSnapshotTemplates", "GetLiveSnapshotJob"):
        client.get(CALL.format(action))

    scraped = scrape()

    assert scraped["calls_total", "ListLiveSnapshotTemplates", "OK"] == 2
    assert scraped["calls_total", "GetLiveSnapshotJob", "MissingParameter"] == 1
    assert scraped["calls_total", "SubmitLiveSnapshotJob", "OK"] == 0
    assert scraped["call_duration_seconds_count", "ListLiveSnapshotTemplates"] == 2
    assert scraped["call_duration_seconds_bucket", "ListLiveSnapshotTemplates", "+Inf"] == 2
    assert scraped["call_duration_seconds_sum", "ListLiveSnapshotTemplates"] > 0


def test_whatever_callers_invent_is_one_value(client: FlaskClient, scrape: Callable) -> None:
    before = len(scrape())

    for number in range(20):
        client.get(CALL.format(f"Invented{number}"))
        client.open(f"/pictures/key-{number}", method="PUT")

    scraped = scrape()
    assert scraped["calls_total", "other", "InvalidAction.NotFound"] == 20
    assert scraped["oss_requests_total", "NotImplemented", "other"] == 20
    assert len(scraped) - before == 1 + 1 + (len(LENGTHS) + 1) + 2


def test_requests_to_object_storage_are_counted_by_operation_and_code(
    client: FlaskClient, scrape: Callable
) -> None:
    client.get("/pictures/")
    client.head("/pictures/none.jpg")

    scraped = scrape()

    assert scraped["oss_requests_total", "OK", "ListObjects"] == 1
    assert scraped["oss_requests_total", "NoSuchKey", "HeadObject"] == 1


def test_the_worlds_are_counted_with_what_is_in_them(
    client: FlaskClient, scrape: Callable, submit: Callable, advance: Callable, loop_back
) -> None:
    client.post(f"{ROOT}/worlds", json={})
    submit()
    advance(5)
    loop_back.status = 500
    advance(5)

    scraped = scrape()

    assert scraped["worlds",] == 2
    assert [scraped["jobs", status] for status in ("init", "started", "paused")] == [0, 1, 0]
    assert scraped["streams",] == 1
    assert scraped["callbacks_waiting",] == 1
    assert scraped["callbacks_under_way",] == 0
    assert [scraped["entries", kind] for kind in ("calls", "received", "callbacks")] == [2, 1, 2]
    assert [scraped["entries_dropped", kind] for kind in ("calls", "received", "callbacks")] == [0, 0, 0]
    assert scraped["requests_under_way",] == 1


def test_the_process_and_the_build_are_among_them(scrape: Callable) -> None:
    scraped = scrape()

    assert scraped["process_resident_memory_bytes",] > 10_000_000
    assert scraped["process_cpu_seconds_total",] > 0
    assert scraped["process_open_fds",] > 0
    assert [name for name in scraped if name[0] == "build_info"]


def test_two_servers_in_a_process_do_not_mix() -> None:
    mocks = [IceMock(Scenario(clock="frozen")) for _ in range(2)]
    one, other = (create_app(mock).test_client() for mock in mocks)

    one.get(CALL.format("ListLiveSnapshotTemplates"))

    counted = [
        samples(each.get(f"{ROOT}/metrics").text)["calls_total", "ListLiveSnapshotTemplates", "OK"]
        for each in (one, other)
    ]
    assert counted == [1, 0]


def test_two_applications_of_a_server_count_together() -> None:
    mock = IceMock(Scenario(clock="frozen"))
    one, other = (create_app(mock).test_client() for _ in range(2))

    one.get(CALL.format("ListLiveSnapshotTemplates"))
    other.get(CALL.format("ListLiveSnapshotTemplates"))

    scraped = samples(one.get(f"{ROOT}/metrics").text)
    assert scraped["calls_total", "ListLiveSnapshotTemplates", "OK"] == 2


@pytest.mark.parametrize(
    ("accept", "media_type", "parse"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8", text_string_to_metric_families),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8", text_string_to_metric_families),
        (OPENMETRICS, "application/openmetrics-text; version=1.0.0", openmetrics_families),
    ],
    ids=["nothing said", "anything", "OpenMetrics"],
)
def test_a_real_server_is_scraped_in_the_format_that_is_asked_for(accept, media_type, parse) -> None:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        Client(server.url).health()
        status, body, media = scraped_from(server.url, accept)

    families = {family.name for family in parse(body)}
    assert status == 200
    assert media.startswith(media_type)
    assert {"ice_mock_worlds", "ice_mock_bound_used", "process_open_fds"} <= families


def scraped_from(url: str, accept: str) -> tuple[int, str, str]:
    from urllib.request import ProxyHandler, Request, build_opener

    request = Request(f"{url}{ROOT}/metrics", headers={"Accept": accept} if accept else {})
    with build_opener(ProxyHandler({})).open(request) as answer:
        return answer.status, answer.read().decode(), answer.headers["Content-Type"]


def test_every_metric_is_explained(scrape: Callable, client: FlaskClient) -> None:
    families = {
        family.name + ("_total" if family.type == "counter" else "")
        for family in text_string_to_metric_families(client.get(f"{ROOT}/metrics").text)
        if family.name.startswith("ice_mock_")
    }

    assert [name for name in families if f"`{name}`" not in OPERATIONS] == []


def test_every_bound_is_explained(client: FlaskClient) -> None:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        bounds = Client(server.url).health()["bounds"]

    assert "threads" in bounds
    assert [name for name in bounds if f'"{name}": {{"most"' not in OPERATIONS] == []


# -- Health --


def test_its_health_tells_how_full_is_what_has_a_bound_by_the_fullest_world(
    client: FlaskClient, submit: Callable, mock: IceMock
) -> None:
    other = mock.worlds.create(clock="frozen").engine
    for _ in range(3):
        other.inbox.put({}, b"")
    submit()

    bounds = client.get(f"{ROOT}/health").json["bounds"]

    assert bounds["inbox"] == {"used": 3, "most": INBOX_LIMIT}
    assert bounds["running_jobs"] == {"used": 1, "most": 100}
    assert bounds["calls"] == {"used": 2, "most": 10_000}


def test_its_health_tells_how_many_requests_wait(mock: IceMock, client: FlaskClient) -> None:
    seen = []

    def waiting(_environ, _start_response) -> list[bytes]:
        seen.append(client.get(f"{ROOT}/health").json["bounds"]["awaiting_requests"])
        return []

    Observing(waiting, mock)({"PATH_INFO": f"{ROOT}/worlds/default/await"}, None)
    Observing(waiting, mock)({"PATH_INFO": f"{ROOT}/worlds/default"}, None)

    assert seen == [{"used": 1, "most": 32}, {"used": 0, "most": 32}]


def test_its_health_tells_how_long_it_has_been_there(client: FlaskClient) -> None:
    first = client.get(f"{ROOT}/health").json["uptime_seconds"]
    second = client.get(f"{ROOT}/health").json["uptime_seconds"]

    assert 0 <= first <= second


def test_a_bound_that_nothing_is_there_for_is_empty() -> None:
    bounds = Bounds()
    bounds.add("worlds", lambda: 7, 10)
    bounds.add_of_worlds("jobs", list, lambda _: (1, 2))

    assert [(bound.name, bound.used, bound.most) for bound in bounds.all()] == [
        ("worlds", 7, 10),
        ("jobs", 0, 0),
    ]


# -- Callbacks --


def attempted(*outcomes: str) -> Iterator[Callback]:
    """A callback after each of its attempts, of which two are granted; ``by hand`` ones are not."""
    callback = Callback("c", "http://a", 1, "j", "oss", "b", "k", 1, EPOCH, is_overlay=False)
    for outcome in outcomes:
        status, _, how = outcome.partition(" ")
        attempt = Attempt(EPOCH, Outcome(int(status), None, timedelta()), asked_for=bool(how))
        callback = callback.attempted(attempt, CallbackRules(attempts=2))
        yield callback


@pytest.mark.parametrize(
    ("outcomes", "delivered", "lost"),
    [
        (["200"], 1, 0),
        (["500"], 0, 0),
        (["500", "200"], 1, 0),
        (["500", "500"], 0, 1),
        (["200", "200 by hand"], 1, 0),
        (["200", "500 by hand"], 1, 0),
        (["500", "500", "500 by hand", "500 by hand"], 0, 1),
        (["500", "500", "200 by hand", "200 by hand"], 1, 1),
    ],
    ids=str,
)
def test_a_callback_is_counted_once_for_each_end_that_it_comes_to(outcomes, delivered, lost) -> None:
    metrics = Metrics()

    for callback in attempted(*outcomes):
        metrics.attempted(callback)

    assert metrics.callbacks.all() == {("delivered",): delivered, ("lost",): lost}
    assert sum(metrics.attempts.all().values()) == len(outcomes)


# -- Tallies --


def test_beyond_a_number_of_series_everything_else_is_one() -> None:
    tally = Tally(most=2)

    for label in ("a", "b", "c", "a", "d"):
        tally.add("action", label)

    assert tally.all() == {("action", "a"): 2, ("action", "b"): 1, ("other", "other"): 2}
    assert MOST_SERIES == 1_000


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0, 0), (0.001, 0), (0.0011, 1), (0.2, 7), (10.0, 12), (11.0, 13)]
)
def test_a_length_counts_in_every_bucket_from_its_own_on(seconds: float, bucket: int) -> None:
    durations = Durations()

    durations.add("action", seconds)

    assert durations.all()["action"].counts == (0,) * bucket + (1,) * (len(LENGTHS) + 1 - bucket)
    assert durations.all()["action"].seconds == seconds


def test_nothing_is_lost_where_many_count() -> None:
    tally, durations, level = Tally(), Durations(), Level()

    def count() -> None:
        for _ in range(2_000):
            tally.add("a")
            durations.add("a", 0.5)
            with level:
                pass

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert tally.all() == {("a",): 8_000}
    assert durations.all()["a"].seconds == 4_000.0
    assert level.height == 0


def test_the_library_is_imported_by_the_first_who_is_scraped() -> None:
    program = (
        "import sys; from ice_mock.cli.serve import mock_of; from ice_mock.settings import settings;"
        "from ice_mock.server import Server; mock = mock_of(settings({}, {}), set());"
        "client = __import__('ice_mock.web').web.create_app(mock).test_client();"
        "client.get('/?Action=ListLiveSnapshotTemplates&Version=2020-11-09');"
        "client.get('/_ice_mock/health');"
        "before = 'prometheus_client' in sys.modules; client.get('/_ice_mock/metrics');"
        "print(before, 'prometheus_client' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ended.stdout == "False True\n"
