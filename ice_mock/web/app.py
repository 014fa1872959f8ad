"""The Flask application: every plane on one port."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.wrappers import Request

from ice_mock.web import control, rpc
from ice_mock.web.oss import is_oss, oss_request, oss_response
from ice_mock.worlds import IceMock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def create_app(mock: IceMock) -> Flask:
    """Make the application that serves *mock*; whoever runs it starts and stops the mock."""
    app = Flask("ice_mock", static_folder=None)
    app.url_map.merge_slashes = False
    app.register_blueprint(control.blueprint(mock))
    # The way that Flask documents to put something in front of an application.
    app.wsgi_app = _with_planes(app.wsgi_app, mock)  # type: ignore[method-assign, assignment]
    return app


def _with_planes(app: "WSGIApplication", mock: IceMock) -> "WSGIApplication":
    """Serve the API and OSS before Flask looks at the path: keys are no routes, and a call needs none."""

    def front(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        served: Callable[..., Any] = app
        if is_oss(request):
            served = oss_response(mock.oss(oss_request(request)))
        elif request.path == "/":
            served = rpc.answer(mock, request)
        answer: Iterable[bytes] = served(environ, start_response)
        return answer

    return front
