"""The knobs of callbacks: what is signed, with which time, and under which headers."""

from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.callbacks import post
from ice_mock.callbacks.envelope import signature
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.callback import Callback
from ice_mock.domain.model import Account

REAL = datetime(2026, 3, 4, 5, 6, 7, 891_000, tzinfo=UTC)
WORLD = REAL - timedelta(days=60)
OWN, ACCOUNTS = "http://receiver.example.com/job", "http://receiver.example.com/account"
KEY = "Wonderland4610"


@pytest.fixture
def headers():
    """The headers of a callback to *url* in a world with some knobs turned."""

    def made(url=OWN, auth_key=KEY, **knobs):
        account = Account(
            1, 0, "known", callback_url=ACCOUNTS, auth_key=auth_key, behaviour=Behaviour(**knobs)
        )
        job, instant = "3f9a7c1e-58d2-4b06-9e8f-7f1a2b3c4d5e", datetime(2022, 8, 16, tzinfo=UTC)
        callback = Callback("c1", url, 1, job, "oss", "pictures", "1.jpg", 1, instant, is_overlay=False)
        return post(callback, account, real_time=REAL, world_time=WORLD).headers

    return made


@pytest.mark.parametrize(
    ("value", "url", "is_signed"),
    [
        ("always", OWN, True),
        ("always", ACCOUNTS, True),
        ("account-only", OWN, False),
        ("account-only", ACCOUNTS, True),
    ],
    ids=[
        "always, a job's own",
        "always, the account's",
        "account-only, a job's own",
        "account-only, the account's",
    ],
)
def test_callback_signature_says_whether_a_jobs_own_url_is_signed(headers, value, url, is_signed):
    sent = headers(url, callback_signature=value)

    assert ("X-ICE-SIGNATURE" in sent, "X-ICE-TIMESTAMP" in sent) == (is_signed, is_signed)


@pytest.mark.parametrize("value", ["always", "account-only"])
def test_without_a_key_nothing_is_signed_whatever_callback_signature_says(headers, value):
    sent = headers(ACCOUNTS, auth_key=None, callback_signature=value)

    assert set(sent) == {"Content-Type", "User-Agent"}


@pytest.mark.parametrize(("value", "signed_at"), [("real", REAL), ("world", WORLD)], ids=["real", "world"])
def test_callback_time_is_the_time_that_is_signed(headers, value, signed_at):
    sent = headers(callback_time=value)

    assert signature(OWN, KEY, signed_at).items() <= sent.items()
    assert sent["X-ICE-TIMESTAMP"] == str(int(signed_at.timestamp()))


@pytest.mark.parametrize(
    ("name", "header", "default", "other"),
    [
        ("callback_content_type", "Content-Type", "application/json", "application/json;charset=utf-8"),
        ("callback_user_agent", "User-Agent", "ice-callback", "AliyunICE/1.0"),
    ],
    ids=["callback_content_type", "callback_user_agent"],
)
def test_a_header_is_what_its_knob_says(headers, name, header, default, other):
    assert headers()[header] == default
    assert headers(**{name: other})[header] == other
