"""A way to ask a server that holds every answer against its OpenAPI document."""

import json
import re
from typing import Any, NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

open_url = build_opener(ProxyHandler({})).open


class Answer(NamedTuple):
    """What the server answered, and which operation of the document that was."""

    operation: str
    status: int
    document: Any


class Asker:
    """Asks the control API of a server; raises AssertionError where its document is not kept."""

    def __init__(self, url: str, document: dict[str, Any]) -> None:
        self._url = url
        self._document = document
        self._patterns = {
            path: re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path).replace(r"\{key\}", ".+")))
            for path in document["paths"]
        }
        self.answered: set[tuple[str, int]] = set()

    def __call__(self, verb: str, path: str, body: Any = None, *, raw: bytes | None = None) -> Answer:
        data = raw if raw is not None or body is None else json.dumps(body).encode()
        request = Request(f"{self._url}/_ice_mock{path}", data, method=verb)
        try:
            with open_url(request, timeout=10) as response:
                return self._checked(verb, path, response)
        except HTTPError as refused:
            with refused:
                return self._checked(verb, path, refused)

    def _checked(self, verb: str, path: str, response: Any) -> Answer:
        operation = self._operation(verb, f"/_ice_mock{urlsplit(path).path}")
        described = operation["responses"].get(str(response.status))
        assert described, f"{operation['operationId']} does not say that it answers {response.status}"
        self.answered.add((operation["operationId"], response.status))
        return Answer(operation["operationId"], response.status, self._content(described, response))

    def _operation(self, verb: str, path: str) -> dict[str, Any]:
        if path in self._document["paths"]:
            return self._document["paths"][path][verb.lower()]
        [found] = [each for each, pattern in self._patterns.items() if pattern.fullmatch(path)]
        return self._document["paths"][found][verb.lower()]

    def _content(self, described: dict[str, Any], response: Any) -> Any:
        body, media_type = response.read(), response.headers.get_content_type()
        if "content" not in described:
            assert body == b""
            return None
        schema = described["content"][media_type]["schema"]
        if media_type != "application/json":
            return body
        found = json.loads(body)
        self.validator(schema).validate(found)
        return found

    def validator(self, schema: dict[str, Any]) -> Draft202012Validator:
        """What checks documents against a schema that refers to the components."""
        whole = {**schema, "components": self._document["components"]}
        return validator_for(whole, Draft202012Validator)(
            whole, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
