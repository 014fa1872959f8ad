"""What clients are told while the server stops: to come again, in the words of the real service."""

from dataclasses import replace

from werkzeug.wrappers import Request, Response

from ice_mock.errors import ControlError, ServiceUnavailable
from ice_mock.oss.request import OssAnswer, OssRequest
from ice_mock.oss.xml import document
from ice_mock.web import rpc
from ice_mock.web.wire import answering
from ice_mock.worlds import IceMock

SENTENCE = "The server is stopping, and takes no new work."


class Stopping(ControlError):
    """The control API is asked to do something while the server stops."""

    status = 503
    code = "ServiceUnavailable"


def call_refusal(mock: IceMock, request: Request) -> Response:
    """Refuse a call of the API, in the format that it asks for; nothing of it is performed."""
    error = ServiceUnavailable().because(SENTENCE)
    reply = mock.gateway(replace(rpc.call_of(request), defect=error))
    response = answering(reply.body, reply.status, reply.ending)
    response.headers.update(reply.headers)
    return response


def request_refusal(mock: IceMock, request: OssRequest) -> OssAnswer:
    """Refuse a request to object storage."""
    engine = mock.reached.engine_of(None, request.world)
    request_id = engine.context.new_id("oss-request").replace("-", "")[:24].upper()
    body = document(
        (
            "Error",
            [
                ("Code", ServiceUnavailable.code),
                ("Message", f"{ServiceUnavailable.message} ice_mock: {SENTENCE}"),
                ("RequestId", request_id),
                ("HostId", request.host),
            ],
        )
    )
    headers = {
        "Content-Type": "application/xml",
        "Content-Length": str(len(body)),
        "x-oss-request-id": request_id,
    }
    return OssAnswer(ServiceUnavailable.status, headers, b"" if request.method == "HEAD" else body)
