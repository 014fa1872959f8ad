"""The way of a call: which action, which refusal first, and what is remembered of it."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest

from ice_mock import errors
from ice_mock.actions import ACTIONS, Action
from ice_mock.domain.model import AccessKey
from ice_mock.gateway import Call, Gateway, Verification

VERSION = ("Version", "2020-11-09")
AS_JSON = ("Format", "JSON")


def unsigned(action: str, method: str = "GET", **parameters: str) -> Call:
    return Call(method, query=(("Action", action), VERSION, AS_JSON, *parameters.items()))


# -- What is called --


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_action_takes_get_and_post(gateway, code, action, method):
    assert code(gateway(unsigned(action, method))) in (None, "MissingParameter")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "get"])
def test_other_methods_are_refused(gateway, answer, method):
    reply = gateway(unsigned("ListLiveSnapshotTemplates", method))

    body = answer(reply)
    assert (reply.status, body["Code"], body["Message"]) == (
        403,
        "UnsupportedHTTPMethod",
        "This http method not supported.",
    )


@pytest.mark.parametrize(
    ("call", "status", "code", "message"),
    [
        pytest.param(
            Call("GET", query=(AS_JSON,)),
            400,
            "MissingAction",
            "Action is mandatory for this action.",
            id="no action",
        ),
        pytest.param(
            Call("GET", query=(("Action", ""), VERSION, AS_JSON)),
            400,
            "MissingAction",
            "Action is mandatory for this action.",
            id="empty action",
        ),
        pytest.param(
            Call("GET", query=(("Action", "ListLiveSnapshotTemplates"), AS_JSON)),
            400,
            "MissingVersion",
            "Version is mandatory for this action.",
            id="no version",
        ),
        pytest.param(
            Call("GET", query=(("Action", "ListLiveSnapshotTemplates"), ("Version", "2016-11-01"), AS_JSON)),
            400,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
            id="another version",
        ),
        *(
            pytest.param(
                unsigned(action),
                404,
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
                id=action,
            )
            for action in (
                "DescribeLiveSnapshotConfig",
                "DescribeMeterImsLiveSnapshotUsage",
                "listlivesnapshottemplates",
                "__class__",
            )
        ),
    ],
)
def test_what_cannot_be_called_is_refused(gateway, answer, call, status, code, message):
    reply = gateway(call)

    body = answer(reply)
    assert (reply.status, body["Code"], body["Message"]) == (status, code, message)


def test_action_and_version_in_the_headers_come_before_those_in_the_query(gateway, code):
    headers = {"x-acs-action": "GetLiveSnapshotJob", "x-acs-version": "2020-11-09"}
    query = (("Action", "ListLiveSnapshotTemplates"), ("Version", "1"), ("JobId", "x"))

    assert code(gateway(Call("GET", query=query, headers=headers))) == "JobNotFound"


@pytest.mark.parametrize(
    ("query", "form"),
    [
        pytest.param(
            ["Action", "Version", "Format", "TemplateName", "TimeInterval", "SequenceFormat"], [], id="query"
        ),
        pytest.param(
            [], ["Action", "Version", "Format", "TemplateName", "TimeInterval", "SequenceFormat"], id="form"
        ),
        pytest.param(
            ["Action", "Version", "TemplateName"], ["Format", "TimeInterval", "SequenceFormat"], id="both"
        ),
    ],
)
def test_query_and_form_are_one(gateway, engine, code, query, form):
    texts = {
        "Action": "CreateLiveSnapshotTemplate",
        "Version": "2020-11-09",
        "Format": "JSON",
        "TemplateName": "截图 & more",
        "TimeInterval": "5",
        "SequenceFormat": "{Sequence}.jpg",
    }

    reply = gateway(
        Call(
            "POST",
            query=tuple((name, texts[name]) for name in query),
            form=tuple((name, texts[name]) for name in form),
        )
    )

    assert code(reply) is None
    assert [template.name for template in engine.templates.all()] == ["截图 & more"]


@pytest.mark.parametrize(
    ("error", "status", "code", "message"),
    [
        (
            errors.ActionNotFound(),
            404,
            "InvalidAction.NotFound",
            "Specified api is not found, please check your url and method.",
        ),
        (
            errors.MissingCommonParameter("AccessKeyId"),
            400,
            "MissingAccessKeyId",
            "AccessKeyId is mandatory for this action.",
        ),
        (
            errors.InvalidCommonParameter("Version"),
            400,
            "InvalidVersion",
            "Specified parameter Version is not valid.",
        ),
        (
            errors.AccessKeyNotFound(),
            404,
            "InvalidAccessKeyId.NotFound",
            "Specified access key is not found.",
        ),
        (errors.AccessKeyInactive(), 400, "InvalidAccessKeyId.Inactive", "Specified access key is disabled."),
        (
            errors.SignatureDoesNotMatch(string_to_sign="GET&%2F&A%3D1"),
            400,
            "SignatureDoesNotMatch",
            "Specified signature is not matched with our calculation. server string to sign is:GET&%2F&A%3D1",
        ),
        (
            errors.IncompleteSignature(string_to_sign="x"),
            400,
            "IncompleteSignature",
            "The request signature does not conform to Aliyun standards. server string to sign is:x",
        ),
        (
            errors.InvalidSignatureMethod(),
            400,
            "InvalidSignatureMethod",
            "Specified signature method is not valid.",
        ),
        (errors.NonceUsed(), 400, "SignatureNonceUsed", "Specified signature nonce was used already."),
        (
            errors.TimestampMalformed(),
            400,
            "InvalidTimeStamp.Format",
            "Specified time stamp or date value is not well formatted.",
        ),
        (
            errors.TimestampExpired(),
            400,
            "InvalidTimeStamp.Expired",
            "Specified time stamp or date value is expired.",
        ),
        (errors.InvalidFormat(), 400, "InvalidParameter.Format", "Specified parameter format is not valid."),
        (errors.MethodNotSupported(), 403, "UnsupportedHTTPMethod", "This http method not supported."),
        (
            errors.SecurityTokenExpired(),
            400,
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        ),
        (
            errors.SecurityTokenMismatch(),
            400,
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ),
    ],
    ids=lambda value: value.code if isinstance(value, errors.ApiError) else "",
)
def test_the_errors_of_the_gateway_read_as_they_are_documented(error, status, code, message):
    assert (error.status, error.code, str(error)) == (status, code, message)


# -- In which order --

LADDER: list[tuple[str, dict[str, Any]]] = [
    ("UnsupportedHTTPMethod", {"method": "PUT"}),
    ("MissingAction", {"action": None}),
    ("MissingVersion", {"Version": None}),
    ("InvalidVersion", {"Version": "1"}),
    ("InvalidAction.NotFound", {"action": "Nothing"}),
    ("InvalidParameter.Format", {"Format": "yaml"}),
    ("MissingSignatureNonce", {"SignatureNonce": None}),
    ("MissingTimestamp", {"Timestamp": None}),
    ("InvalidAccessKeyId.NotFound", {"AccessKeyId": "AK-stranger"}),
    ("InvalidAccessKeyId.Inactive", {"AccessKeyId": "AK-inactive"}),
    ("InvalidSecurityToken.MismatchWithAccessKey", {"SecurityToken": "token"}),
    ("InvalidTimeStamp.Format", {"Timestamp": "yesterday"}),
    ("InvalidTimeStamp.Expired", {"Timestamp": "2026-03-03T05:06:07Z"}),
    ("SignatureNonceUsed", {"SignatureNonce": "used"}),
    ("InvalidSignatureMethod", {"SignatureMethod": "HMAC-SHA256"}),
    ("SignatureDoesNotMatch", {"secret": "wrong"}),
    ("MissingParameter", {"JobId": None}),
    ("InvalidParameter", {"Limit": "0"}),
    ("EndTimeMismatch", {"EndTime": "2025-12-31T00:00:00Z"}),
    ("JobNotFound", {"JobId": "x"}),
]


@pytest.mark.parametrize("rung", range(len(LADDER)), ids=[code for code, _ in LADDER])
def test_of_all_that_is_wrong_the_first_is_refused(gateway, worlds, demand, code, make_job, rpc, rung):
    demand("required")
    worlds.register(AccessKey("AK-inactive", "secret", active=False))
    span = {"StartTime": "2026-01-01T00:00:00Z", "EndTime": "2026-01-01T01:00:00Z"}
    right = {"action": "ListLiveSnapshotFiles", "JobId": make_job().id, **span}
    gateway(rpc(**right, SignatureNonce="used"))
    wrong: dict[str, Any] = {}
    for _, mistake in reversed(LADDER[rung:]):
        wrong |= mistake

    reply = gateway(rpc(**(right | wrong)))

    assert code(reply) == LADDER[rung][0]


def test_a_defect_of_the_whole_request_comes_before_everything_else(gateway, answer):
    defect = errors.InvalidRequest(expected="a body of up to 1 MiB", found="2 MiB")

    reply = gateway(Call("PUT", query=(AS_JSON,), defect=defect))

    body = answer(reply)
    assert (reply.status, body["Code"], body["Message"]) == (
        400,
        "InvalidParameter",
        "The request is not valid: expected a body of up to 1 MiB, found 2 MiB.",
    )


# -- What goes wrong within --


class Explode(Action):
    @staticmethod
    def handle(engine: object) -> dict[str, Any]:
        raise ZeroDivisionError("secret detail")


@pytest.mark.parametrize("format", ["JSON", "XML"])
def test_a_mistake_of_the_emulator_is_an_internal_error_and_is_logged(
    gateway, engine, monkeypatch, caplog, format
):
    monkeypatch.setitem(ACTIONS, "Explode", Explode)
    caplog.set_level(logging.ERROR)

    reply = gateway(Call("GET", query=(("Action", "Explode"), VERSION, ("Format", format))))

    [record] = caplog.records
    [entry] = engine.journal.all()
    assert reply.status == 500
    assert b"InternalError" in reply.body
    assert b"The request processing has failed due to some unknown error." in reply.body
    assert b"secret detail" not in reply.body
    assert reply.headers["x-acs-request-id"] in record.getMessage()
    assert record.exc_info[0] is ZeroDivisionError
    assert (entry.code, entry.status) == ("InternalError", 500)


def test_after_a_mistake_of_the_emulator_the_next_call_is_answered(gateway, monkeypatch, code, rpc):
    monkeypatch.setitem(ACTIONS, "Explode", Explode)

    replies = [gateway(rpc("Explode")), gateway(rpc())]

    assert [code(reply) for reply in replies] == ["InternalError", None]


# -- What is remembered --


def test_the_journal_tells_who_asked_for_what_and_what_was_answered(gateway, engine, rpc):
    reply = gateway(rpc("GetLiveSnapshotJob", JobId="x", RegionId="cn-shanghai"))

    [entry] = engine.journal.all()
    assert entry.id == reply.headers["x-acs-request-id"]
    assert (entry.action, entry.dialect, entry.method) == ("GetLiveSnapshotJob", "RPC", "GET")
    assert (entry.access_key_id, entry.at) == ("AK-known", engine.now())
    assert entry.parameters == {"JobId": "x", "RegionId": "cn-shanghai"}
    assert (entry.status, entry.code, entry.message) == (404, "JobNotFound", "No such job.")
    assert (entry.answer, entry.answer_length) == (reply.body.decode(), len(reply.body))
    assert entry.duration.total_seconds() >= 0


def test_a_call_that_succeeds_is_remembered_without_an_error(gateway, engine, acs3):
    gateway(acs3("ListLiveSnapshotTemplates", PageSize="5"))

    [entry] = engine.journal.all()
    assert (entry.dialect, entry.status, entry.code, entry.message) == ("ACS3", 200, None, None)
    assert entry.parameters == {"PageSize": "5"}


@pytest.mark.parametrize(
    ("call", "action"),
    [
        (Call("GET", query=(AS_JSON,)), None),
        (unsigned("Nothing"), "Nothing"),
        (unsigned("ListLiveSnapshotTemplates", "PUT"), "ListLiveSnapshotTemplates"),
    ],
    ids=["no action", "unknown action", "method"],
)
def test_every_refused_call_is_remembered_too(gateway, engine, answer, call, action):
    reply = gateway(call)

    [entry] = engine.journal.all()
    assert (entry.action, entry.code, entry.status) == (action, answer(reply)["Code"], reply.status)


@pytest.mark.parametrize("dialect", ["rpc", "acs3"])
@pytest.mark.parametrize("mode", ["off", "known", "required"])
def test_what_is_remembered_holds_no_secret(gateway, worlds, engine, demand, request, dialect, mode):
    demand(mode)
    worlds.register(AccessKey("AK-known", "top-secret", security_token="sts-token"))
    token = (
        {"SecurityToken": "sts-token"}
        if dialect == "rpc"
        else {"headers": {"x-acs-security-token": "sts-token"}}
    )
    call = request.getfixturevalue(dialect)(secret="top-secret", **token)
    signature = dict(call.query).get("Signature") or call.headers["authorization"].rpartition("=")[2]

    reply = gateway(call)

    remembered = repr(engine.journal.all())
    assert reply.status == 200
    assert all(secret not in remembered for secret in ("top-secret", "sts-token", signature))


def test_a_bearer_token_is_not_remembered(gateway, engine):
    query = (("SignatureType", "BEARERTOKEN"), ("BearerToken", "bearer-1"))
    headers = {
        "x-acs-bearer-token": "bearer-2",
        "x-acs-action": "ListLiveSnapshotTemplates",
        "x-acs-version": "2020-11-09",
    }

    gateway(Call("GET", query=query, headers=headers))

    assert engine.journal.all()[0].dialect == "bearer"
    assert "bearer-" not in repr(engine.journal.all())


def test_long_values_are_remembered_by_their_beginning(gateway, engine):
    gateway(unsigned("ListLiveSnapshotTemplates", SearchKeyWord="x" * 5000, **{"y" * 5000: "z"}))

    [entry] = engine.journal.all()
    assert entry.parameters["SearchKeyWord"] == "x" * 1024 + "… (5000 characters)"
    assert "y" * 1024 + "… (5000 characters)" in entry.parameters


def test_of_very_many_parameters_the_first_are_remembered_and_the_others_counted(gateway, engine):
    gateway(unsigned("ListLiveSnapshotTemplates", **{f"Extra.{number}": "x" for number in range(1000)}))

    [entry] = engine.journal.all()
    assert len(entry.parameters) == 251
    assert entry.parameters["…"] == "750 more"


def test_long_answers_are_remembered_by_their_beginning(gateway, engine, make_template):
    for _ in range(40):
        make_template("x" * 100)

    reply = gateway(unsigned("ListLiveSnapshotTemplates", PageSize="100"))

    [entry] = engine.journal.all()
    assert entry.answer == reply.body.decode()[:4096]
    assert entry.answer_length == len(reply.body) > 4096


def test_a_long_answer_is_bounded_in_bytes(gateway, engine, make_template):
    for _ in range(40):
        make_template("截" * 100)

    gateway(unsigned("ListLiveSnapshotTemplates", PageSize="100"))

    [entry] = engine.journal.all()
    assert 4093 <= len(entry.answer.encode()) <= 4096


def test_however_many_parameters_there_are_the_answer_is_short(worlds, real_time):
    gateway = Gateway(worlds, real_time, Verification())
    extra = tuple((f"TemplateIds.{number}", "x") for number in range(100_000))

    reply = gateway(replace(unsigned("ListLiveSnapshotTemplates"), form=extra))

    assert json.loads(reply.body)["Code"] == "InvalidParameter"
    assert len(reply.body) < 2000
