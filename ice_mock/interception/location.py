"""The location service, as far as the old core asks it for the endpoints of ICE.

A request of the old core that is made without the data of a product, a CommonRequest for instance, has its
endpoint looked up there. The answer is what the real service's would be.
"""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SERVICE = "ice"


def knows(target: str) -> bool:
    """Whether a request to the location service is one that can be answered, by its path and query."""
    parameters = dict(parse_qsl(urlsplit(target).query))
    return (
        parameters.get("Action") == "DescribeEndpoints"
        and parameters.get("ServiceCode", "").lower() == _SERVICE
        and "Id" in parameters
    )


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer a request that is known."""
    parameters = dict(parse_qsl(environ["QUERY_STRING"]))
    region = parameters["Id"]
    endpoint = {
        "Endpoint": f"ice.{region}.aliyuncs.com",
        "Id": region,
        "Namespace": "",
        "Protocols": {"Protocols": ["HTTP", "HTTPS"]},
        # The service's own spelling.
        "SerivceCode": _SERVICE,
        "Type": parameters.get("Type", "openAPI"),
    }
    answer = {
        "Endpoints": {"Endpoint": [endpoint]},
        "RequestId": parameters.get("SignatureNonce", ""),
        "Success": True,
    }
    body = json.dumps(answer).encode()
    headers = [("Content-Type", "application/json;charset=utf-8"), ("Content-Length", str(len(body)))]
    start_response("200 OK", headers)
    return [body]
