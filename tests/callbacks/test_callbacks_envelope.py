import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.callbacks import post
from ice_mock.callbacks.envelope import event, signature
from ice_mock.domain.callback import Callback
from ice_mock.domain.model import Account

SIGNED_AT = datetime(2026, 3, 4, 5, 6, 7, 891_000, tzinfo=UTC)


@pytest.fixture
def callback() -> Callback:
    return Callback(
        id="c1",
        url="http://receiver.example.com/snap?x=1",
        user_id=1234567890123456,
        job_id="3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e",
        endpoint="oss-cn-shanghai.aliyuncs.com",
        bucket="pictures",
        key="snapshot/1660638613798.jpg",
        number=42,
        instant=datetime(2022, 8, 16, 8, 30, 13, 798_000, tzinfo=UTC),
        is_overlay=False,
    )


@pytest.fixture
def make_post(callback: Callback) -> Callable:
    def make(auth_key: str | None = None, **changes: object) -> object:
        account = Account(1234567890123456, 0, "known", auth_key=auth_key)
        return post(
            replace(callback, **changes),
            account,
            real_time=SIGNED_AT,
            world_time=SIGNED_AT - timedelta(days=1),
        )

    return make


def test_the_envelope_is_that_of_every_event_around_what_file_lists_say(callback: Callback) -> None:
    envelope = event(callback)

    assert envelope == {
        "EventType": "LiveSnapshotFileCreated",
        "UserId": 1234567890123456,
        "EventTime": "2022-08-16T08:30:13Z",
        "MessageBody": {
            "JobId": "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e",
            "OssEndpoint": "oss-cn-shanghai.aliyuncs.com",
            "OssBucket": "pictures",
            "OssObject": "snapshot/1660638613798.jpg",
            "CreateTime": "2022-08-16T08:30:13Z",
            "CreateTimestamp": 1660638613798,
            "IsOverlay": False,
        },
    }


def test_an_overwrite_file_is_announced_as_one(callback: Callback) -> None:
    envelope = event(replace(callback, is_overlay=True))

    assert envelope["MessageBody"]["IsOverlay"] is True


def test_the_body_is_the_envelope_in_compact_json_in_the_order_of_the_documentation(
    make_post: Callable,
) -> None:
    sent = make_post()

    assert sent.body == (
        b'{"EventType":"LiveSnapshotFileCreated","UserId":1234567890123456,"EventTime":"2022-08-16T08:30:13Z",'
        b'"MessageBody":{"JobId":"3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e",'
        b'"OssEndpoint":"oss-cn-shanghai.aliyuncs.com","OssBucket":"pictures",'
        b'"OssObject":"snapshot/1660638613798.jpg","CreateTime":"2022-08-16T08:30:13Z",'
        b'"CreateTimestamp":1660638613798,"IsOverlay":false}}'
    )


def test_a_key_in_another_script_goes_out_as_utf_8(make_post: Callable) -> None:
    sent = make_post(key="截图/1.jpg")

    assert "截图/1.jpg".encode() in sent.body
    assert json.loads(sent.body)["MessageBody"]["OssObject"] == "截图/1.jpg"


def test_it_goes_to_the_url_of_the_callback_within_the_time_that_it_is_given(make_post: Callable) -> None:
    sent = make_post()

    assert sent.url == "http://receiver.example.com/snap?x=1"
    assert sent.timeout == timedelta(seconds=3)


@pytest.mark.parametrize("auth_key", [None, ""], ids=["no key", "an empty key"])
def test_without_a_key_of_the_account_it_is_not_signed(make_post: Callable, auth_key: str | None) -> None:
    sent = make_post(auth_key)

    assert dict(sent.headers) == {"Content-Type": "application/json", "User-Agent": "ice-callback"}


def test_with_a_key_it_carries_the_signature_for_the_real_time_in_seconds(make_post: Callable) -> None:
    sent = make_post("Test123")

    text = "http://receiver.example.com/snap?x=1|1772600767|Test123"
    assert dict(sent.headers) == {
        "Content-Type": "application/json",
        "User-Agent": "ice-callback",
        "X-ICE-TIMESTAMP": "1772600767",
        "X-ICE-SIGNATURE": hashlib.md5(text.encode()).hexdigest(),
    }


def test_the_published_example_is_signed_with_the_md5_of_its_parts() -> None:
    # The documentation prints another value beside these parts, which is the MD5 of none of their orders.
    signed_at = datetime.fromtimestamp(1519375990, UTC)

    headers = signature("https://www.example.com/your/callback", "Test123", signed_at)

    assert headers == {
        "X-ICE-TIMESTAMP": "1519375990",
        "X-ICE-SIGNATURE": "c587b80d2d0ede300e8967937da7219b",
    }
