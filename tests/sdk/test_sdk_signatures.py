from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.models import Config

from ice_mock.domain.model import AccessKey
from ice_mock.domain.scenario import AccountSpec, Scenario
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock, World

KEY = AccessKey("LTAI-known", "right")
WRONG = AccessKey("LTAI-known", "wrong")
UNKNOWN = AccessKey("LTAI-unknown", "right")


def scenario(signatures: str) -> Scenario:
    return Scenario(account=AccountSpec(access_keys=(KEY,)), clock="frozen", signatures=signatures)


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    """A server for each way to look at signatures."""
    with (
        running(IceMock(scenario("off"))) as off,
        running(IceMock(scenario("known"))) as known,
        running(IceMock(scenario("required"))) as required,
    ):
        yield {"off": off, "known": known, "required": required}


@pytest.mark.parametrize(
    ("signatures", "key"),
    [
        ("off", KEY),
        ("off", WRONG),
        ("off", UNKNOWN),
        ("known", KEY),
        ("known", UNKNOWN),
        ("required", KEY),
    ],
    ids=lambda value: value.secret + " secret of " + value.id if isinstance(value, AccessKey) else value,
)
def test_who_is_let_in(
    servers: dict[str, Server], make_sdk: Callable, signatures: str, key: AccessKey
) -> None:
    sdk = make_sdk(servers[signatures].url, key)

    assert sdk("ListLiveSnapshotTemplates")["TotalCount"] == 0


@pytest.mark.parametrize("signatures", ["known", "required"])
@pytest.mark.parametrize("make_sdk", ["new", "new async"], indirect=True)
def test_a_wrong_secret_is_told_what_should_have_been_signed(
    servers: dict[str, Server], make_sdk: Callable, refusal_of: Callable, signatures: str
) -> None:
    sdk = make_sdk(servers[signatures].url, WRONG)

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    told, _, signed = refusal.message.partition(":")
    assert (refusal.status, refusal.code) == (400, "SignatureDoesNotMatch")
    assert told == "Specified signature is not matched with our calculation. server string to sign is"
    assert signed.startswith("ACS3-HMAC-SHA256\n")


@pytest.mark.parametrize("signatures", ["known", "required"])
@pytest.mark.parametrize("make_sdk", ["old"], indirect=True)
def test_the_old_sdk_finds_its_own_string_in_the_answer_and_blames_the_secret(
    servers: dict[str, Server], make_sdk: Callable, refusal_of: Callable, signatures: str
) -> None:
    sdk = make_sdk(servers[signatures].url, WRONG)

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code) == (400, "InvalidAccessKeySecret")
    assert refusal.message.startswith("The AccessKeySecret is incorrect.")


def test_a_key_that_nobody_knows_is_not_found(
    servers: dict[str, Server], make_sdk: Callable, refusal_of: Callable
) -> None:
    sdk = make_sdk(servers["required"].url, UNKNOWN)

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code) == (404, "InvalidAccessKeyId.NotFound")
    assert refusal.message == "Specified access key is not found."


def test_a_key_that_is_switched_off_is_inactive(sdk: Callable, refusal_of: Callable, world: World) -> None:
    world.engine.store.put(replace(world.key, active=False))

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code) == (400, "InvalidAccessKeyId.Inactive")
    assert refusal.message == "Specified access key is disabled."


def test_a_body_is_signed_too(sdk: Callable) -> None:
    template = {"TemplateName": "截图 +1~*&=%", "TimeInterval": 5, "SequenceFormat": "{JobId}/{Sequence}.jpg"}

    template_id = sdk("CreateLiveSnapshotTemplate", **template)["TemplateId"]

    assert sdk("GetLiveSnapshotTemplate", TemplateId=template_id)["TemplateName"] == "截图 +1~*&=%"


# -- STS --


@pytest.fixture
def sts_world(make_world: Callable[..., World]) -> World:
    return make_world(security_token="t0ken/+=")


def test_a_token_that_belongs_to_the_key_is_let_in(
    server: Server, make_sdk: Callable, sts_world: World
) -> None:
    sdk = make_sdk(server.url, sts_world.key)

    assert sdk("ListLiveSnapshotTemplates")["TotalCount"] == 0


@pytest.mark.parametrize(
    ("token", "code", "message"),
    [
        (None, "MissingSecurityToken", "SecurityToken is mandatory for this action."),
        (
            "another",
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
    ],
    ids=["no token", "another token"],
)
def test_a_key_with_a_token_needs_it(
    server: Server,
    make_sdk: Callable,
    refusal_of: Callable,
    sts_world: World,
    token: str | None,
    code: str,
    message: str,
) -> None:
    sdk = make_sdk(server.url, replace(sts_world.key, security_token=token))

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code, refusal.message) == (400, code, message)


def test_a_key_without_a_token_has_no_use_for_one(
    server: Server, make_sdk: Callable, refusal_of: Callable, world: World
) -> None:
    sdk = make_sdk(server.url, replace(world.key, security_token="t0ken"))

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code) == (400, "InvalidSecurityToken.MismatchWithAccessKey")


def test_a_token_ends_by_the_clock_of_its_world(
    server: Server, make_sdk: Callable, refusal_of: Callable, sts_world: World
) -> None:
    engine = sts_world.engine
    engine.store.put(replace(sts_world.key, expires_at=engine.now() + timedelta(hours=1)))
    sdk = make_sdk(server.url, sts_world.key)
    before = sdk("ListLiveSnapshotTemplates")
    engine.time.move_to(engine.now() + timedelta(hours=1))

    refusal = refusal_of(sdk, "ListLiveSnapshotTemplates")

    assert before["TotalCount"] == 0
    assert (refusal.status, refusal.code) == (400, "InvalidSecurityToken.Expired")
    assert refusal.message == "Specified SecurityToken is expired."


# -- Age --


@pytest.mark.parametrize("minutes", [-16, 16], ids=["too old", "from the future"])
def test_a_signature_of_another_time_is_expired(
    make_sdk: Callable, refusal_of: Callable, minutes: int
) -> None:
    mock = IceMock(
        Scenario(account=AccountSpec(access_keys=(KEY,)), clock="frozen"),
        real_time=lambda: datetime.now(UTC) + timedelta(minutes=minutes),
    )
    with running(mock) as server:
        refusal = refusal_of(make_sdk(server.url, KEY), "ListLiveSnapshotTemplates")

    assert (refusal.status, refusal.code) == (400, "InvalidTimeStamp.Expired")
    assert refusal.message == "Specified time stamp or date value is expired."


# -- Bearer tokens --


def test_a_bearer_token_is_taken_where_no_signature_is_required(servers: dict[str, Server]) -> None:
    endpoint = servers["known"].url.removeprefix("http://")
    client = Client(Config(bearer_token="bearer", endpoint=endpoint, protocol="http"))

    response = client.list_live_snapshot_templates(models.ListLiveSnapshotTemplatesRequest())

    assert response.body.total_count == 0
    journal = servers["known"].mock.worlds.find("default").engine.journal.all()
    assert journal[-1].dialect == "bearer"
