"""The Flask application: every plane on one port."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wrappers import Request

from ice_mock.web import control, guard, rpc, stopping
from ice_mock.web.observing import SEEN, CallSeen, Observing, RequestSeen
from ice_mock.web.oss import is_oss, oss_request, oss_response
from ice_mock.worlds import IceMock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(mock: IceMock, access: guard.Access = guard.LOOPBACK) -> Flask:
    """Make the application that serves *mock*; whoever runs it starts and stops the mock.

    *access* is what the control API asks for; nothing but this machine may reach one that asks for no token.
    """
    app = Flask("ice_mock", static_folder=None)
    app.url_map.merge_slashes = False
    app.register_blueprint(control.blueprint(mock))
    # The way that Flask documents to put something in front of an application.
    planes = _with_planes(guard.guarded(app.wsgi_app, access), mock)
    app.wsgi_app = Observing(planes, mock)  # type: ignore[method-assign]
    return app


def _with_planes(app: "WSGIApplication", mock: IceMock) -> "WSGIApplication":
    """Serve the API and OSS before Flask looks at the path: keys are no routes, and a call needs none."""

    def front(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        served: Callable[..., Any] = app
        if is_oss(request):
            asked = oss_request(request)
            given = stopping.request_refusal(mock, asked) if mock.is_stopping else mock.oss(asked)
            environ[SEEN] = RequestSeen(mock, asked, given)
            served = guard.confined(oss_response(given))
        elif request.path == "/":
            response = (stopping.call_refusal if mock.is_stopping else rpc.answer)(mock, request)
            environ[SEEN] = CallSeen.of(mock, response)
            served = guard.confined(response)
        answer: Iterable[bytes] = served(environ, start_response)
        return answer

    return front
