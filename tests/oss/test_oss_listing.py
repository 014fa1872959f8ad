import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from urllib.parse import quote, unquote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oss_world import Door, add_job, new_door, new_engine

from ice_mock.domain.timepiece import FROZEN_START
from ice_mock.engine.objects import BucketWalk
from ice_mock.oss.listing import beyond

NAMES = (
    "a/b/{Sequence}.jpg",
    "a/{Sequence}.jpg",
    "a{Sequence}.jpg",
    "a/b",
    "ab//{UnixTimestamp}",
    "b/\U0010ffff/{Sequence}",
    "b/\U0010ffff",
    "b/é/{Sequence} +%&<.jpg",
    "{Date}/{Sequence}",
)


@pytest.fixture(scope="module")
def shelf() -> Door:
    """A bucket with a minute of keys of many shapes."""
    engine = new_engine()
    for name in NAMES:
        add_job(engine, sequence=name if "{" in name else None, overwrite=None if "{" in name else name)
    engine.time.move_to(FROZEN_START + timedelta(minutes=1))
    return new_door(engine)


@pytest.fixture(scope="module")
def keys(shelf: Door) -> list[str]:
    """Every key of the shelf, taken one by one."""
    walk, found, key = shelf.engine.objects.walk("testbucket"), [], ""
    while stored := walk.next_from(key):
        found.append(stored.key)
        key = stored.key + "\0"
    assert len(found) > 40
    return found


def expected(keys: list[str], prefix: str, delimiter: str) -> list[str]:
    """A naive model: fold every key, and forget what is there already."""
    folded = []
    for key in keys:
        if key.startswith(prefix):
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            folded.append(key if end < 0 else key[: end + len(delimiter)])
    return sorted(set(folded))


def pages(door: Door, version: str, parameters: dict[str, str]) -> Iterator[ET.Element]:
    """Follow the pages as clients do."""
    asking, telling = {
        "1": ("marker", "NextMarker"),
        "2": ("continuation-token", "NextContinuationToken"),
    }[version]
    while True:
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        page = ET.fromstring(door("GET", f"/testbucket/?list-type={version}&{query}").body)
        yield page
        if page.findtext("IsTruncated") == "false":
            return
        parameters = {**parameters, asking: unquote(page.findtext(telling) or "")}


def entries(page: ET.Element) -> list[str]:
    found = [*page.findall("Contents/Key"), *page.findall("CommonPrefixes/Prefix")]
    return [unquote(each.text or "") for each in found]


@pytest.mark.parametrize("version", ["1", "2"])
@given(
    prefix=st.sampled_from(["", "a", "a/", "a/b", "a/b/", "b/", "b/\U0010ffff", "z", "2026", "a/b/1"]),
    delimiter=st.sampled_from(["", "/", "/b", "1", ".jpg", "\U0010ffff"]),
    max_keys=st.sampled_from([1, 2, 3, 7, 100, 1000]),
)
def test_the_pages_hold_every_entry_once(
    shelf: Door, keys: list[str], version: str, prefix: str, delimiter: str, max_keys: int
) -> None:
    asked = {
        "prefix": prefix,
        "delimiter": delimiter,
        "max-keys": str(max_keys),
        "encoding-type": "url",
    }

    found = [entries(page) for page in pages(shelf, version, asked)]

    assert sorted(chain.from_iterable(found)) == expected(keys, prefix, delimiter)
    assert all(len(page) == max_keys for page in found[:-1])


@pytest.mark.parametrize(("version", "parameter"), [("1", "marker"), ("2", "start-after")])
@given(after=st.sampled_from(["", "a/b", "a/b/1.jpg", "a/b/1", "a/c", "zzz", "\0", "a/b/9.jpg\U0010ffff"]))
def test_a_list_begins_after_a_name(
    shelf: Door, keys: list[str], version: str, parameter: str, after: str
) -> None:
    asked = {parameter: after, "max-keys": "10", "encoding-type": "url"}

    found = [key for page in pages(shelf, version, asked) for key in entries(page)]

    assert found == [key for key in keys if key > after]


@given(st.lists(st.text(max_size=4)), st.text(max_size=3))
def test_beyond_a_prefix_nothing_has_it(texts: list[str], prefix: str) -> None:
    bound = beyond(prefix)

    if bound is None:
        assert not prefix.rstrip("\U0010ffff")
    else:
        assert all(f"{prefix}{text}" < bound for text in texts)
        assert all(text.startswith(prefix) for text in texts if prefix <= text < bound)


def test_a_page_of_the_first_version(door: Door) -> None:
    answer = door("GET", "/testbucket/?prefix=snapshot/&max-keys=1&delimiter=x")

    picture = door("GET", "/testbucket/snapshot/1.jpg")
    assert answer.headers["Content-Type"] == "application/xml"
    assert answer.body.decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<ListBucketResult><Name>testbucket</Name><Prefix>snapshot/</Prefix><MaxKeys>1</MaxKeys>"
        "<Delimiter>x</Delimiter><IsTruncated>true</IsTruncated><Marker></Marker>"
        "<NextMarker>snapshot/1.jpg</NextMarker>"
        "<Contents><Key>snapshot/1.jpg</Key><LastModified>2026-01-01T00:00:10.000Z</LastModified>"
        f"<ETag>{picture.headers['ETag']}</ETag><Type>Normal</Type>"
        f"<Size>{picture.headers['Content-Length']}</Size><StorageClass>Standard</StorageClass>"
        "<Owner><ID>1234567890123456</ID><DisplayName>1234567890123456</DisplayName></Owner></Contents>"
        "</ListBucketResult>"
    )


@pytest.mark.parametrize(
    ("fetch_owner", "owner"), [("true", "1234567890123456"), ("false", None), ("", None)]
)
def test_a_page_of_the_second_version(door: Door, fetch_owner: str, owner: str | None) -> None:
    query = f"list-type=2&delimiter=/&max-keys=1&fetch-owner={fetch_owner}&start-after=a&encoding-type=url"

    first = ET.fromstring(door("GET", f"/testbucket/?{query}").body)
    token = first.findtext("NextContinuationToken")
    second = ET.fromstring(door("GET", f"/testbucket/?{query}&continuation-token={token}").body)

    assert first.findtext("Contents/Key") == "latest.jpg"
    assert first.findtext("Contents/Owner/ID") == owner
    assert second.findtext("CommonPrefixes/Prefix") == "snapshot%2F"
    assert second.findtext("ContinuationToken") == token
    assert [
        (page.findtext("KeyCount"), page.findtext("StartAfter"), page.findtext("IsTruncated"))
        for page in (first, second)
    ] == [("1", "a", "true"), ("1", "a", "false")]


def test_names_are_encoded_where_that_is_asked_for(shelf: Door) -> None:
    query = "prefix=b/%C3%A9/1%20%2B&marker=b/%C3%A9&delimiter=%3C"

    plain, encoded = (
        ET.fromstring(shelf("GET", f"/testbucket/?{query}{more}").body) for more in ("", "&encoding-type=url")
    )

    assert plain.findtext("CommonPrefixes/Prefix") == "b/é/1 +%&<"
    assert plain.find("EncodingType") is None
    assert encoded.findtext("CommonPrefixes/Prefix") == "b%2F%C3%A9%2F1%20%2B%25%26%3C"
    assert [encoded.findtext(name) for name in ("EncodingType", "Prefix", "Marker", "Delimiter")] == [
        "url",
        "b%2F%C3%A9%2F1%20%2B",
        "b%2F%C3%A9",
        "%3C",
    ]


@pytest.mark.parametrize(
    ("parameter", "value", "status"),
    [
        ("max-keys", "1", 200),
        ("max-keys", "1000", 200),
        ("max-keys", "", 200),
        ("max-keys", "0", 400),
        ("max-keys", "1001", 400),
        ("max-keys", "-1", 400),
        ("max-keys", "ten", 400),
        ("max-keys", "9" * 5000, 400),
        ("max-keys", "%D9%A1", 400),
        ("encoding-type", "url", 200),
        ("encoding-type", "", 200),
        ("encoding-type", "base64", 400),
        ("list-type", "3", 400),
        ("list-type=2&continuation-token", "", 200),
        ("list-type=2&continuation-token", "!", 400),
        ("list-type=2&continuation-token", "A", 400),
        ("list-type=2&continuation-token", "%FF", 400),
        ("list-type=2&continuation-token", "_w", 400),
    ],
)
def test_parameters_of_a_list(door: Door, parameter: str, value: str, status: int) -> None:
    answer = door("GET", f"/testbucket/?{parameter}={value}")

    assert answer.status == status
    if status == 400:
        error = ET.fromstring(answer.body)
        assert error.findtext("Code") == "InvalidArgument"
        assert error.findtext("ArgumentName") == parameter.rpartition("&")[2]


def test_a_hundred_keys_are_listed_unless_told_otherwise(shelf: Door, keys: list[str]) -> None:
    add_job(shelf.engine, sequence="{Sequence}", bucket="another", every=1)

    page = ET.fromstring(shelf("GET", "/testbucket/").body)

    assert page.findtext("MaxKeys") == "100"
    assert len(entries(page)) == min(100, len(keys))


def test_a_deleted_object_is_not_listed(door: Door) -> None:
    door("DELETE", "/testbucket/snapshot/2.jpg")

    page = ET.fromstring(door("GET", "/testbucket/?max-keys=1000").body)

    assert "snapshot/2.jpg" not in entries(page)
    assert len(entries(page)) == 18


def test_a_folded_prefix_is_leapt_over(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = new_engine()
    add_job(engine, sequence="day/{Date}/{Sequence}.jpg", every=5)
    engine.time.move_to(FROZEN_START + timedelta(days=365))
    looked, next_from = [], BucketWalk.next_from
    monkeypatch.setattr(BucketWalk, "next_from", lambda walk, key: looked.append(key) or next_from(walk, key))

    page = ET.fromstring(new_door(engine)("GET", "/testbucket/?prefix=day/&delimiter=/&max-keys=1000").body)

    assert len(page.findall("CommonPrefixes")) == 366
    assert len(looked) == 367


def test_a_key_that_xml_cannot_hold_does_not_break_the_list() -> None:
    engine = new_engine()
    add_job(engine, overwrite="a\x01\x1b\uffff<&>.jpg")
    engine.time.move_to(FROZEN_START + timedelta(minutes=1))

    plain, encoded = (
        ET.fromstring(new_door(engine)("GET", f"/testbucket/{query}").body)
        for query in ("", "?encoding-type=url")
    )

    assert entries(plain) == ["a\ufffd\ufffd\ufffd<&>.jpg"]
    assert entries(encoded) == ["a\x01\x1b\uffff<&>.jpg"]
    assert re.fullmatch(r"[\x20-\x7e]+", encoded.findtext("Contents/Key") or "")
