"""Who may pass, and who is refused with which error."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.model import AccessKey, Account
from ice_mock.domain.timepiece import Timepiece
from ice_mock.engine import Engine
from ice_mock.gateway import Call, Gateway, Verification
from ice_mock.gateway.dialects import dialect_of
from ice_mock.store.memory import MemoryStore

QUESTION = (("Action", "ListLiveSnapshotTemplates"), ("Version", "2020-11-09"), ("Format", "JSON"))
ANONYMOUS = Call("GET", query=QUESTION)
BEARER_HEADERS = {
    "x-acs-bearer-token": "token",
    "x-acs-action": "ListLiveSnapshotTemplates",
    "x-acs-version": "2020-11-09",
}
BEARER = Call("GET", query=(("SignatureType", "BEARERTOKEN"),), headers=BEARER_HEADERS)
BEARER_IN_QUERY = Call("GET", query=(*QUESTION, ("SignatureType", "BEARERTOKEN"), ("BearerToken", "token")))
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)

dialects = pytest.mark.parametrize("dialect", ["rpc", "acs3"])


@pytest.fixture
def sign(request):
    """Make a signed call in the dialect of that name."""
    return lambda dialect, *args, **kwargs: request.getfixturevalue(dialect)(*args, **kwargs)


def stamped(dialect: str, text: str) -> dict:
    return {"Timestamp": text} if dialect == "rpc" else {"headers": {"x-acs-date": text}}


def numbered(dialect: str, nonce: str) -> dict:
    return {"SignatureNonce": nonce} if dialect == "rpc" else {"headers": {"x-acs-signature-nonce": nonce}}


def tokened(dialect: str, token: str | None) -> dict:
    return {"SecurityToken": token} if dialect == "rpc" else {"headers": {"x-acs-security-token": token}}


def keyed(dialect: str, id: str) -> dict:
    return {"AccessKeyId": id} if dialect == "rpc" else {"key_id": id}


MISMATCH, UNKNOWN, UNNAMED = "SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound", "MissingAccessKeyId"


@pytest.mark.parametrize(
    ("caller", "off", "known", "required"),
    [
        ("registered", None, None, None),
        ("registered, wrong secret", None, MISMATCH, MISMATCH),
        ("unregistered", None, None, UNKNOWN),
        ("unregistered, wrong secret", None, None, UNKNOWN),
    ],
)
@pytest.mark.parametrize("mode", ["off", "known", "required"])
@dialects
def test_the_mode_says_which_signatures_must_be_right(
    gateway, demand, code, sign, dialect, mode, caller, off, known, required
):
    demand(mode)
    key = keyed(dialect, "AK-stranger") if caller.startswith("unregistered") else {}
    secret = {"secret": "wrong"} if caller.endswith("wrong secret") else {}

    reply = gateway(sign(dialect, **key, **secret))

    assert code(reply) == {"off": off, "known": known, "required": required}[mode]


@pytest.mark.parametrize(
    "call",
    [
        pytest.param(ANONYMOUS, id="anonymous"),
        pytest.param(BEARER, id="bearer"),
        pytest.param(BEARER_IN_QUERY, id="bearer in the query"),
    ],
)
@pytest.mark.parametrize(("mode", "refusal"), [("off", None), ("known", None), ("required", UNNAMED)])
def test_without_a_signature_one_passes_unless_it_is_required(gateway, demand, code, call, mode, refusal):
    demand(mode)

    assert code(gateway(call)) == refusal


def test_a_key_in_a_form_is_verified_like_one_in_the_query(gateway, code, rpc):
    right = rpc("DeleteLiveSnapshotTemplate", method="POST", in_form=True, TemplateId="x")
    wrong = replace(
        right, form=tuple((name, text + "1" * (name == "TemplateId")) for name, text in right.form)
    )

    assert code(gateway(wrong)) == MISMATCH
    assert code(gateway(right)) == "TemplateNotFound"


def test_a_registered_key_without_a_signature_does_not_pass(gateway, code):
    call = Call("GET", query=(*QUESTION, ("AccessKeyId", "AK-known")))

    assert code(gateway(call)) == "MissingSignature"


@dialects
def test_a_key_that_is_switched_off_is_refused(gateway, worlds, code, sign, dialect):
    worlds.register(AccessKey("AK-known", "secret", active=False))

    assert code(gateway(sign(dialect))) == "InvalidAccessKeyId.Inactive"


# -- Age, by real time --


@pytest.mark.parametrize(
    ("age", "refusal"),
    [
        (timedelta(0), None),
        (timedelta(minutes=15), None),
        (timedelta(minutes=-15), None),
        (timedelta(minutes=15, seconds=1), "InvalidTimeStamp.Expired"),
        (timedelta(minutes=-15, seconds=-1), "InvalidTimeStamp.Expired"),
        (timedelta(days=9999), "InvalidTimeStamp.Expired"),
    ],
    ids=str,
)
@dialects
def test_a_signature_is_good_for_a_quarter_of_an_hour_in_either_direction(
    gateway, real_time, code, sign, dialect, age, refusal
):
    real_time.now = NOON

    reply = gateway(sign(dialect, **stamped(dialect, f"{NOON - age:%Y-%m-%dT%H:%M:%SZ}")))

    assert code(reply) == refusal


@dialects
def test_a_signature_ages_with_real_time_and_not_with_the_worlds(
    gateway, pass_time, real_time, code, sign, dialect
):
    call = sign(dialect)

    pass_time(days=365)
    fresh = gateway(call)
    real_time.pass_by(minutes=16)
    old = gateway(replace(call))

    assert (code(fresh), code(old)) == (None, "InvalidTimeStamp.Expired")


@dialects
def test_without_a_limit_every_age_is_good(worlds, real_time, code, sign, dialect):
    gateway = Gateway(worlds, real_time, Verification(max_age=None))

    assert code(gateway(sign(dialect, **stamped(dialect, "1999-12-31T23:59:59Z")))) is None


@pytest.mark.parametrize(
    "text",
    [
        "now",
        "1772600767",
        "2026-03-04",
        "2026-03-04T05:06:07",
        "2026-03-04T05:06:07+00:00",
        "2026-03-04T05:06:07.000Z",
        "2026-03-04 05:06:07Z",
        "2026-02-30T05:06:07Z",
        "2026-03-04T25:06:07Z",
        "20260304T050607Z",
    ],
)
@dialects
def test_a_time_that_cannot_be_read_is_refused(gateway, code, sign, dialect, text):
    assert code(gateway(sign(dialect, **stamped(dialect, text)))) == "InvalidTimeStamp.Format"


# -- Nonces --


@dialects
def test_a_signed_request_is_good_once(gateway, code, sign, dialect):
    call = sign(dialect)

    assert [code(gateway(call)) for _ in range(3)] == [None, "SignatureNonceUsed", "SignatureNonceUsed"]


@dialects
def test_nonces_need_not_be_checked(worlds, real_time, code, sign, dialect):
    gateway = Gateway(worlds, real_time, Verification(nonces=False))
    call = sign(dialect)

    assert [code(gateway(call)) for _ in range(2)] == [None, None]


@dialects
def test_a_wrong_signature_does_not_use_up_its_nonce(gateway, code, sign, dialect):
    nonce = numbered(dialect, "n")

    refused = gateway(sign(dialect, secret="wrong", **nonce))
    accepted = gateway(sign(dialect, **nonce))

    assert (code(refused), code(accepted)) == (MISMATCH, None)


@dialects
def test_each_key_has_nonces_of_its_own(gateway, worlds, code, sign, dialect):
    worlds.register(AccessKey("AK-other", "secret"))
    nonce = numbered(dialect, "n")

    replies = [gateway(sign(dialect, **nonce, **keyed(dialect, id))) for id in ("AK-known", "AK-other")]

    assert [code(reply) for reply in replies] == [None, None]


@dialects
@pytest.mark.parametrize("mode", ["off", "known"])
def test_what_is_not_verified_may_come_again(gateway, demand, code, sign, dialect, mode):
    demand(mode)
    call = sign(dialect, **keyed(dialect, "AK-stranger"))

    assert [code(gateway(call)) for _ in range(2)] == [None, None]


@dialects
def test_a_call_that_the_action_refuses_has_used_up_its_nonce(gateway, code, sign, dialect):
    call = sign(dialect, "GetLiveSnapshotJob", JobId="x")

    assert [code(gateway(call)) for _ in range(2)] == ["JobNotFound", "SignatureNonceUsed"]


# -- Tokens of STS --


@pytest.mark.parametrize(
    ("registered", "sent", "refusal"),
    [
        pytest.param("token", "token", None, id="right"),
        pytest.param("token", "other", "InvalidSecurityToken.MismatchWithAccessKey", id="wrong"),
        pytest.param("token", None, "MissingSecurityToken", id="missing"),
        pytest.param(None, "token", "InvalidSecurityToken.MismatchWithAccessKey", id="for a lasting key"),
        pytest.param(None, None, None, id="none for a lasting key"),
    ],
)
@dialects
def test_a_token_belongs_to_its_key(gateway, worlds, code, sign, dialect, registered, sent, refusal):
    worlds.register(AccessKey("AK-known", "secret", security_token=registered))

    assert code(gateway(sign(dialect, **tokened(dialect, sent)))) == refusal


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [(3599, None), (3600, "InvalidSecurityToken.Expired"), (9999, "InvalidSecurityToken.Expired")],
)
@dialects
def test_a_token_ends_by_the_worlds_time(
    gateway, worlds, engine, pass_time, code, sign, dialect, seconds, refusal
):
    expires_at = engine.now() + timedelta(hours=1)
    worlds.register(AccessKey("AK-known", "secret", security_token="token", expires_at=expires_at))
    pass_time(seconds=seconds)

    assert code(gateway(sign(dialect, **tokened(dialect, "token")))) == refusal


# -- Mandatory parts, in their order --

RPC_PARTS = ["AccessKeyId", "Signature", "SignatureMethod", "SignatureVersion", "SignatureNonce", "Timestamp"]


@pytest.mark.parametrize("place", range(len(RPC_PARTS)), ids=RPC_PARTS)
@pytest.mark.parametrize("empty", [None, ""], ids=["absent", "empty"])
def test_of_the_parts_of_an_rpc_signature_the_first_that_is_missing_is_named(
    gateway, demand, code, rpc, place, empty
):
    demand("required")

    reply = gateway(rpc(**dict.fromkeys(RPC_PARTS[place:], empty)))

    assert code(reply) == f"Missing{RPC_PARTS[place]}"


ACS3_PARTS = {
    "AccessKeyId": "ACS3-HMAC-SHA256 Signature=x,SignedHeaders=host",
    "Signature": "ACS3-HMAC-SHA256 Credential=AK-known",
    "SignedHeaders": "ACS3-HMAC-SHA256 Credential=AK-known,Signature=x",
    "SignatureNonce": "{}",
    "Timestamp": "{}",
}


@pytest.mark.parametrize("name", ACS3_PARTS)
def test_of_the_parts_of_an_acs3_signature_the_first_that_is_missing_is_named(
    gateway, demand, code, acs3, name
):
    demand("required")
    headers = {"x-acs-date": None, **({} if name == "Timestamp" else {"x-acs-signature-nonce": None})}

    reply = gateway(acs3(authorization=ACS3_PARTS[name], headers=headers))

    assert code(reply) == f"Missing{name}"


def test_the_message_of_a_missing_part_names_it(gateway, demand, answer, rpc):
    demand("required")

    reply = gateway(rpc(Timestamp=None))

    assert (reply.status, answer(reply)["Message"]) == (400, "Timestamp is mandatory for this action.")


@pytest.mark.parametrize(
    "parameters",
    [{"SignatureMethod": "HMAC-SHA256"}, {"SignatureMethod": "hmac-sha1"}, {"SignatureVersion": "2.0"}],
    ids=str,
)
def test_another_method_of_rpc_is_not_verified(gateway, code, rpc, parameters):
    assert code(gateway(rpc(**parameters))) == "InvalidSignatureMethod"


@pytest.mark.parametrize("algorithm", ["ACS3-HMAC-SM3", "ACS3-RSA-SHA256"])
def test_another_method_of_acs3_is_not_verified(gateway, code, acs3, algorithm):
    call = acs3()
    authorization = call.headers["authorization"].replace("ACS3-HMAC-SHA256", algorithm)

    reply = gateway(replace(call, headers={**call.headers, "authorization": authorization}))

    assert code(reply) == "InvalidSignatureMethod"


# -- Where a call lands --


@pytest.fixture
def elsewhere(worlds, real_time) -> Engine:
    """Another world, with a key of its own."""
    account = Account(user_id=1, seed=8, signatures="required")
    engine = Engine.create(MemoryStore(), real_time, account, Timepiece.starting("frozen", real_time()))
    worlds.register(AccessKey("AK-elsewhere", "secret"), engine)
    return engine


@dialects
def test_the_key_says_which_world_a_call_belongs_to(gateway, engine, elsewhere, code, sign, dialect):
    reply = gateway(sign(dialect, **keyed(dialect, "AK-elsewhere")))

    assert code(reply) is None
    assert (len(engine.journal.all()), len(elsewhere.journal.all())) == (0, 1)


@dialects
def test_a_refused_call_is_in_the_journal_of_the_world_whose_key_it_names(
    gateway, engine, elsewhere, code, sign, dialect
):
    reply = gateway(sign(dialect, secret="wrong", **keyed(dialect, "AK-elsewhere")))

    assert code(reply) == MISMATCH
    assert (len(engine.journal.all()), len(elsewhere.journal.all())) == (0, 1)


def test_each_world_is_as_strict_as_it_wants_to_be(gateway, elsewhere, code, rpc):
    unsigned = Call("GET", query=(*QUESTION, ("AccessKeyId", "AK-elsewhere")))

    assert code(gateway(unsigned)) == "MissingSignature"
    assert code(gateway(ANONYMOUS)) is None


@pytest.mark.parametrize(
    ("call", "dialect"),
    [(ANONYMOUS, "anonymous"), (BEARER, "bearer"), (BEARER_IN_QUERY, "bearer")],
    ids=["anonymous", "bearer", "bearer in the query"],
)
def test_a_call_without_a_signature_has_a_dialect_too(call, dialect):
    assert dialect_of(call) == dialect


@dialects
def test_a_signed_call_is_known_by_its_dialect(sign, dialect):
    assert dialect_of(sign(dialect)) == dialect.upper()


def test_what_is_signed_in_the_headers_is_no_rpc_call_whatever_its_query_says(gateway, code, acs3):
    reply = gateway(acs3(AccessKeyId="AK-stranger", Signature="x", SignatureType="BEARERTOKEN"))

    assert code(reply) is None


@pytest.mark.parametrize("authorization", ["Basic QUs6eA==", "Bearer x", "OSS AK:x", "ACS3", ""])
def test_other_kinds_of_authorization_are_none(gateway, code, authorization):
    call = replace(ANONYMOUS, headers={"authorization": authorization})

    assert dialect_of(call) == "anonymous"
    assert code(gateway(call)) is None


def test_blanks_between_the_parts_of_an_authorization_do_no_harm(gateway, code, acs3):
    call = acs3()
    authorization = call.headers["authorization"].replace(",", " , ").replace("SHA256 ", "SHA256  ")

    reply = gateway(replace(call, headers={**call.headers, "authorization": authorization}))

    assert code(reply) is None
