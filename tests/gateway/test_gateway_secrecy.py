"""No secret, token or signature gets into the journal, wherever a client puts it."""

import json
from dataclasses import replace
from urllib.parse import quote

import pytest

from ice_mock.domain.model import AccessKey
from ice_mock.domain.policy import Policy
from ice_mock.gateway import Call

SECRET = "K9xQ2/mP+v7=L3zR8wT1yB6nC4"
TOKEN = "CAIS-sts/token+with=signs-0123456789"
KEY = AccessKey("AK-known", SECRET, security_token=TOKEN)
COMMON = (("Version", "2020-11-09"), ("Format", "JSON"))

dialects = pytest.mark.parametrize("dialect", ["rpc", "acs3"])


@pytest.fixture
def remembered(gateway, engine):
    """Everything that the journal has of some calls, in one text."""

    def of(*calls: Call) -> str:
        for call in calls:
            gateway(call)
        return "\n".join(
            text
            for entry in engine.journal.all()
            for text in (repr(entry), entry.answer, *_texts(entry.reason), *entry.parameters.values())
        )

    return of


def _texts(reason) -> list[str]:
    return [reason.sentence, *reason.facts.values()] if reason else []


def signature_in(call: Call) -> str:
    return dict(call.query).get("Signature") or call.headers["authorization"].rpartition("=")[2]


@pytest.fixture
def sign(request, worlds, engine):
    """Sign a call with the key and its token, in the dialect of that name."""
    worlds.register(KEY)
    engine.store.put(KEY)

    def call(dialect: str, action: str = "ListLiveSnapshotTemplates", *, secret: str = SECRET, **sent: str):
        make = request.getfixturevalue(dialect)
        token = {"SecurityToken": TOKEN} if dialect == "rpc" else {"headers": {"x-acs-security-token": TOKEN}}
        return make(action, secret=secret, **token, **sent)

    return call


LEAKS = {
    "none": {},
    "a parameter": {"SearchKeyWord": SECRET},
    "part of a parameter": {"SearchKeyWord": f"key={SECRET};"},
    "inside of JSON": {"Extra": json.dumps({"secret": SECRET, "token": TOKEN})},
    "a name": {SECRET: "x", TOKEN: "y"},
    "a parameter that says so": {"AccessKeySecret": SECRET, "Password": "another-secret"},
    "beyond what is kept": {"SearchKeyWord": "x" * 1015 + SECRET},
}


@dialects
@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
@pytest.mark.parametrize("mode", ["off", "known", "required"])
@pytest.mark.parametrize("outcome", ["accepted", "wrong secret", "forbidden", "unknown action", "invalid"])
def test_nothing_secret_is_remembered(remembered, sign, demand, engine, dialect, leak, mode, outcome):
    demand(mode)
    if outcome == "forbidden":
        engine.store.put(replace(engine.account, policy=Policy(())))
    action = "NoSuchAction" if outcome == "unknown action" else "ListLiveSnapshotTemplates"
    more = {"PageNo": SECRET} if outcome == "invalid" else {}
    secret = "a-wrong-secret-of-a-client" if outcome == "wrong secret" else SECRET
    call = sign(dialect, action, secret=secret, **(leak | more))

    text = remembered(call)

    for hidden in (SECRET, SECRET[:12], TOKEN, TOKEN[:12], signature_in(call), "another-secret"):
        assert hidden not in text


@dialects
def test_an_encoded_token_is_not_in_the_strings_that_explain_a_signature(remembered, sign, dialect):
    text = remembered(sign(dialect, secret="wrong"))

    assert "server string to sign is" in text
    for encoded in ("CAIS-sts%2Ftoken", "CAIS-sts%252Ftoken", "token%2Bwith", "token%252Bwith"):
        assert encoded not in text


@dialects
def test_a_short_token_is_not_in_those_strings_either(remembered, worlds, request, dialect):
    worlds.register(AccessKey("AK-known", SECRET, security_token="t0k3n"))
    make = request.getfixturevalue(dialect)
    token = {"SecurityToken": "t0k3n"} if dialect == "rpc" else {"headers": {"x-acs-security-token": "t0k3n"}}

    assert "t0k3n" not in remembered(make(secret="wrong", **token))


@dialects
def test_a_signature_that_was_sent_as_a_parameter_too_is_not_remembered(remembered, sign, dialect):
    call = sign(dialect)
    signature = signature_in(call)

    text = remembered(replace(call, form=(("Sig", signature), ("X", f"a{signature}b"))))

    assert signature not in text


def test_bearer_tokens_are_not_remembered(remembered, demand):
    demand("required")
    headers = {
        "x-acs-bearer-token": "bearer-one",
        "x-acs-action": "ListLiveSnapshotJobs",
        "x-acs-version": "2020-11-09",
        "authorization": "Bearer bearer-three",
    }
    in_query = (("Action", "ListLiveSnapshotJobs"), *COMMON, ("BearerToken", "bearer-two"))

    text = remembered(
        Call("GET", headers=headers, query=(("X", "bearer-one bearer-three"),)),
        Call("GET", query=(*in_query, ("SignatureType", "BEARERTOKEN"), ("X", "bearer-two"))),
    )

    assert not any(f"bearer-{number}" in text for number in ("one", "two", "three"))


@dialects
def test_a_secret_in_place_of_the_id_of_its_key_is_not_remembered(remembered, sign, engine, dialect):
    mixed_up = {"AccessKeyId": SECRET} if dialect == "rpc" else {"key_id": SECRET}

    text = remembered(sign(dialect, **mixed_up))

    assert SECRET not in text
    assert engine.journal.all()[0].access_key_id == "…"


def test_a_secret_that_an_answer_repeats_is_not_remembered(remembered, sign, engine):
    text = remembered(
        sign(
            "acs3",
            "CreateLiveSnapshotTemplate",
            TemplateName=SECRET,
            TimeInterval="5",
            SequenceFormat="{Sequence}.jpg",
        ),
        sign("acs3", "ListLiveSnapshotTemplates"),
        sign("rpc", "ListLiveSnapshotTemplates", Format="XML", SignatureNonce="another"),
    )

    assert [entry.status for entry in engine.journal.all()] == [200, 200, 200]
    assert SECRET not in text


def test_a_short_secret_is_hidden_where_it_is_a_whole_value_and_no_word_is_lost(gateway, engine, rpc):
    engine.store.put(AccessKey("AK-known", "secret"))

    gateway(rpc(SearchKeyWord="secret", Status="the secretary"))

    [entry] = engine.journal.all()
    assert entry.parameters == {"SearchKeyWord": "…", "Status": "the secretary"}


def test_the_id_of_a_key_stays_readable_though_a_secret_is_part_of_it(gateway, worlds, engine, rpc):
    key = AccessKey("AK-long-enough", "long-enough")
    worlds.register(key)
    engine.store.put(key)

    gateway(rpc(AccessKeyId="AK-long-enough", secret="long-enough"))

    assert engine.journal.all()[0].access_key_id == "AK-long-enough"


def test_what_holds_no_secret_is_remembered_as_it_was(gateway, engine, sign):
    gateway(sign("rpc", SearchKeyWord="rtmp://host/app?x=…", secret="wrong"))

    [entry] = engine.journal.all()
    assert entry.parameters == {"SearchKeyWord": "rtmp://host/app?x=…"}
    assert entry.reason.facts["server_string_to_sign"].startswith("GET&%2F&AccessKeyId%3DAK-known%26Action")


# -- URLs --

CALLBACK = "http://u:PASSW0RD@h.example/cb?room=5&token=TTTT-TOKEN-1"
STREAM = "rtmp://live.example.com/app/room1?auth_key=KKKK-KEY-1"
IN_URLS = ("PASSW0RD", "TTTT-TOKEN-1", "KKKK-KEY-1")
URLS = {
    "CallbackUrl": CALLBACK,
    "StreamInput": json.dumps({"Url": STREAM, "Type": "rtmp"}),
    "Php": json.dumps({"Url": CALLBACK}).replace("/", r"\/"),
    "Go": json.dumps({"Url": CALLBACK}).replace("&", r"\u0026"),
    f"name {CALLBACK}": "x",
    "Nested": f"http://g.example/?next={quote(CALLBACK, safe='')}",
}


@dialects
@pytest.mark.parametrize("outcome", ["accepted", "wrong secret", "unknown action", "invalid"])
def test_what_is_secret_in_a_url_is_not_remembered(remembered, sign, dialect, outcome):
    action = "NoSuchAction" if outcome == "unknown action" else "ListLiveSnapshotTemplates"
    more = {"PageNo": CALLBACK} if outcome == "invalid" else {}

    text = remembered(
        sign(dialect, action, secret="wrong" if outcome == "wrong secret" else SECRET, **URLS, **more)
    )

    assert [secret for secret in IN_URLS if secret in text] == []
    assert "http://…@h.example/cb?room=5&token=…" in text


@pytest.mark.parametrize("format", ["JSON", "XML"])
def test_an_answer_that_repeats_a_url_is_remembered_without_its_secrets(remembered, sign, engine, format):
    call = sign(
        "rpc",
        "CreateLiveSnapshotTemplate",
        Format=format,
        TemplateName=CALLBACK,
        TimeInterval="5",
        SequenceFormat="{Sequence}.jpg",
    )

    text = remembered(call, sign("rpc", Format=format))

    assert [entry.status for entry in engine.journal.all()] == [200, 200]
    assert [secret for secret in IN_URLS if secret in text] == []


def test_of_a_very_long_value_the_beginning_is_kept_and_how_long_it_was(gateway, engine, rpc):
    gateway(rpc(Extra="x" * 500_000))

    [entry] = engine.journal.all()
    assert entry.parameters["Extra"] == f"{'x' * 1024}… (500000 characters)"


def test_half_a_secret_at_the_end_of_what_was_looked_through_is_not_kept(remembered, sign):
    text = remembered(sign("rpc", Extra=TOKEN * 10_000, More=f"{SECRET} " * 1_999 + "x" * 40))

    assert [cut for cut in (TOKEN[:5], SECRET[:5]) if cut in text] == []
