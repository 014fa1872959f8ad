from report_world import OTHER, at

from ice_mock.client import Client, HttpTransport
from ice_mock.report import collect
from ice_mock.report.evidence import Tally
from ice_mock.report.film import evenly, fair


def test_evidence_holds_all_that_a_world_has_been_through(begin, call, submit) -> None:
    client: Client = begin(label="tests/test_a.py::test_b")
    submit(client, "two", CallbackUrl=client.inbox.url)
    client.faults.add({"action": "ListLiveSnapshotJobs", "error": "InternalError", "times": 1})
    client.clock.advance(seconds=10)
    call(client, "GetLiveSnapshotJob", JobId="nobody", Nonsense="x")

    found = collect(client)

    assert (found.world, found.label, found.scenario) == (client.world, "tests/test_a.py::test_b", "one-room")
    assert (found.began_at, found.now, found.mode) == (at(0), at(10), "frozen")
    assert [(job.name, job.frames, len(job.files)) for job in found.jobs] == [("room 1", 2, 4), ("two", 2, 2)]
    assert [(each.frame, each.state) for each in found.callbacks] == [(1, "delivered"), (2, "delivered")]
    assert found.tallies[-1] == Tally("GetLiveSnapshotJob", "JobNotFound", 1)
    assert found.calls.told[-1].unread == ("Nonsense",)
    assert found.calls.told[-1].sentence == "There is no job nobody in this world."
    assert [(fault.matched, fault.fired) for fault in found.faults] == [(0, 0)]
    assert found.pictures == ()


def test_a_thousand_calls_are_counted_and_the_refused_and_the_last_ones_told(
    server, begin, call, monkeypatch
) -> None:
    monkeypatch.setattr("ice_mock.report.journal.CALLS_TOLD", 3)
    monkeypatch.setattr("ice_mock.report.journal.REFUSALS_TOLD", 2)
    client: Client = begin()
    for _ in range(3):
        call(client, "GetLiveSnapshotJob", JobId="nobody")
    for _ in range(6):
        call(client, "ListLiveSnapshotTemplates")

    found = collect(client)

    assert [each.code for each in found.calls] == ["JobNotFound"] * 2 + [None] * 3
    assert (found.calls.found, found.calls.untold, found.calls.dropped) == (9, 4, 0)
    assert found.tallies == (
        Tally("GetLiveSnapshotJob", "JobNotFound", 3),
        Tally("ListLiveSnapshotTemplates", None, 6),
    )


def test_strays_are_told_by_action_and_code(begin, call) -> None:
    client, other = begin(), begin()
    call(other, "ListLiveSnapshotTemplates")

    assert collect(client, strays=other.requests.all()).strays == (
        Tally("ListLiveSnapshotTemplates", None, 1),
    )


def test_a_job_in_trouble_is_explained_by_the_server(begin, submit) -> None:
    client: Client = begin()
    submit(client, "waiting", stream=OTHER)
    client.clock.advance(seconds=10)

    fine, waiting = collect(client).jobs

    assert fine.why is None
    assert OTHER in waiting.why.sentence


def test_pictures_are_few_and_small_and_faults_among_them(begin) -> None:
    client: Client = begin("broken-pictures")
    client.clock.advance(seconds=300)

    pictures = collect(client, pictures=10).pictures

    assert len(pictures) == 10
    assert [each.file.number for each in pictures] == sorted(each.file.number for each in pictures)
    assert 3 <= sum(bool(each.file.fault) for each in pictures) <= 5
    assert sum(len(each.thumbnail or b"") for each in pictures) < 150_000


def test_pictures_that_are_none_say_why(begin) -> None:
    client: Client = begin()
    client.faults.add({"snapshot": "missing", "every": 2})
    client.faults.add({"snapshot": "truncated", "every": 3})
    client.clock.advance(seconds=15)

    one, two, three = collect(client, pictures=3).pictures

    assert (one.problem, bool(one.thumbnail)) == (None, True)
    assert (two.problem, two.thumbnail) == ("missing: there was no file", None)
    assert three.problem.startswith("cannot be decoded: ")


def test_pictures_of_more_frames_than_are_told_are_chosen_evenly(begin, monkeypatch) -> None:
    monkeypatch.setattr("ice_mock.report.collecting.FRAMES_TOLD", 20)
    client: Client = begin()
    client.clock.advance(seconds=500)

    pictures = collect(client, pictures=4).pictures

    assert [each.file.number for each in pictures] == [1, 34, 67, 100]


def test_pictures_cost_no_more_bytes_than_there_are_to_spend(begin, monkeypatch) -> None:
    monkeypatch.setattr("ice_mock.report.film.BYTES", 1)
    client: Client = begin()
    client.clock.advance(seconds=15)

    pictures = collect(client, pictures=3).pictures

    assert [each.problem for each in pictures] == [None, "left out, for its size", "left out, for its size"]


def test_places_are_chosen_evenly_with_both_ends() -> None:
    assert [evenly(3, 5), evenly(10, 4), evenly(10, 1), evenly(10, 0)] == [[0, 1, 2], [0, 3, 6, 9], [9], []]


def test_what_one_does_not_want_the_others_get() -> None:
    assert fair(10, [2, 100, 3]) == [2, 5, 3]
    assert fair(4, [1, 1]) == [1, 1]
    assert fair(2, [5, 5, 5]) == [1, 1, 0]


class Counting:
    """Sends calls on, and counts them and the bytes of their answers."""

    def __init__(self, url: str) -> None:
        self._sends = HttpTransport(url)
        self.url = url
        self.calls = self.bytes = 0

    def send(self, *call, **options):
        status, body = self._sends.send(*call, **options)
        self.calls += 1
        self.bytes += len(body)
        return status, body

    def close(self) -> None:
        self._sends.close()


def test_a_world_of_many_jobs_is_taken_down_in_a_few_calls(server, begin) -> None:
    world: Client = begin("busy-account")
    world.clock.advance(seconds=30)
    counting = Counting(server.url)

    with Client(server.url, world.world, transport=counting) as client:
        found = collect(client)

    counting.close()
    assert len(found.jobs) == 200
    assert counting.calls < 30
    assert counting.bytes < 1_000_000
