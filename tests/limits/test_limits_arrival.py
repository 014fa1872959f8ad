"""How long a request may take to arrive, and how long it may be."""

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ice_mock import limits
from ice_mock.web import arrival
from ice_mock.web.arrival import Malformed, PatientSocket, body_of

CHUNKED = None


class SlowSocket:
    """A socket on which everything takes as long as it says, while the time is its own."""

    def __init__(self, *, takes: timedelta) -> None:
        self.takes = takes
        self.now = timedelta()
        self.timeouts: list[float] = []

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def recv_into(self, _: object) -> int:
        self.now += self.takes
        return 1

    send = recv_into

    def fileno(self) -> int:
        return 7


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowSocket:
    found = SlowSocket(takes=timedelta(seconds=8))

    def stopwatch():
        started = found.now
        return lambda: found.now - started

    monkeypatch.setattr(arrival, "stopwatch", stopwatch)
    return found


@pytest.mark.parametrize("act", ["recv_into", "send"])
def test_a_peer_that_gives_a_byte_now_and_then_is_waited_for_only_so_long(slow: SlowSocket, act: str) -> None:
    patient = PatientSocket(slow, timedelta(seconds=20))

    done = [getattr(patient, act)(b"") for _ in range(3)]
    with pytest.raises(TimeoutError, match="timed out"):
        getattr(patient, act)(b"")

    assert done == [1, 1, 1]
    assert slow.timeouts == [20, 12, 4]


def test_directions_are_measured_apart_and_every_request_anew(slow: SlowSocket) -> None:
    patient = PatientSocket(slow, timedelta(seconds=10))
    patient.recv_into(b"")
    patient.send(b"")
    patient.begin()
    patient.recv_into(b"")

    assert slow.timeouts == [10, 10, 10]
    assert patient.fileno() == 7


# -- Bodies --


@given(body=st.binary(max_size=2_000), cuts=st.lists(st.integers(1, 300), max_size=20))
def test_a_body_is_the_same_whole_and_in_chunks(body: bytes, cuts: list[int]) -> None:
    parts, rest = [], body
    for cut in cuts:
        parts.append(rest[:cut])
        rest = rest[cut:]
    parts.append(rest)
    chunks = b"".join(b"%x;note=1\r\n%s\r\n" % (len(part), part) for part in parts if part)

    whole = body_of(BytesIO(body + b"NEXT"), len(body))
    source = BytesIO(chunks + b"0\r\nTrailer: x\r\n\r\nNEXT")
    in_chunks = body_of(source, CHUNKED)

    assert whole.read() == in_chunks.read() == body
    assert source.read() == b"NEXT"


@pytest.mark.parametrize("length", [limits.BODY_BYTES, limits.BODY_BYTES + 1, 3 * limits.BODY_BYTES])
def test_of_a_body_that_is_too_long_no_more_is_kept_than_shows_it(length: int) -> None:
    source = BytesIO(bytes(length) + b"NEXT")

    kept = body_of(source, length)

    assert len(kept.getvalue()) == min(length, limits.BODY_BYTES + 1)
    assert source.read() == b"NEXT"


def test_a_body_that_is_far_too_long_is_not_received(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "DISCARDED_BYTES", 200_000)
    source = BytesIO(b"f4240\r\n" + bytes(1_000_000) + b"\r\n0\r\n\r\n")

    with pytest.raises(Malformed, match="longer than 200000 bytes"):
        body_of(source, CHUNKED)

    assert source.tell() < 400_000


@pytest.mark.parametrize(
    ("wire", "words"),
    [
        (b"", "without a size"),
        (b"\r\n", "without a size"),
        (b"x\r\n", "without a size"),
        (b"-1\r\n", "without a size"),
        (b"0x1\r\na\r\n", "without a size"),
        (b"1_0\r\n", "without a size"),
        (b"1" * 17 + b"\r\n", "without a size"),
        (b"1" * 100_000, "without a size"),
        (b"3\r\nab", "ends before"),
        (b"2\r\nabc\r\n0\r\n\r\n", "does not end where it says"),
        (b"1\r\na\r\n0\r\n", "has no end"),
        (b"0\r\n" + b"a: b\r\n" * 101, "has no end"),
        (b"0\r\n" + b"x" * 10_000, "has no end"),
    ],
)
def test_a_body_in_chunks_that_is_none_is_refused(wire: bytes, words: str) -> None:
    with pytest.raises(Malformed, match=words):
        body_of(BytesIO(wire), CHUNKED)


def test_a_body_that_ends_before_its_length_is_refused() -> None:
    with pytest.raises(Malformed, match="ends before its Content-Length"):
        body_of(BytesIO(b"abc"), 4)


@given(st.binary(max_size=300))
def test_whatever_comes_in_chunks_is_read_or_refused(wire: bytes) -> None:
    source = BytesIO(wire)
    try:
        body = body_of(source, CHUNKED).read()
    except Malformed:
        return

    assert wire[: source.tell()].endswith(b"\r\n")
    assert len(body) < len(wire)
