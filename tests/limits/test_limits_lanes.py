"""Who is served next when there are more requests than threads."""

from contextvars import Context, copy_context

import pytest

from ice_mock.web.lanes import Lane, Lanes, lane_of


class Worker:
    """A thread, as far as lanes know of it: it gets work, and comes back when it has done."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._context: Context = copy_context()

    def get(self) -> str | None:
        """Its next work, None if there is none for it now."""
        return self._context.run(self._get)

    def _get(self) -> str | None:
        # As `Lanes.get`, which would wait for ever.
        self._lanes._leave()
        self._lanes.put("nothing", Lane.END)
        found = self._lanes.get()
        if found == "nothing":
            self._lanes._leave()
            return None
        self._lanes._waiting[Lane.END].clear()
        self._lanes._chances.acquire()
        return found


def put(lanes: Lanes, *works: str) -> None:
    for work in works:
        lanes.put(work, Lane(work.partition(" ")[0]))


@pytest.mark.parametrize(
    ("beginning", "lane"),
    [
        (b"GET /_ice_mock/livez HTTP/1.1\r\nHost: x\r\n\r\n", Lane.PROBE),
        (b"HEAD /_ice_mock/readyz HTTP/1.1\r\n\r\n", Lane.PROBE),
        (b"GET /_ice_mock/health?x=1 HTTP/1.1\r\n\r\n", Lane.PROBE),
        (b"GET /_ice_mock/metrics HTTP/1.1\r\n\r\n", Lane.PROBE),
        (b"GET /_ice_mock/livez HTTP/1.1\r\nHost: x\r\n", Lane.CALL),
        (b"GET /_ice_mock/livezz HTTP/1.1\r\n\r\n", Lane.CALL),
        (b"POST /_ice_mock/livez HTTP/1.1\r\n\r\n", Lane.CALL),
        (b"POST /_ice_mock/worlds/default/clock/advance HTTP/1.1\r\n", Lane.ADVANCE),
        (b"PUT /_ice_mock/worlds/LTAI.x-1/clock HTTP/1.1\r\n", Lane.ADVANCE),
        (b"GET /_ice_mock/worlds/default/clock HTTP/1.1\r\n", Lane.CALL),
        (b"GET /_ice_mock/worlds/default/await?for=inbox HTTP/1.1\r\n", Lane.CALL),
        (b"POST /?Action=SubmitLiveSnapshotJob HTTP/1.1\r\n", Lane.CALL),
        (b"POST /_ice_mock/worlds/a/b/clock/advance HTTP/1.1\r\n", Lane.CALL),
        (b"P", Lane.CALL),
        (b"", Lane.CALL),
    ],
)
def test_the_lane_of_a_request_is_told_by_its_beginning(beginning: bytes, lane: Lane) -> None:
    assert lane_of(beginning) is lane


def test_work_of_one_lane_is_done_in_the_order_in_which_it_came() -> None:
    lanes = Lanes(threads=4, advances=1, spare=1)
    put(lanes, "call 1", "call 2", "call 3")

    assert [Worker(lanes).get() for _ in range(3)] == ["call 1", "call 2", "call 3"]


def test_calls_and_advances_take_turns_as_they_came_probes_go_first_and_ends_last() -> None:
    lanes = Lanes(threads=9, advances=4, spare=1)
    put(lanes, "end 1", "advance 1", "call 1", "advance 2", "probe 1")

    order = [Worker(lanes).get() for _ in range(4)]

    assert order == ["probe 1", "advance 1", "call 1", "advance 2"]


def test_only_so_many_advances_are_under_way_and_the_next_begins_when_one_is_done() -> None:
    lanes = Lanes(threads=8, advances=2, spare=1)
    put(lanes, "advance 1", "advance 2", "advance 3", "call 1")
    workers = [Worker(lanes) for _ in range(4)]

    begun = [worker.get() for worker in workers]
    after_the_call, after_an_advance = workers[2].get(), workers[0].get()

    assert begun == ["advance 1", "advance 2", "call 1", None]
    assert (after_the_call, after_an_advance) == (None, "advance 3")


def test_when_everything_is_busy_a_probe_is_answered_all_the_same() -> None:
    lanes = Lanes(threads=3, advances=1, spare=1)
    put(lanes, "call 1", "call 2", "call 3")
    busy = [Worker(lanes), Worker(lanes)]
    begun = [worker.get() for worker in busy]
    idle = Worker(lanes)

    before = idle.get()
    put(lanes, "probe 1")

    assert (begun, before, idle.get()) == (["call 1", "call 2"], None, "probe 1")
    assert busy[0].get() == "call 3"


def test_advances_leave_room_for_the_calls_of_those_who_hear_of_them() -> None:
    lanes = Lanes(threads=4, advances=2, spare=1)
    put(lanes, *(f"advance {number}" for number in range(5)))
    workers = [Worker(lanes) for _ in range(4)]

    begun = [worker.get() for worker in workers]
    put(lanes, "call 1")

    assert [work for work in begun if work] == ["advance 0", "advance 1"]
    assert workers[-1].get() == "call 1"


def test_who_waits_is_counted() -> None:
    lanes = Lanes()
    put(lanes, "call 1", "probe 1", "advance 1")

    assert len(lanes) == 3
