"""The account of a scenario: who may call, and what holds for all its jobs."""

from typing import Any

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import DEFAULT_KEY, AccountSpec
from ice_mock.scenario import forms
from ice_mock.scenario.fields import Choice, Digits, Flag, Text, Whole
from ice_mock.scenario.policies import PolicyRecord
from ice_mock.scenario.structures import Group, Many, Record
from ice_mock.scenario.times import Moment

STATUS = ("active", "disabled")
ICE = ("enabled", "not-enabled")


class KeyRecord(Record):
    """An access key; with a token it is one that STS gave."""

    makes = AccessKey

    id = Text("its id", longest=128, form=forms.WORD, required=True)
    secret = Text("its secret", longest=128, required=True)
    active = Flag("whether it may be used at the start")
    security_token = Text("the STS token that has to come with it", longest=4096, allow_none=True)
    expires = Moment(
        "when it stops being valid, an instant or a duration after the start", allow_none=True, default=None
    )

    def made(self, found: dict[str, Any]) -> tuple[AccessKey, Any]:
        """The key, and when it expires: only a world knows when a duration after its start ends."""
        expires = found.pop("expires", None)
        return AccessKey(**found), expires


class CallbackRecord(Record):
    """The account's own callback settings."""

    url = Text(
        "where files are announced whose jobs name no URL", form=forms.RECEIVER, allow_none=True, default=None
    )
    auth_key = Text(
        "the key that callbacks are signed with",
        longest=32,
        form=forms.AUTH_KEY,
        allow_none=True,
        default=None,
    )


class LimitsRecord(Record):
    """How much the account may do."""

    concurrent_jobs = Whole(
        "how many jobs may run", least=0, most=1_000_000, default=AccountSpec().concurrent_jobs
    )
    requests_per_second = Whole(
        "how many calls are answered in a second; more are refused with Throttling.User",
        least=1,
        most=1_000_000,
        allow_none=True,
        default=None,
    )


class AccountRecord(Record):
    """The account that owns the world."""

    id = Digits("its number", longest=18, form=forms.ACCOUNT, default=str(AccountSpec().user_id))
    status = Choice("disabled refuses every call with UserDisable", *STATUS, default="active")
    ice = Choice("not-enabled refuses every call with OperationDenied", *ICE, default="enabled")
    policy = Group("what the caller may do; a denial is Forbidden", PolicyRecord)
    access_keys = Many(
        "the keys that calls are signed with; by default "
        f"{DEFAULT_KEY.id} with the secret {DEFAULT_KEY.secret}",
        Group("a key", KeyRecord),
        expected="a list of keys with id and secret",
    )
    callback = Group("the account's own callback settings", CallbackRecord)
    limits = Group("how much the account may do", LimitsRecord)
