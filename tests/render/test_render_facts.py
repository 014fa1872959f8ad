import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ice_mock.render import FrameFacts, Picture, jpeg, read_frame
from ice_mock.render.segments import comment_segment

milliseconds = st.integers(0, 253_402_300_799_999).map(
    lambda ms: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)
)
pictures = st.builds(
    Picture,
    stream=st.text(st.characters(), max_size=255),  # lone surrogates and all
    job_id=st.uuids().map(str) | st.text(max_size=40),
    number=st.integers(1, 10**9),
    instant=milliseconds,
    seed=st.integers(),
    width=st.sampled_from([64, 640]),
    height=st.just(360),
    quality=st.sampled_from([1, 80]),
)
GOOD = {
    "stream": "s",
    "job_id": "j",
    "number": 1,
    "instant": "2026-07-01T12:00:00.000Z",
    "seed": 0,
    "width": 64,
    "height": 64,
}


def with_comment(text: bytes) -> bytes:
    return b"\xff\xd8" + comment_segment(text) + b"\xff\xd9"


def with_facts(**changes: object) -> bytes:
    return with_comment(json.dumps({"ice_mock": GOOD | changes}).encode())


@given(shown=pictures)
@settings(max_examples=50, deadline=None)
def test_a_frame_gives_its_facts_back(shown) -> None:
    facts = read_frame(jpeg(shown))

    shown_fields = asdict(shown)
    del shown_fields["quality"]
    assert asdict(facts) == shown_fields
    assert facts.instant.tzinfo is UTC


def test_an_instant_is_kept_to_the_millisecond(picture) -> None:
    facts = read_frame(jpeg(replace(picture, instant=picture.instant.replace(microsecond=554_999))))

    assert facts.instant == picture.instant


def test_facts_and_their_dict_are_inverse(picture) -> None:
    facts = FrameFacts.of(picture)

    assert FrameFacts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts
    assert facts.to_dict()["instant"] == "2026-07-01T12:03:31.554Z"


def test_other_software_finds_the_facts_in_the_comment(picture) -> None:
    comment = Image.open(BytesIO(jpeg(picture))).info["comment"]

    assert json.loads(comment) == {"ice_mock": FrameFacts.of(picture).to_dict()}


def test_the_facts_survive_a_new_coding_that_keeps_the_comment(picture) -> None:
    image, again = Image.open(BytesIO(jpeg(picture))), BytesIO()
    image.save(again, "JPEG", quality=30, comment=image.info["comment"])

    assert read_frame(again.getvalue()) == FrameFacts.of(picture)


def test_comments_of_others_are_passed_over() -> None:
    others = b"".join(comment_segment(text) for text in (b"made by hand", b"[1]", b'{"ice_mock":1}', b"\xff"))

    facts = read_frame(b"\xff\xd8" + others + with_facts(number=5)[2:])

    assert facts.number == 5


@pytest.mark.parametrize(
    "change",
    [
        {"stream": None},
        {"job_id": 5},
        {"number": "1"},
        {"number": 1.5},
        {"number": True},
        {"seed": []},
        {"width": None},
        {"height": {}},
        {"instant": "yesterday"},
        {"instant": 1_782_000_000},
        {"instant": "2026-07-01T12:00:00.000"},
        {"instant": "2026-07-01T12:00:00.000+08:00"},
        {"instant": "0001-01-01T00:00:00.000+23:59"},
    ],
    ids=str,
)
def test_a_fact_of_the_wrong_kind_is_refused(change) -> None:
    with pytest.raises(ValueError):
        read_frame(with_facts(**change))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a JPEG"),
        (b"\xff", "not a JPEG"),
        (b"\x89PNG\r\n\x1a\n", "not a JPEG"),
        (b"\xff\xd8", "no facts"),
        (b"\xff\xd8\xff", "no facts"),
        (b"\xff\xd8\xff\xfe", "no facts"),
        (b"\xff\xd8\xff\xfe\x00", "no facts"),
        (b"\xff\xd8\xff\xfe\x00\x00", "no facts"),
        (b"\xff\xd8\xff\xfe\xff\xff{}", "no facts"),
        (b"\xff\xd8" + b"\xff" * 1000, "no facts"),
        (with_comment(b"[" * 60_000), "no facts"),
        (with_comment(b'{"ice_mock":' * 5_000), "no facts"),
        (with_comment(b'{"ice_mock":' + b"9" * 6_000 + b"}"), "no facts"),
        (with_comment(b'{"ice_mock":{}}'), "'stream' must be str"),
    ],
    ids=lambda value: repr(value[:16]),
)
def test_what_has_no_facts_is_told_so(data, message) -> None:
    with pytest.raises(ValueError, match=message):
        read_frame(data)


@given(data=st.binary() | st.binary().map(b"\xff\xd8".__add__) | st.binary().map(with_comment))
def test_hostile_data_gives_nothing_but_a_value_error(data) -> None:
    with pytest.raises(ValueError):
        read_frame(data)


@given(data=st.data())
@settings(deadline=None)
def test_a_damaged_frame_gives_facts_or_a_value_error(picture, data) -> None:
    whole = jpeg(picture)[:700]
    at = data.draw(st.integers(0, len(whole)))
    damaged = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + 1 :]

    try:
        facts = read_frame(damaged[: data.draw(st.integers(0, len(damaged)))])
    except ValueError:
        return

    assert isinstance(facts, FrameFacts)
