"""Requests and scenarios with a few bytes changed: refused or served, and never a failure of the emulator."""

from collections.abc import Callable

import pytest
from fuzz_targets import TARGETS, Answered, answer_of, check, environ_of, new_mock, request_seeds
from hypothesis import given, settings
from hypothesis import strategies as st

from ice_mock.web import create_app

TOKENS = [
    *(b"", b"%", b"%00", b"%ff", b"%2F", b"..", b"//", b"\0", b"\xff", b"\xc3\xa9", b"\xed\xa0\x80", b"&"),
    *(b"=", b",", b";", b":", b" ", b"+", b"\t", b"\r\n", b"\n", b'"', b"'", b"{", b"[", b"]]>", b"<"),
    *(b"-1", b"1e999", b"9" * 400, b"null", b"NaN", b"true", b"{}", b"[]", b"[[[[[[", b"Signature="),
    *(b"&Action=X", b"&Format=XML", b"Credential=", b"x-oss-expires="),
    *(b"x-acs-action: ListLiveSnapshotJobs\r\n", b"Host: x.localhost\r\n", b"A" * 9000, b"*a", b"&a "),
    *(b"<<: ", b"!!python/object ", b"0x1f", b"1_000", b"12:30:45", b"2026-01-01", b".inf", b"~"),
]  # fmt: skip


@st.composite
def changed(draw: st.DrawFn, seeds: list[bytes]) -> bytes:
    """One of the seeds, with up to four stretches of it replaced, left out or said twice."""
    raw = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        end = draw(st.integers(start, min(len(raw), start + 30)))
        piece = draw(st.sampled_from(TOKENS) | st.binary(max_size=8) | st.just(raw[start:end] * 2))
        raw = raw[:start] + piece + raw[end:]
    return raw


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        pytest.param(
            "request",
            b"GET /_ice_mock/worlds/default/await?for=inbox&t\xff=0 HTTP/1.1\r\nHost: localhost\r\n\r\n",
            id="a query of the control API that is no UTF-8",
        ),
    ],
)
def test_what_once_broke_a_promise_does_so_no_more(name: str, raw: bytes) -> None:
    TARGETS[name][0](raw)


@pytest.mark.parametrize("name", TARGETS)
def test_the_seeds_break_no_promise(name: str) -> None:
    target, seeds = TARGETS[name]

    for seed in seeds():
        target(seed)


@settings(max_examples=600)
@given(raw=changed(request_seeds()))
def test_no_change_of_a_request_breaks_a_promise(raw: bytes) -> None:
    TARGETS["request"][0](raw)


@settings(max_examples=150)
@given(raw=changed(TARGETS["scenario"][1]()))
def test_no_change_of_a_scenario_breaks_a_promise(raw: bytes) -> None:
    TARGETS["scenario"][0](raw)


@given(raw=st.binary(max_size=200))
def test_no_bytes_at_all_break_a_promise(raw: bytes) -> None:
    for target, _ in TARGETS.values():
        target(raw)
    TARGETS["request"][0](b"POST /?" + raw + b" HTTP/1.1\r\n\r\n" + raw)


@pytest.fixture(scope="module")
def answer() -> Callable[[bytes], Answered]:
    """What a server answers that verifies every signature."""
    app = create_app(new_mock())
    return lambda raw: answer_of(app, environ_of(raw))


SIGNED = [
    seed for seed in request_seeds() if b"/_ice_mock" not in seed and seed.startswith((b"GET", b"POST"))
]


@settings(max_examples=300)
@given(seed=st.sampled_from(SIGNED), data=st.data())
def test_no_signature_is_right_but_the_right_one(
    answer: Callable[[bytes], Answered], seed: bytes, data: st.DataObject
) -> None:
    target = seed.split(b" ", 2)[1]
    # OSS's first version signs no more of the query than what chooses the operation.
    signed = target.partition(b"?")[0] if b": OSS " in seed else target
    place = data.draw(st.integers(1, len(signed)))
    letter = data.draw(
        st.sampled_from(b"abcxyz0189").filter(lambda each: each not in target[place : place + 1])
    )

    forged = answer(seed.replace(target, target[:place] + bytes([letter]) + target[place:], 1))

    check(forged)
    assert forged.status >= 400
