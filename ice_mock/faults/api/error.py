"""A call is refused with a documented error."""

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from functools import partial

from marshmallow import Schema, ValidationError, fields

from ice_mock import errors
from ice_mock.domain.course import CallCourse
from ice_mock.domain.fault import Plane
from ice_mock.errors import ApiError
from ice_mock.faults.kind import Kind

_DETAILS: dict[type[ApiError], dict[str, object]] = {
    errors.SignatureDoesNotMatch: {"string_to_sign": ""},
    errors.IncompleteSignature: {"string_to_sign": ""},
    errors.MissingParameter: {"parameter": "that a fault names", "expected": "a value"},
    errors.InvalidParameter: {
        "parameter": "that a fault names",
        "expected": "another value",
        "found": "this one",
    },
}
_NAMED_BY_PARAMETER: dict[str, Callable[[], ApiError]] = {
    **{
        f"Missing{each}": partial(errors.MissingCommonParameter, each)
        for each in ("AccessKeyId", "Signature", "Timestamp", "Version")
    },
    "InvalidVersion": partial(errors.InvalidCommonParameter, "Version"),
}


def _documented() -> dict[str, Callable[[], ApiError]]:
    """Everything in the list of errors that has a code of its own."""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ApiError)]
    return {
        kind.code: partial(kind, **_DETAILS.get(kind, {}))
        for kind in kinds
        # Its code is InvalidParameter's, which is the one that is documented for actions.
        if hasattr(kind, "code") and kind is not errors.InvalidRequest
    }


ERRORS = dict(sorted({**_documented(), **_NAMED_BY_PARAMETER}.items()))
"""What makes an error of each code."""


def check_code(code: str) -> None:
    """Raise ValidationError, with codes that may have been meant, for a code that is not documented."""
    if code not in ERRORS:
        near = get_close_matches(code, ERRORS, 3, 0.5)
        hint = f" (did you mean {', '.join(near)}?)" if near else ""
        raise ValidationError(f"expected the code of a documented error, such as InternalError{hint}")


class Error(Kind):
    """The call is refused with a documented error, and the action is not performed."""

    plane = Plane.API
    name = "error"

    class Options(Schema):
        """Which error."""

        value = fields.String(
            required=True,
            validate=check_code,
            metadata={"meaning": "the code of the error", "json_schema": {"enum": [*ERRORS]}},
        )

    @staticmethod
    def strike(course: CallCourse, *, value: str) -> CallCourse:
        return replace(course, refusal=course.refusal or ERRORS[value]())
