"""What goes wrong goes wrong as it does on a socket."""

import asyncio
from collections.abc import Callable
from typing import Any

import oss2
import pytest
import requests
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client as IceClient
from alibabacloud_oss_v2 import GetObjectRequest, aio
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest
from darabonba.policy.retry import RetryOptions
from darabonba.runtime import RuntimeOptions
from interception_sdks import (
    BUCKET,
    ICE,
    ICE_SDKS,
    KEY,
    OSS,
    SECRET,
    STREAM,
    New,
    Older,
    config,
    job,
    template,
    with_async_client,
    with_oss2,
    with_oss_v2,
    with_oss_v2_async,
)

from ice_mock.client import Client
from ice_mock.interception import InProcess, Remote, divert
from ice_mock.server import Server
from ice_mock.worlds import World

FAULTY = {
    "new": New,
    "new, async": ICE_SDKS["new, async"],
    "older": Older,
    "older, async": ICE_SDKS["older, async"],
    "old": ICE_SDKS["old"],
}
READERS = {"oss2": with_oss2, "oss-v2": with_oss_v2, "oss-v2, async": with_oss_v2_async}
NEVER = "30s"


def outcome(act: Callable[[], Any]) -> tuple[str, ...]:
    """How a call ends: the kind of each error that led to the next, or none."""
    try:
        act()
    except Exception as error:  # noqa: BLE001  # whatever it is, it is told
        chain = []
        reason: BaseException | None = error
        while reason is not None:
            chain.append(type(reason).__name__)
            reason = reason.__cause__ or reason.__context__
        return tuple(chain)
    return ()


@pytest.mark.parametrize("make", FAULTY.values(), ids=FAULTY)
@pytest.mark.parametrize("drop", ["reset", "empty", "half", "garbage"])
def test_a_lost_answer_ends_in_the_same_errors_as_over_a_socket(
    make: Callable[[], Any], drop: str, control: Client, in_process: InProcess, server: Server, world: World
) -> None:
    control.faults.add({"action": "CreateLiveSnapshotTemplate", "drop": drop})
    sdk = make()

    with divert(Remote(server.url, world.id)):
        expected = outcome(lambda: sdk("CreateLiveSnapshotTemplate", **template()))
    with divert(in_process):
        found = outcome(lambda: sdk("CreateLiveSnapshotTemplate", **template()))

    assert found == expected != ()
    assert len(control.templates.all()) == len(control.requests.all())


@pytest.fixture
def picture(control: Client, in_process: InProcess) -> str:
    control.streams.publish(STREAM)
    with divert(in_process):
        sdk = New()
        template_id = sdk("CreateLiveSnapshotTemplate", **template())["TemplateId"]
        job_id = sdk("SubmitLiveSnapshotJob", **job(template_id))["JobId"]
    control.clock.advance(seconds=5)
    return f"a b/{job_id}+é/1.jpg"


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_download_that_breaks_off_ends_in_the_same_errors_as_over_a_socket(
    read: Callable[[str], Any],
    picture: str,
    control: Client,
    in_process: InProcess,
    server: Server,
    world: World,
) -> None:
    control.faults.add({"oss": "truncated"})

    with divert(Remote(server.url, world.id)):
        expected = outcome(lambda: read(picture))
    with divert(in_process):
        found = outcome(lambda: read(picture))

    assert found == expected != ()


@pytest.mark.usefixtures("diverted")
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_the_new_sdk_gives_up_waiting_after_its_timeout(asynchronous: bool, control: Client) -> None:
    control.faults.add({"action": "CreateLiveSnapshotTemplate", "delay": NEVER})
    client = IceClient(config())
    call = (
        models.CreateLiveSnapshotTemplateRequest().from_map(template()),
        RuntimeOptions(read_timeout=50, autoretry=False),
    )
    act = {
        False: lambda: client.create_live_snapshot_template_with_options(*call),
        True: lambda: asyncio.run(client.create_live_snapshot_template_with_options_async(*call)),
    }[asynchronous]

    with pytest.raises(Exception, match=r"(?i)time(d )?out"):
        act()

    # As at the service: the action has taken effect, and only its answer is late.
    assert len(control.templates.all()) == 1


@pytest.mark.usefixtures("diverted")
def test_the_old_sdk_gives_up_waiting_after_its_timeout(control: Client) -> None:
    control.faults.add({"action": "ListLiveSnapshotTemplates", "delay": NEVER})
    client = AcsClient(KEY, SECRET, "cn-shanghai", auto_retry=False, timeout=0.05)

    with pytest.raises(Exception, match=r"(?i)time(d )?out"):
        client.do_action_with_exception(CommonRequest(ICE, "2020-11-09", "ListLiveSnapshotTemplates"))


@pytest.mark.usefixtures("diverted")
def test_oss2_gives_up_waiting_after_its_timeout(picture: str, control: Client) -> None:
    control.faults.add({"oss": "slow", "by": NEVER})
    bucket = oss2.Bucket(oss2.Auth(KEY, SECRET), f"https://{OSS}", BUCKET, connect_timeout=0.05)

    with pytest.raises(oss2.exceptions.RequestError, match=r"(?i)time(d )?out"):
        bucket.get_object(picture)


@pytest.mark.usefixtures("diverted")
def test_oss_v2_gives_up_waiting_after_its_timeout(picture: str, control: Client) -> None:
    control.faults.add({"oss": "slow", "by": NEVER})
    options = {"readwrite_timeout": 0.05, "retry_max_attempts": 1}

    async def read(client: aio.AsyncClient) -> Any:
        return await client.get_object(GetObjectRequest(BUCKET, picture))

    for act in (
        lambda: with_oss_v2(picture, **options),
        lambda: asyncio.run(with_async_client(read, **options)),
    ):
        with pytest.raises(Exception, match=r"(?i)time(d )?out"):
            act()


@pytest.mark.usefixtures("diverted")
def test_an_answer_that_is_late_but_in_time_arrives(control: Client) -> None:
    control.faults.add({"action": "CreateLiveSnapshotTemplate", "delay": "20ms"})

    assert New()("CreateLiveSnapshotTemplate", **template())["TemplateId"]


@pytest.mark.usefixtures("diverted")
def test_while_an_answer_is_late_others_go_on(control: Client) -> None:
    control.faults.add({"action": "CreateLiveSnapshotTemplate", "delay": NEVER})
    client = IceClient(config())

    request = models.ListLiveSnapshotTemplatesRequest()

    async def call() -> bool:
        late = asyncio.create_task(
            client.create_live_snapshot_template_async(
                models.CreateLiveSnapshotTemplateRequest().from_map(template())
            )
        )
        while not (await client.list_live_snapshot_templates_async(request)).body.template_list:
            pass
        was_late = not late.done()
        late.cancel()
        return was_late

    assert asyncio.run(call())


@pytest.mark.usefixtures("diverted")
def test_the_new_sdk_tries_again_where_it_is_told_to(control: Client) -> None:
    control.faults.add({"action": "ListLiveSnapshotTemplates", "error": "InternalError", "times": 2})
    condition = {
        "maxAttempts": 3,
        "errorCode": ["InternalError"],
        "backoff": {"policy": "Fixed", "period": 1},
    }
    client = IceClient(config(retry_options=RetryOptions({"retryable": True, "retryCondition": [condition]})))

    answer = client.list_live_snapshot_templates(models.ListLiveSnapshotTemplatesRequest())

    assert answer.status_code == 200
    assert len(control.requests.all()) == 3


@pytest.mark.usefixtures("diverted")
def test_a_session_tries_again_where_its_adapter_is_told_to(control: Client) -> None:
    control.faults.add({"action": "ListLiveSnapshotTemplates", "error": "InternalError", "times": 2})
    with requests.Session() as session:
        retries = requests.adapters.Retry(3, status_forcelist=[500], backoff_factor=0)
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=retries))

        answer = session.get(
            f"https://{ICE}/?Action=ListLiveSnapshotTemplates&Version=2020-11-09&Format=JSON", timeout=5
        )

    assert answer.status_code == 200
    assert [each["status"] for each in control.requests.all()] == [500, 500, 200]


@pytest.mark.usefixtures("diverted")
@pytest.mark.parametrize("retries", [{"total": 2}, {"total": None, "status": 2}])
def test_a_session_tries_again_after_a_status_too(retries: dict[str, Any], control: Client) -> None:
    with requests.Session() as session:
        again = requests.adapters.Retry(
            **retries, status_forcelist=[404], backoff_factor=0, raise_on_status=False
        )
        session.mount("https://", requests.adapters.HTTPAdapter(max_retries=again))

        answer = session.get(f"https://{ICE}/?Action=NoSuchAction&Version=2020-11-09", timeout=5)

    assert answer.status_code == 404
    assert [each["status"] for each in control.requests.all()] == [404] * 3


TO_SPEND = {"action": "CreateLiveSnapshotTemplate", "error": "InternalError", "times": 1}


@pytest.mark.parametrize(
    ("fault", "is_prompt"),
    [
        ({"action": "ListLiveSnapshotJobs", "delay": "1ms"}, False),
        ({"oss": "slow", "by": "1ms"}, False),
        ({**TO_SPEND, "times": 2}, False),
        (TO_SPEND, True),
        ({"callback": "drop"}, True),
        ({"snapshot": "truncated"}, True),
    ],
    ids=["of the API", "of object storage", "half spent", "spent", "of callbacks", "of pictures"],
)
def test_calls_have_threads_of_their_own_only_while_a_fault_can_make_one_late(
    fault: dict[str, Any], is_prompt: bool, control: Client, in_process: InProcess
) -> None:
    assert in_process.is_prompt
    control.faults.add(fault)

    with divert(in_process):
        outcome(lambda: New()("CreateLiveSnapshotTemplate", **template()))

    assert in_process.is_prompt is is_prompt


def test_a_call_to_a_world_that_has_ended_is_late_once(app: Any, server: Server) -> None:
    worlds = server.mock.worlds
    ended = worlds.create().id
    worlds.delete(ended)

    with divert(InProcess(app, ended, server.mock)):
        outcome(lambda: New()("ListLiveSnapshotTemplates"))

    assert [each.late_calls for each in worlds.ended.all() if each.id == ended] == [1]
