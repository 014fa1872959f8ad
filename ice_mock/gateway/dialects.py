"""Who calls, and in which dialect."""

from ice_mock.errors import InvalidFormat
from ice_mock.gateway.acs3 import Acs3Signature
from ice_mock.gateway.call import Call
from ice_mock.gateway.rpc import RpcSignature
from ice_mock.gateway.signature import Signature

BEARER = "bearer"
ANONYMOUS = "anonymous"


def signature_of(call: Call) -> Signature | None:
    """Read the signature of a *call*; None if it has none, as with a bearer token or anonymously."""
    return Acs3Signature.of(call) or (None if is_bearer(call) else RpcSignature.of(call))


def dialect_of(call: Call) -> str:
    """Name the dialect, for the journal."""
    if signature := signature_of(call):
        return signature.dialect
    return BEARER if is_bearer(call) else ANONYMOUS


def is_bearer(call: Call) -> bool:
    return (
        "x-acs-bearer-token" in call.headers
        or call.parameters.get("SignatureType", "").upper() == "BEARERTOKEN"
    )


def wants_xml(call: Call) -> bool:
    """Tell which format to answer in; raises InvalidFormat.

    Clients of the newer dialects fail at XML, so they never get it. Without a word about it the
    older ones do.
    """
    if "x-acs-bearer-token" in call.headers or call.headers.get("authorization", "").startswith("ACS3-"):
        return False
    format = call.parameters.get("Format", "").upper()
    if format in ("JSON", "XML"):
        return format == "XML"
    if format:
        raise InvalidFormat().because(
            f"Format is {format!r}, where JSON or XML is expected.", expected="JSON or XML", found=format
        )
    return "x-acs-action" not in call.headers
