"""Which rule refused a call, for every rule that there is, in one sentence with its facts."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.fault import Fault, Frequency, Plane
from ice_mock.domain.model import AccessKey, Bucket
from ice_mock.domain.policy import Policy, Statement
from ice_mock.errors import InvalidRequest
from ice_mock.gateway import Call, Gateway, Verification

COMMON = (("Version", "2020-11-09"), ("Format", "JSON"))
STREAM = {"Type": "rtmp", "Url": "rtmp://live.example.com/app/room1"}
OUTPUT = {"StorageType": "oss", "Endpoint": "oss-cn-shanghai.aliyuncs.com", "Bucket": "pictures"}


def unsigned(action: str | None, method: str = "POST", **parameters: object) -> Call:
    texts = {name: text if isinstance(text, str) else json.dumps(text) for name, text in parameters.items()}
    named = (("Action", action),) if action else ()
    return Call(method, query=(*named, *COMMON), form=tuple(texts.items()))


@pytest.fixture
def account(engine):
    """Change the account: ``account(status="disabled")``."""
    return lambda **changes: engine.store.put(replace(engine.account, **changes))


@pytest.fixture
def refused(gateway, engine):
    """The sentence and the facts of a call that is refused."""

    def of(call: Call, by: Gateway = gateway) -> tuple[str, dict[str, str]]:
        reply = by(call)
        entry = engine.journal.all()[-1]
        assert entry.status == reply.status >= 400
        return entry.reason.sentence, dict(entry.reason.facts)

    return of


# -- The call as a whole --


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        pytest.param(
            unsigned("ListLiveSnapshotJobs", "PUT"),
            "The method is PUT, where GET or POST is expected.",
            id="method",
        ),
        pytest.param(
            unsigned(None),
            "The call names no action: neither in the header x-acs-action nor in the parameter Action.",
            id="no action",
        ),
        pytest.param(
            unsigned("SubmitLiveSnapshotJobs"),
            "There is no action 'SubmitLiveSnapshotJobs'; SubmitLiveSnapshotJob or ",
            id="unknown action",
        ),
        pytest.param(
            Call("GET", query=(("Action", "ListLiveSnapshotJobs"), ("Format", "JSON"))),
            "The call names no version of the API: ",
            id="no version",
        ),
        pytest.param(
            Call("GET", query=(("Action", "ListLiveSnapshotJobs"), ("Version", "2014-06-18"))),
            "The call wants version '2014-06-18' of the API, and 2020-11-09 is the one there is.",
            id="another version",
        ),
        pytest.param(
            Call("GET", query=(("Action", "ListLiveSnapshotJobs"), COMMON[0], ("Format", "YAML"))),
            "Format is 'YAML', where JSON or XML is expected.",
            id="format",
        ),
        pytest.param(
            replace(unsigned("ListLiveSnapshotJobs"), defect=InvalidRequest(expected="less", found="more")),
            "The request is not valid: expected less, found more.",
            id="defect",
        ),
    ],
)
def test_what_is_wrong_with_a_call_as_a_whole(refused, call, sentence):
    assert refused(call)[0].startswith(sentence)


# -- Authentication --


def test_a_wrong_method_for_an_action_names_the_right_one(refused, account):
    account(behaviour=Behaviour(methods="as-sdks"))

    assert refused(unsigned("ListLiveSnapshotJobs"))[0] == "The method is POST, where GET is expected."


def test_an_unknown_key_is_told_with_those_there_are(refused, demand, engine, rpc):
    demand("required")
    engine.store.put(AccessKey("AK-known", "secret"))

    sentence, facts = refused(rpc(AccessKeyId="AK-unknown"))

    assert sentence == "No world has the access key AK-unknown, and this one requires signatures."
    assert facts == {"access_key_id": "AK-unknown", "registered": "AK-known"}


def test_a_call_without_a_key_is_told_that_signatures_are_required(refused, demand):
    demand("required")

    sentence, _ = refused(unsigned("ListLiveSnapshotJobs"))

    assert sentence == "The call has no AccessKeyId, and this world requires signatures."


def test_a_missing_part_of_a_signature_is_named(refused, rpc):
    assert refused(rpc(Timestamp=None))[0] == "The call has no Timestamp, and a call that is signed needs it."


def test_a_signature_that_cannot_be_read_is_told_what_is_expected(refused, acs3):
    sentence, facts = refused(acs3(authorization="ACS3-HMAC-SHA256 nonsense"))

    assert sentence == "The header Authorization has neither Credential nor SignedHeaders nor Signature."
    assert "SignedHeaders=…" in facts["expected"]


def test_a_key_that_is_switched_off_is_named(refused, worlds, rpc):
    worlds.register(AccessKey("AK-known", "secret", active=False))

    assert refused(rpc())[0] == "The access key AK-known is switched off."


def test_another_method_of_signing_is_told_those_that_are_verified(refused, rpc):
    assert "ACS3-HMAC-SHA256 is" in refused(rpc(SignatureMethod="HMAC-MD5"))[0]


@pytest.mark.parametrize(
    ("minutes", "side"), [(20, "before"), (-20, "after")], ids=["too old", "from the future"]
)
def test_an_old_signature_is_told_with_both_times_and_what_is_allowed(refused, rpc, real_time, minutes, side):
    signed_at = f"{real_time() - timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%SZ}"

    sentence, facts = refused(rpc(Timestamp=signed_at))

    assert sentence.startswith("It was signed 20m" if side == "before" else "It was signed 19m59s")
    assert f" {side} the server's time, and 15m are allowed." in sentence
    assert facts == {
        "signed_at": signed_at,
        "servers_time": "2026-03-04T05:06:07.891Z",
        "allowed_age": "15m",
    }


def test_a_time_that_cannot_be_read_is_told_with_the_form_that_can(refused, rpc):
    sentence, facts = refused(rpc(Timestamp="yesterday"))

    assert sentence.startswith("The time of the signature is 'yesterday', where a time in UTC such as ")
    assert facts == {"expected": "yyyy-MM-ddTHH:mm:ssZ", "found": "yesterday"}


def test_a_nonce_is_told_with_the_time_at_which_it_came_first(gateway, refused, rpc, real_time):
    call = rpc(SignatureNonce="n-1")
    gateway(call)
    real_time.pass_by(seconds=90)

    sentence, facts = refused(replace(call))

    assert sentence == (
        "The nonce n-1 came with a valid signature before, at 2026-03-04T05:06:07.891Z: "
        "a signed request is good once."
    )
    assert facts["first_used_at"] == "2026-03-04T05:06:07.891Z"
    assert facts["servers_time"] == "2026-03-04T05:07:37.891Z"


@pytest.mark.parametrize(
    ("registered", "sent", "sentence"),
    [
        ("sts-token", None, "The access key AK-known comes from STS, and the call has no token with it."),
        (None, "sts-token", "an STS token that is not that of the access key AK-known, which has none."),
        ("sts-token", "another", "that is not that of the access key AK-known, which has another one."),
    ],
    ids=["none", "stray", "another"],
)
def test_tokens_are_told_apart_without_telling_them(refused, worlds, rpc, registered, sent, sentence):
    worlds.register(AccessKey("AK-known", "secret", security_token=registered))

    found, facts = refused(rpc(SecurityToken=sent))

    assert found.endswith(sentence)
    assert facts == {"access_key_id": "AK-known"}


def test_a_token_that_has_ended_is_told_with_both_times(refused, worlds, rpc, engine):
    key = AccessKey("AK-known", "secret", security_token="sts-token", expires_at=engine.now())
    worlds.register(key)

    sentence, facts = refused(rpc(SecurityToken="sts-token"))

    assert sentence == "The STS token of AK-known ended at 2026-01-01T00:00:00.000Z, by the world's clock."
    assert facts["worlds_time"] == "2026-01-01T00:00:00.000Z"


def test_a_call_that_comes_too_late_for_its_world_is_told_so(engine, refused, worlds, real_time, rpc):
    worlds.stray = lambda *_: "the world of test_one has ended"

    sentence, _ = refused(rpc(), Gateway(worlds, real_time, Verification()))

    assert sentence == "The world of test_one has ended."


# -- The account --


def test_a_throttled_call_is_told_the_limit_and_how_many_there_were(gateway, refused, account, rpc):
    account(requests_per_second=2)
    gateway(rpc())
    gateway(rpc())

    sentence, facts = refused(rpc())

    assert sentence == "It was call 3 of a second in which the account may make 2."
    assert facts == {"limit": "2", "calls": "3", "second": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": "disabled"}, "The account is disabled (account.status)."),
        ({"ice": "not-enabled"}, "The account has not enabled the service (account.ice)."),
    ],
    ids=["disabled", "not enabled"],
)
def test_the_state_of_the_account_is_told(refused, account, change, sentence):
    account(**change)

    assert refused(unsigned("ListLiveSnapshotJobs"))[0] == sentence


def test_what_no_statement_allows_is_told_with_the_smallest_that_would(refused, account):
    account(policy=Policy((Statement(allows=True, actions=("ice:Get*",)),)))

    sentence, facts = refused(unsigned("ListLiveSnapshotJobs"))

    smallest = '{"Effect": "Allow", "Action": "ice:ListLiveSnapshotJobs", "Resource": "*"}'
    assert sentence == (
        "No statement of the policy allows ice:ListLiveSnapshotJobs on *; "
        f"the smallest that would is {smallest}."
    )
    assert (facts["to_be_added"], facts["statements"]) == (smallest, "1")


def test_a_statement_that_fits_but_for_its_resource_is_named(refused, account):
    elsewhere = Statement(allows=True, actions=("ice:List*",), resources=("acs:ice:*:*:job/*",))
    account(policy=Policy((elsewhere,)))

    assert (
        "Statement[0] (Allow ice:List* on acs:ice:*:*:job/*) fits only the action"
        in refused(unsigned("ListLiveSnapshotJobs"))[0]
    )


def test_a_denial_names_its_statement_and_what_has_to_go(refused, account):
    denial = Statement(allows=False, actions=("ice:List*",))
    account(policy=Policy((Statement(allows=True), denial)))

    sentence, facts = refused(unsigned("ListLiveSnapshotJobs"))

    assert sentence == (
        "The policy denies ice:ListLiveSnapshotJobs by Statement[1] (Deny ice:List* on *), "
        "which has to go or to leave ice:ListLiveSnapshotJobs out."
    )
    assert json.loads(facts["denying_statement"]) == denial.document
    assert "to_be_added" not in facts


def test_a_denial_of_what_nothing_allows_needs_a_statement_as_well(refused, account):
    account(policy=Policy((Statement(allows=False), Statement(allows=False, actions=("ice:List*",)))))

    sentence, facts = refused(unsigned("ListLiveSnapshotJobs"))

    assert (
        "by Statement[0] (Deny * on *) and Statement[1] (Deny ice:List* on *), which have to go" in sentence
    )
    assert f"and nothing else allows it: {facts['to_be_added']} has to be added." in sentence


# -- Faults --


def test_an_injected_error_names_its_fault(refused, engine):
    engine.faults.add(Fault("lost", Plane.API, "drop", {"value": "reset"}))
    engine.faults.add(
        Fault("f1", Plane.API, "error", {"value": "InternalError"}, frequency=Frequency(every=1))
    )

    sentence, facts = refused(unsigned("ListLiveSnapshotJobs"))

    assert sentence == "The fault f1 refuses the call, whatever it asks for."
    assert (facts["fault"], facts["fired"]) == ("lost, f1", "1")
    assert json.loads(facts["written"])["error"] == "InternalError"


def test_a_failure_of_the_emulator_itself_is_told_as_that(refused, monkeypatch, caplog):
    monkeypatch.setattr(
        "ice_mock.actions.list_live_snapshot_jobs.ListLiveSnapshotJobs.handle", lambda *_, **__: 1 / 0
    )

    assert refused(unsigned("ListLiveSnapshotJobs"))[0].startswith("The emulator itself failed; its log says")


# -- Parameters --


@pytest.mark.parametrize(
    ("action", "parameters", "sentence"),
    [
        pytest.param(
            "GetLiveSnapshotTemplate",
            {"TemplatId": "x"},
            "TemplateId is missing; TemplatId was sent, which nothing reads.",
            id="misspelt",
        ),
        pytest.param(
            "GetLiveSnapshotTemplate",
            {"templateid": "x"},
            "TemplateId is missing; templateid was sent, which nothing reads.",
            id="in lower case",
        ),
        pytest.param(
            "GetLiveSnapshotTemplate", {}, "TemplateId is missing: expected text.", id="not sent at all"
        ),
        pytest.param(
            "GetLiveSnapshotTemplate",
            {"JobId": "x"},
            "TemplateId is missing: expected text.",
            id="something unlike it",
        ),
        pytest.param(
            "GetLiveSnapshotTemplate",
            {"TemplateId": ""},
            "TemplateId is missing: it was sent without a value; expected text.",
            id="empty",
        ),
        pytest.param(
            "SubmitLiveSnapshotJob",
            {"JobName": "x", "TemplateId": "t", "StreamInput": STREAM, "SnapshotOutput.Bucket": "b"},
            "SnapshotOutput is missing; SnapshotOutput.Bucket was sent, but it has to be one parameter: "
            "a JSON object with StorageType, Endpoint, Bucket.",
            id="flattened",
        ),
        pytest.param(
            "SubmitLiveSnapshotJob",
            {
                "JobName": "x",
                "TemplateId": "t",
                "StreamInput": STREAM,
                "SnapshotOutput": {"StorageType": "oss", "Endpoint": "e", "Buckt": "b"},
            },
            "SnapshotOutput.Bucket is missing; SnapshotOutput.Buckt was sent, which nothing reads.",
            id="misspelt inside of JSON",
        ),
        pytest.param(
            "CreateLiveSnapshotTemplate",
            {"TemplateName": "T", "TimeInterval": "4", "SequenceFormat": "{Sequence}.jpg"},
            "TimeInterval is '4', where an integer from 5 to 3600 is expected.",
            id="out of range",
        ),
        pytest.param(
            "SubmitLiveSnapshotJob",
            {
                "JobName": "x",
                "TemplateId": "t",
                "StreamInput": {"Type": "hls", "Url": STREAM["Url"]},
                "SnapshotOutput": OUTPUT,
            },
            "StreamInput.Type is 'hls', where rtmp is expected.",
            id="wrong inside of JSON",
        ),
        pytest.param(
            "ListLiveSnapshotFiles",
            {"JobId": "x", "StartTime": "now", "EndTime": "2026-01-01T00:00:00Z"},
            "StartTime is 'now', where a time in UTC such as 2026-01-31T23:59:59Z is expected.",
            id="a time",
        ),
        pytest.param(
            "ListLiveSnapshotFiles",
            {"JobId": "x", "StartTime": "2026-01-01T00:00:10Z", "EndTime": "2026-01-01T00:00:00Z"},
            "EndTime lies before StartTime by 10s.",
            id="the wrong way round",
        ),
        pytest.param(
            "ListLiveSnapshotFiles",
            {"JobId": "x", "StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-03T00:00:00Z"},
            "EndTime lies 2d after StartTime, where 1d are the most.",
            id="too long a span",
        ),
    ],
)
def test_what_is_wrong_with_a_parameter(refused, action, parameters, sentence):
    assert refused(unsigned(action, **parameters))[0] == sentence


# -- What the action found --


def test_a_template_that_is_not_there_is_told_with_those_like_it(refused, make_template):
    template = make_template()
    typo = template.id[:-1] + ("0" if template.id[-1] != "0" else "1")

    sentence, facts = refused(unsigned("GetLiveSnapshotTemplate", TemplateId=typo))

    assert sentence == f"There is no template {typo} in this world; near to it is {template.id}."
    assert facts == {"template_id": typo, "nearest": template.id}


def test_a_name_in_place_of_an_id_is_recognised(refused, make_template):
    template = make_template("five-seconds")

    sentence, _ = refused(unsigned("GetLiveSnapshotTemplate", TemplateId="five-seconds"))

    assert sentence.endswith(f"; that is the name of {template.id}, and an id is asked for.")


def test_a_template_that_was_deleted_is_told_when(refused, make_template, engine, pass_time):
    template = make_template()
    engine.delete_template(template.id)
    pass_time(seconds=5)

    sentence, facts = refused(unsigned("GetLiveSnapshotTemplate", TemplateId=template.id))

    assert sentence.endswith(": it was deleted at 2026-01-01T00:00:00.000Z.")
    assert facts["deleted_at"] == "2026-01-01T00:00:00.000Z"


def test_a_job_that_is_not_there_in_an_empty_world(refused):
    sentence, _ = refused(unsigned("GetLiveSnapshotJob", JobId="x"))

    assert sentence == "There is no job x in this world, nor any other job."


def test_a_job_that_runs_is_told_since_when(refused, stream, make_job, pass_time):
    job = make_job()
    pass_time(seconds=5)

    sentence, facts = refused(unsigned("SendLiveSnapshotJobCommand", JobId=job.id, Command="start"))

    assert sentence == f"The job {job.id} is running already, since 2026-01-01T00:00:00.000Z."
    assert facts == {"job_id": job.id, "started_at": "2026-01-01T00:00:00.000Z"}


@pytest.mark.parametrize("command", ["start", "restart"])
def test_the_limit_of_jobs_names_those_that_run(refused, account, stream, make_job, command):
    account(concurrent_jobs=1)
    running, waiting = make_job("one"), make_job("two")

    sentence, facts = refused(unsigned("SendLiveSnapshotJobCommand", JobId=waiting.id, Command=command))

    assert sentence == (
        f"The account's limit of jobs that run at once is 1, and is reached by {running.id} (one)."
    )
    assert facts == {"job_id": waiting.id, "limit": "1", "running": f"{running.id} (one)"}


def test_a_stream_that_is_offline_is_told_since_when_and_which_is_live(refused, engine, make_job, pass_time):
    job = make_job(url="rtmp://live.example.com/app/room2")
    engine.publish("rtmp://live.example.com/app/room2")
    engine.publish("rtmp://live.example.com/app/room3")
    pass_time(seconds=5)
    engine.unpublish("rtmp://live.example.com/app/room2")

    sentence, facts = refused(unsigned("SendLiveSnapshotJobCommand", JobId=job.id, Command="start"))

    assert sentence == (
        f"The stream rtmp://live.example.com/app/room2 of the job {job.id} is not live: it went offline at "
        "2026-01-01T00:00:05.000Z, while rtmp://live.example.com/app/room3 is live."
    )
    assert facts["nearest_live_stream"] == "rtmp://live.example.com/app/room3"


def test_a_stream_that_nobody_published_is_told_so(refused, make_job):
    job = make_job()

    sentence, _ = refused(unsigned("SendLiveSnapshotJobCommand", JobId=job.id, Command="start"))

    assert sentence.endswith("is not live: nobody ever published it.")


@pytest.mark.parametrize(
    ("knob", "command"), [({"stop_when_stopped": "refuse"}, "stop"), ({"restart": "running"}, "restart")]
)
def test_a_job_that_does_not_run_is_told_so(refused, account, make_job, knob, command):
    account(behaviour=Behaviour(**knob))
    job = make_job()

    sentence, _ = refused(unsigned("SendLiveSnapshotJobCommand", JobId=job.id, Command=command))

    assert sentence == f"The job {job.id} does not run: it was never started."


@pytest.fixture
def two_frames(engine, stream, make_job, pass_time):
    """A job with two frames, and their timestamps."""

    def captured(**plan: object) -> tuple[str, list[int]]:
        job = make_job(**plan)
        pass_time(seconds=11)
        job = engine.jobs.find(job.id)
        return job.id, [frame.timestamp_ms for frame in engine.jobs.schedule(job, engine.now())]

    return captured


def deletion(job_id: str, *timestamps: int, **more: object) -> Call:
    return unsigned(
        "DeleteLiveSnapshotFiles", JobId=job_id, CreateTimestampList=json.dumps(timestamps), **more
    )


def test_an_unknown_timestamp_is_told_with_the_nearest(refused, two_frames):
    job_id, (first, second) = two_frames()

    sentence, facts = refused(deletion(job_id, first + 1))

    assert sentence.endswith(f"in milliseconds; the nearest it has are those of {first} and {second}.")
    assert (facts["nearest_timestamps"], facts["frames"]) == (f"{first}, {second}", "2")


def test_a_timestamp_beyond_the_calendar_is_refused_like_any_other(refused, two_frames):
    job_id, (_, second) = two_frames()

    assert refused(deletion(job_id, 10**18))[1]["nearest_timestamps"] == f"{second}"


def test_a_file_that_was_deleted_before_is_told_so(gateway, refused, two_frames):
    job_id, (first, _) = two_frames()
    gateway(deletion(job_id, first))

    assert refused(deletion(job_id, first))[0] == f"The file of the timestamp {first} was deleted before."


def test_an_overwrite_file_is_told_with_its_format(refused, two_frames):
    job_id, (first, _) = two_frames(overwrite="{JobId}.jpg", sequence=None)

    sentence, facts = refused(deletion(job_id, first))

    assert sentence == f"The frame of {first} has an overwrite file, which the API does not delete."
    assert facts["overwrite_format"] == "{JobId}.jpg"


def test_a_bucket_that_is_not_authorized_is_named(refused, engine, two_frames):
    engine.buckets.put(Bucket("pictures", authorized=False))
    job_id, (first, _) = two_frames()

    sentence, _ = refused(deletion(job_id, first, DeleteOriginalFile="true"))

    assert sentence == f"The service may not delete in the bucket pictures of the job {job_id}."


# -- The verdict on the signature --


@pytest.mark.parametrize(
    ("mode", "caller", "verdict"),
    [
        ("off", "signed", "not checked: signatures are off in this world"),
        ("known", "signed", "verified"),
        ("known", "unregistered", "not checked: no world has the access key"),
        ("known", "mixed up", "not checked: the secret of the access key AK-known was sent as the id"),
        ("known", "anonymous", "not checked: the call has no signature"),
        ("known", "bearer", "not checked: a bearer token cannot be verified"),
        ("known", "wrong", "refused: SignatureDoesNotMatch"),
        ("required", "unregistered", "refused: InvalidAccessKeyId.NotFound"),
        ("required", "mixed up", "refused: InvalidAccessKeyId.NotFound"),
        ("required", "anonymous", "refused: MissingAccessKeyId"),
        ("required", "unknown action", "not checked: the call was refused before that"),
    ],
)
@pytest.mark.parametrize("dialect", ["rpc", "acs3"])
def test_the_verdict_on_a_signature_is_told(gateway, engine, demand, request, dialect, mode, caller, verdict):
    demand(mode)
    sign = request.getfixturevalue(dialect)
    id = "AccessKeyId" if dialect == "rpc" else "key_id"
    calls = {
        "signed": sign,
        "unregistered": lambda: sign(**{id: "AK-x"}),
        "mixed up": lambda: sign(secret="AK-known", **{id: "secret"}),
        "wrong": lambda: sign(secret="wrong"),
        "unknown action": lambda: sign("NoSuchAction"),
        "anonymous": lambda: unsigned("ListLiveSnapshotJobs"),
        "bearer": lambda: unsigned("ListLiveSnapshotJobs", SignatureType="BEARERTOKEN", BearerToken="t"),
    }

    gateway(calls[caller]())

    assert engine.journal.all()[-1].verdict == verdict


def test_a_signature_that_was_verified_stays_so_when_something_else_refuses(gateway, engine, rpc, account):
    account(status="disabled")

    gateway(rpc())

    [entry] = engine.journal.all()
    assert (entry.verdict, entry.code) == ("verified", "UserDisable")


def test_a_call_that_was_accepted_has_no_reason(gateway, engine, rpc):
    gateway(rpc())

    assert engine.journal.all()[0].reason is None
