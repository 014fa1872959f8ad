"""The API plane over HTTP."""

from urllib.parse import parse_qsl

from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from ice_mock.errors import ApiError, InvalidRequest
from ice_mock.gateway import Call
from ice_mock.gateway.call import Pairs
from ice_mock.web.body import LONGEST, read_body
from ice_mock.web.wire import answering
from ice_mock.worlds import IceMock

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 1_000
CONSOLE = "/_ice_mock/"


def answer(mock: IceMock, request: Request) -> Response:
    """Answer a call of the API; a person with a browser is sent to the console."""
    if is_browser(request):
        return redirect(CONSOLE)
    reply = mock.gateway(call_of(request))
    response = answering(reply.body, reply.status, reply.ending)
    response.headers.update(reply.headers)
    return response


def is_browser(request: Request) -> bool:
    """Tell a person who opens the address of the server from a program that calls the API."""
    return (
        request.method == "GET"
        and not request.query_string
        and "text/html" in request.headers.get("Accept", "")
    )


def call_of(request: Request) -> Call:
    """Translate a request; what is wrong with it as a whole becomes the call's defect."""
    body = read_body(request)
    query, defect = _decoded("query", request.query_string)
    form: Pairs = ()
    if body is None:
        defect = InvalidRequest(expected=f"a body of up to {LONGEST} bytes", found="more")
    elif body and request.mimetype in ("", FORM):
        form, form_defect = _decoded("body", body)
        defect = defect or form_defect
    elif body:
        defect = InvalidRequest(expected=f"a body of type {FORM}", found=repr(request.mimetype))
    return Call(
        method=request.method,
        path=request.path,
        query=query,
        form=form,
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body or b"",
        defect=defect,
    )


def _decoded(place: str, text: bytes) -> tuple[Pairs, ApiError | None]:
    # Latin-1 keeps the bytes as they are: they are percent-encoded, and UTF-8 underneath.
    fields = text.decode("latin-1").split("&", MOST_PARAMETERS)
    # Those that fit are read even if there are more: they say in which format to refuse.
    pairs = parse_qsl("&".join(fields[:MOST_PARAMETERS]), keep_blank_values=True, errors="replace")
    if len(fields) <= MOST_PARAMETERS:
        return tuple(pairs), None
    return tuple(pairs), InvalidRequest(
        expected=f"up to {MOST_PARAMETERS} parameters in the {place}", found="more"
    )
