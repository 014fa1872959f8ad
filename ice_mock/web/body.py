"""Reading a request's body without trusting its length."""

from typing import BinaryIO, cast

from werkzeug.wrappers import Request

from ice_mock import limits

LONGEST = limits.BODY_BYTES
_DISCARDED = limits.DISCARDED_BYTES
_CHUNK = 64 * 1024


def read_body(request: Request) -> bytes | None:
    """The whole body, whether its length was announced or it came in chunks; None if it is too long.

    What is too long is read to its end all the same, up to a point: a client that is still
    sending would otherwise never see the answer.
    """
    stream = cast("BinaryIO", request.stream)
    body = stream.read(LONGEST + 1)
    if len(body) <= LONGEST:
        return body
    discarded = len(body)
    while discarded < _DISCARDED and (chunk := stream.read(_CHUNK)):
        discarded += len(chunk)
    return None
