"""The timeline of a scenario: changes at virtual instants."""

from typing import Any

from ice_mock.domain.scenario import Event
from ice_mock.scenario import forms
from ice_mock.scenario.accounts import ICE, STATUS
from ice_mock.scenario.fault_records import FaultField
from ice_mock.scenario.fields import Choice, Flag, Only, Text
from ice_mock.scenario.policies import PolicyRecord
from ice_mock.scenario.records import TemplateRecord
from ice_mock.scenario.structures import Group, Record
from ice_mock.scenario.times import Since


class AccountChange(Record):
    """A change of the account."""

    at_least_one = ("status", "ice")

    status = Choice("what the account becomes", *STATUS)
    ice = Choice("whether the service is enabled from now on", *ICE)


class KeyChange(Record):
    """A change of an access key."""

    exactly_one = (("active", "secret", "expired"),)

    id = Text("the id of the key", longest=128, required=True)
    active = Flag("whether it may be used from now on")
    secret = Text("its new secret", longest=128)
    expired = Only("its token is not valid any longer", value=True)


class BucketChange(Record):
    """A change of a bucket."""

    exactly_one = (("authorized", "exists"),)

    name = Text("the name of the bucket", longest=63, form=forms.BUCKET, required=True)
    authorized = Flag("whether the service may write and delete in it from now on")
    exists = Flag("whether it exists from now on")


class JobCommand(Record):
    """A command to a job."""

    exactly_one = (("name", "id"),)

    name = Text("the name of the job", longest=128)
    id = Text("the id of the job", form=forms.UUID)
    command = Choice(
        "what it is told; what the service would refuse is not done",
        "start",
        "stop",
        "restart",
        required=True,
    )


class EventRecord(Record):
    """Something that happens: `at`, and one change."""

    exactly_one = (
        (
            *("publish", "unpublish", "create_template", "delete_template", "account", "access_key"),
            *("policy", "bucket", "job", "fault", "clear_fault"),
        ),
    )

    at = Since("when, after the start", required=True)
    publish = Text("ingest of this URL begins", form=forms.RTMP)
    unpublish = Text("ingest of this URL ends", form=forms.RTMP)
    create_template = Group("a template is made", TemplateRecord)
    delete_template = Text("the template with this id is deleted", longest=128)
    account = Group("the account changes", AccountChange)
    access_key = Group("an access key is switched, rotated, or its token expires", KeyChange)
    policy = Group("the policy is replaced", PolicyRecord)
    bucket = Group("a bucket comes, goes, or is authorized or not", BucketChange)
    job = Group("a job is told to start, stop or restart", JobCommand)
    fault = FaultField("a fault is set; its own window counts from the scenario's start")
    clear_fault = Text("the fault with this id is cleared", longest=64)

    def made(self, found: dict[str, Any]) -> Event:
        at = found.pop("at")
        ((change, what),) = found.items()
        return Event(at, change, what)
