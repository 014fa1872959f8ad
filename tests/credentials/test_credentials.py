"""Of URLs in texts only what is secret is hidden, however they are written."""

import json
from urllib.parse import quote
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ice_mock.credentials import bare, hidden_parts, masked, tells

URL = "http://u:PASSW0RD@h.example:8080/cb?room=5&token=TTTT-TOKEN-1&x=y#sig=SSSS-1"
MASKED = "http://…@h.example:8080/cb?room=5&token=…&x=y#sig=…"
SECRETS = ("PASSW0RD", "TTTT-TOKEN-1", "SSSS-1")


def times_encoded(text: str, times: int) -> str:
    for _ in range(times):
        text = quote(text, safe="")
    return text


@pytest.mark.parametrize(
    ("text", "without"),
    [
        (URL, MASKED),
        ("http://h/?token=TTTT-TOKEN-1", "http://h/?token=…"),
        ("http://u@h/", "http://…@h/"),
        ("rtmp://live.example/app/s?auth_key=1-2-3-4", "rtmp://live.example/app/s?auth_key=…"),
        ("https://b.example/o?Expires=5&OSSAccessKeyId=K&Signature=a%2Fb", None),
        ("http://h/?x-oss-signature=abc&x-oss-date=1", "http://h/?x-oss-signature=…&x-oss-date=1"),
        ("http://u:p@ss@h/", "http://…@h/"),
        ("http://u:pa/ss@h/x", "http://…@h/x"),
        ("http://u:pa'ss@h/x", "http://…@h/x"),
        ("cut off: http://u:PASSW0… (90 characters)", "cut off: http://…… (90 characters)"),
        ("http://h/?password=", "http://h/?password="),
        ("http://h/?access_token[]=abc", "http://h/?access_token[]=…"),
        ("http://h/cb?next=http://u:p@g/?token=T&room=5", "http://h/cb?next=http://…@g/?token=…&room=5"),
        ("http://h:80/a@b?c=d@e", "http://h:80/a@b?c=d@e"),
        ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
        ("to http://h/?token=abc.", "to http://h/?token=…."),
        ("is 'http://h/?token=abc' here", "is 'http://h/?token=…' here"),
        ("http://h/a and u:p@h?token=x", "http://h/a and u:p@h?token=…"),
        ("u:p@h?token=x", "u:p@h?token=x"),
        ("no URL: a//b, token=5", "no URL: a//b, token=5"),
        ("", ""),
    ],
)
def test_what_is_secret_in_a_url_is_hidden_and_nothing_else(text: str, without: str | None) -> None:
    expected = without or text.replace("a%2Fb", "…")

    assert masked(text) == expected


@pytest.mark.parametrize("times", range(4))
def test_a_url_is_seen_in_a_query_and_in_what_is_signed(times: int) -> None:
    text = f"GET&%2F&Url{times_encoded('=', times - 1)}{times_encoded(URL, times)}&Next=1" if times else URL

    found = masked(text)

    assert [secret for secret in SECRETS if secret in found] == []
    assert not times or found.endswith("&Next=1")
    assert times_encoded("room=5", times) in found


@pytest.mark.parametrize(
    "written",
    [
        json.dumps({"Url": URL, "Type": "rtmp"}),
        json.dumps({"Url": URL}).replace("/", r"\/"),
        json.dumps({"Url": URL}).replace("&", r"\u0026"),
        json.dumps({"Inner": json.dumps({"Url": URL})}),
        f"<Url>{escape(URL)}</Url>",
        repr({"url": URL}),
    ],
    ids=["JSON", "JSON of PHP", "JSON of Go", "JSON in JSON", "XML", "repr"],
)
def test_a_url_is_seen_in_documents_whose_rest_stays(written: str) -> None:
    found = masked(written)

    assert [secret for secret in SECRETS if secret in found] == []
    assert found.endswith(written[-2:])
    assert "room=5" in found


def test_a_document_stays_a_document() -> None:
    document = {"a": URL, "b": ["http://h/?token=x"], "c": "d"}

    assert json.loads(masked(json.dumps(document, ensure_ascii=False))) == {
        "a": MASKED,
        "b": ["http://h/?token=…"],
        "c": "d",
    }


@given(some.text("ab:/@?&=#%25…\\u0026 \"'", max_size=60))
def test_what_was_masked_once_stays_as_it_is(text: str) -> None:
    once = masked(f"http://u:p@h/?token=x&{text}")

    assert masked(once) == once


@pytest.mark.parametrize("piece", ["://a:b/", "://", "?a=", "&token=", "%3A%2F%2Fa%3Ab", "://u:"])
def test_whatever_a_text_is_made_of_it_is_done_with_soon(piece: str) -> None:
    text = "http://" + piece * (200_000 // len(piece))

    assert len(masked(text)) <= 2 * len(text)


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("token", True),
        ("AccessToken", True),
        ("X-Auth-Key", True),
        ("apikey", True),
        ("Passwd", True),
        ("sign", True),
        ("Signature", True),
        ("x-oss-signature", True),
        ("SignatureMethod", False),
        ("AccessKeyId", False),
        ("JobName", False),
        ("design", False),
        ("room", False),
    ],
)
def test_names_tell_what_is_secret(name: str, is_secret: bool) -> None:
    assert tells(name) is is_secret


@pytest.mark.parametrize(
    ("url", "written", "parts"),
    [
        ("http://a.example/b", "http://a.example/b", []),
        (
            "http://user:word@a.example/b?token=t#f",
            "http://...@a.example/b?...",
            ["token=t", "user:word"],
        ),
        ("http://a.example/b@c#secret", "http://a.example/b@c#...", []),
        ("http://a.example?x", "http://a.example?...", ["x"]),
        ("inbox", "inbox", []),
    ],
)
def test_a_log_has_of_a_url_no_part_that_may_be_secret(url: str, written: str, parts: list[str]) -> None:
    assert bare(url) == written
    assert hidden_parts(url) == parts
