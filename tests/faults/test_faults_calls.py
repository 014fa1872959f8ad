"""Faults of calls over a socket, and what the official SDK makes of them (reference D.5)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from http.client import BadStatusLine, IncompleteRead

import pytest
from alibabacloud_ice20201109 import models
from alibabacloud_ice20201109.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException, ServerException, ThrottlingException
from darabonba.exceptions import UnretryableException

from ice_mock.domain.fault import Fault
from ice_mock.domain.scenario import Scenario
from ice_mock.engine import Engine
from ice_mock.errors import UserDisabled
from ice_mock.faults.api.error import ERRORS
from ice_mock.faults.latency import Fixed, Uniform
from ice_mock.gateway import Call, Gateway, Verification
from ice_mock.server import Server, running
from ice_mock.worlds import IceMock, World

MS = timedelta(milliseconds=1)


def names_of(world: World) -> list[str]:
    return [template.name for template in world.engine.templates.all()]


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_answered_as_documented(arm: Callable, call: Callable, world: World, code: str) -> None:
    arm(error=code, times=1)

    answer = call()

    assert answer.json["Code"] == code
    assert answer.json["Message"]
    assert answer.status == ERRORS[code]().status
    assert answer.headers["x-acs-request-id"] == answer.json["RequestId"]
    assert call().status == 200


def test_an_error_keeps_the_action_from_being_performed(
    arm: Callable, create_template: Callable, world: World
) -> None:
    arm(action="CreateLiveSnapshotTemplate", error="InternalError", times=2)

    for _ in range(2):
        with pytest.raises(ServerException) as caught:
            create_template("refused")
        assert (caught.value.statusCode, caught.value.code) == (500, "InternalError")
    create_template("made")

    assert names_of(world) == ["made"]


def test_an_error_of_the_caller_is_one_to_the_sdk(arm: Callable, list_jobs: Callable) -> None:
    arm(error="Forbidden")

    with pytest.raises(ClientException) as caught:
        list_jobs()

    assert (caught.value.statusCode, caught.value.code) == (403, "Forbidden")


def test_a_throttled_caller_is_told_when_to_come_again(
    arm: Callable, call: Callable, list_jobs: Callable
) -> None:
    arm(throttle="2s")

    answer = call()
    with pytest.raises(ThrottlingException) as caught:
        list_jobs()

    assert (answer.status, answer.json["Code"]) == (400, "Throttling.User")
    assert answer.headers["x-acs-retry-after"] == "2000"
    assert caught.value.retry_after == 2000


def test_throttling_as_a_mere_error_says_nothing_of_when(arm: Callable, list_jobs: Callable) -> None:
    arm(error="Throttling.User")

    with pytest.raises(ClientException) as caught:
        list_jobs()

    assert not isinstance(caught.value, ThrottlingException)


@pytest.mark.parametrize("ending", ["reset", "empty", "half", "garbage"])
def test_an_answer_that_gets_lost_is_no_answer_to_the_sdk_although_the_action_was_performed(
    arm: Callable, create_template: Callable, world: World, ending: str
) -> None:
    arm(drop=ending, times=1)

    with pytest.raises(UnretryableException):
        create_template("made and lost")

    assert names_of(world) == ["made and lost"]
    create_template("next")
    assert names_of(world) == ["made and lost", "next"]


def test_a_reset_is_a_reset(arm: Callable, call: Callable) -> None:
    arm(drop="reset")

    with pytest.raises(ConnectionResetError):
        call()


def test_an_empty_answer_has_status_and_headers_and_no_body(arm: Callable, call: Callable) -> None:
    arm(drop="empty")

    answer = call()

    assert (answer.status, answer.headers["content-length"], answer.body) == (200, "0", b"")
    assert answer.headers["content-type"] == "application/json;charset=utf-8"
    assert answer.headers["x-acs-request-id"]


def test_half_an_answer_announces_its_whole_length(arm: Callable, call: Callable, http: Callable) -> None:
    whole = len(call().body)
    arm(drop="half")

    with pytest.raises(IncompleteRead) as caught:
        call()

    assert len(caught.value.partial) == whole // 2
    assert len(caught.value.partial) + caught.value.expected == whole


def test_garbage_is_no_http(arm: Callable, call: Callable) -> None:
    arm(drop="garbage")

    with pytest.raises(BadStatusLine):
        call()


def test_a_refusal_gets_lost_like_any_other_answer(arm: Callable, call: Callable) -> None:
    arm(drop="empty")
    arm(error="JobNotFound")

    answer = call()

    assert (answer.status, answer.body) == (404, b"")


def test_a_keep_alive_connection_survives_a_fault_in_its_neighbour(
    arm: Callable, call: Callable, sdk: Client, list_jobs: Callable
) -> None:
    list_jobs()
    arm(action="GetLiveSnapshotJob", drop="reset")

    with pytest.raises(ConnectionResetError):
        call("GetLiveSnapshotJob", JobId="x")

    assert list_jobs().status_code == 200


@pytest.mark.parametrize(
    "fault",
    [{"error": "InternalError"}, {"throttle": "1s"}, {"drop": "empty"}, {"delay": "1ms"}],
    ids=str,
)
def test_the_journal_names_the_fault_that_struck(
    arm: Callable, call: Callable, control: Callable, fault: dict
) -> None:
    arm(id="mine", **fault, every=2)

    call()
    call()

    first, second = control("GET", "requests").json["requests"]
    assert (first["fault"], second["fault"]) == (None, "mine")


def test_the_journal_keeps_the_answer_that_got_lost(arm: Callable, call: Callable, control: Callable) -> None:
    arm(drop="reset")

    with pytest.raises(ConnectionResetError):
        call()

    [entry] = control("GET", "requests").json["requests"]
    assert (entry["status"], entry["code"], entry["fault"]) == (200, None, "fault-1")
    assert "JobList" in entry["answer"]


def test_nothing_strikes_in_other_worlds(
    arm: Callable, call: Callable, http: Callable, server: Server, world: World
) -> None:
    arm(error="InternalError")
    other = server.mock.worlds.create(signatures="off")

    answers = [
        http(
            "GET",
            f"/?Action=ListLiveSnapshotJobs&Version=2020-11-09&AccessKeyId={key}&Format=JSON&Signature=n",
        )
        for key in (other.id, "unknown")
    ]

    assert [answer.status for answer in answers] == [200, 200]
    assert call().status == 500
    assert http("GET", f"/_ice_mock/worlds/{other.id}/faults").json == {"faults": []}
    server.mock.worlds.delete(other.id)


# -- Where on the way of a call, and whom --


class Waits(list[timedelta]):
    """What the gateway was made to wait for; nobody waits."""


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def gateway(engine: Engine, real_time: Callable, waits: Waits) -> Gateway:
    class OneWorld:
        def engine_of(self, _: str | None, world_id: str | None = None) -> Engine:
            return engine

        def stray(self, *_: str | None) -> None:
            return None

        def access_key(self, _: str) -> None:
            return None

        def key_with_secret(self, _: str) -> None:
            return None

    return Gateway(OneWorld(), real_time, Verification(), wait=waits.append)


@pytest.fixture
def answer(gateway: Gateway) -> Callable[..., tuple[int, bytes]]:
    def ask(action: str = "ListLiveSnapshotJobs", version: str = "2020-11-09", **parameters: str) -> tuple:
        common = {"Action": action, "Version": version, "Format": "JSON", "SignatureType": "BEARERTOKEN"}
        reply = gateway(Call("GET", query=tuple({**common, **parameters}.items())))
        return reply.status, reply.body

    return ask


def test_a_fault_comes_before_the_parameters_and_after_everything_else(
    engine: Engine, make_fault: Callable[..., Fault], answer: Callable
) -> None:
    from dataclasses import replace

    account = engine.account
    engine.faults.add(make_fault("api", "error", options={"value": "ServiceUnavailable"}))

    assert answer("GetLiveSnapshotJob")[0] == 503  # not MissingParameter
    assert answer("NoSuchAction")[0] == 404
    assert answer(version="2019-01-01")[0] == 400
    engine.store.put(replace(account, status="disabled"))
    assert (answer()[0], UserDisabled.code.encode() in answer()[1]) == (403, True)
    engine.store.put(replace(account, requests_per_second=1))
    assert answer()[0] == 503
    assert b"Throttling.User" in answer()[1]
    assert engine.faults.all()[0].matched == 2


@pytest.mark.parametrize(
    ("selector", "struck"),
    [
        ({"job": "room 1"}, ["of room 1", "by name"]),
        ({"stream": "*/room1"}, ["of room 1", "by name"]),
        ({"bucket": "pictures"}, ["of room 1", "by name"]),
        ({"job": "nobody's"}, ["of nobody's"]),
        ({"action": "List*"}, ["of all"]),
        ({"parameters": {"JobName": "room*"}}, ["by name"]),
        ({"parameters": {"Status": "started"}}, ["of all"]),
    ],
    ids=str,
)
def test_a_call_is_about_the_job_the_stream_and_the_bucket_that_it_names(
    engine: Engine,
    stream: str,
    make_job: Callable,
    make_fault: Callable[..., Fault],
    answer: Callable,
    selector: dict,
    struck: list[str],
) -> None:
    job = make_job("room 1")
    output = '{"StorageType": "oss", "Endpoint": "oss", "Bucket": "pictures"}'
    calls = {
        "of room 1": ("GetLiveSnapshotJob", {"JobId": job.id}),
        "of nobody's": ("GetLiveSnapshotJob", {"JobId": "nobody's"}),
        "of all": ("ListLiveSnapshotJobs", {"Status": "started"}),
        "by name": (
            "SubmitLiveSnapshotJob",
            {
                "JobName": "room 1",
                "StreamInput": f'{{"Url": "{stream}", "Type": "rtmp"}}',
                "SnapshotOutput": output,
            },
        ),
        "badly": ("SubmitLiveSnapshotJob", {"StreamInput": "[" * 5000, "SnapshotOutput": "[]"}),
        "worse": ("SubmitLiveSnapshotJob", {"StreamInput": '{"Url": 1}', "SnapshotOutput": "nonsense"}),
    }
    engine.faults.add(make_fault("api", "error", options={"value": "ServiceUnavailable"}, **selector))

    found = [name for name, (action, parameters) in calls.items() if answer(action, **parameters)[0] == 503]

    assert found == struck


def test_a_delayed_call_takes_effect_at_once_and_is_answered_late(
    engine: Engine, make_fault: Callable[..., Fault], answer: Callable, waits: Waits
) -> None:
    engine.faults.add(make_fault("api", "delay", options={"value": Fixed(300 * MS)}, every=2))
    engine.faults.add(make_fault("api", "error", options={"value": "InternalError"}, every=2))

    statuses = [answer()[0] for _ in range(4)]

    assert statuses == [200, 500, 200, 500]
    assert waits == [300 * MS, 300 * MS]


def test_a_delayed_call_is_in_effect_before_its_answer(
    engine: Engine, real_time: Callable, gateway: Gateway, make_fault: Callable[..., Fault]
) -> None:
    engine.faults.add(make_fault("api", "delay", options={"value": Fixed(MS)}))
    seen: list[int] = []
    gateway._wait = lambda _: seen.append(len(engine.templates.all()))
    query = {
        "Action": "CreateLiveSnapshotTemplate",
        "Version": "2020-11-09",
        "TemplateName": "t",
        "TimeInterval": "5",
        "OverwriteFormat": "{JobId}.jpg",
        "SignatureType": "BEARERTOKEN",
    }

    gateway(Call("GET", query=tuple(query.items())))

    assert seen == [1]


def test_delays_that_are_left_to_chance_follow_from_the_seed(
    engine: Engine, make_fault: Callable[..., Fault], answer: Callable, waits: Waits
) -> None:
    between = {"value": Uniform(100 * MS, 300 * MS)}
    engine.faults.add(make_fault("api", "delay", id="late", options=between))
    for _ in range(5):
        answer()
    engine.faults.add(make_fault("api", "delay", id="late", options=between))
    for _ in range(5):
        answer()

    assert waits[:5] == waits[5:]
    assert len(set(waits)) == 5
    assert all(100 * MS <= each <= 300 * MS for each in waits)


def test_real_time_passes_over_a_socket(arm: Callable, call: Callable, control: Callable) -> None:
    arm(delay={"uniform": ["5ms", "10ms"]})

    assert call().status == 200

    [entry] = control("GET", "requests").json["requests"]
    assert entry["fault"] == "fault-1"


def test_whoever_waits_is_answered_when_the_server_stops() -> None:
    with running(IceMock(Scenario(clock="frozen"))) as server:
        engine = server.mock.worlds.find("default").engine
        engine.faults.add(_delay(timedelta(minutes=10)))
        waiting = threading.Event()
        wait = server.mock.gateway._wait
        server.mock.gateway._wait = lambda length: (waiting.set(), wait(length))
        query = (("Action", "ListLiveSnapshotJobs"), ("Version", "2020-11-09"))
        replies: list[int] = []
        caller = threading.Thread(
            target=lambda: replies.append(server.mock.gateway(Call("GET", query=query)).status)
        )
        caller.start()
        assert waiting.wait(30)

    caller.join(30)

    assert replies == [200]


def _delay(length: timedelta) -> Fault:
    from ice_mock.domain.fault import Plane

    return Fault("late", Plane.API, "delay", {"value": Fixed(length)})


def test_the_sdk_submits_again_after_a_lost_answer_and_makes_a_second_job(
    arm: Callable, sdk: Client, create_template: Callable, world: World
) -> None:
    template = create_template("t").body.template_id
    arm(action="SubmitLiveSnapshotJob", drop="reset", times=1)
    request = models.SubmitLiveSnapshotJobRequest(
        job_name="room 1",
        template_id=template,
        stream_input=models.SubmitLiveSnapshotJobRequestStreamInput(
            url="rtmp://a.example.com/b/c", type="rtmp"
        ),
        snapshot_output=models.SubmitLiveSnapshotJobRequestSnapshotOutput(
            storage_type="oss", endpoint="oss-cn-shanghai.aliyuncs.com", bucket="pictures"
        ),
    )

    with pytest.raises(UnretryableException):
        sdk.submit_live_snapshot_job(request)
    sdk.submit_live_snapshot_job(request)

    assert [job.name for job in world.engine.jobs.all()] == ["room 1", "room 1"]
