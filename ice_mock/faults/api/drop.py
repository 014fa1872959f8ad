"""An answer gets lost."""

from dataclasses import replace

from marshmallow import Schema, fields, validate

from ice_mock.domain.course import CallCourse, Ending
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Drop(Kind):
    """The action takes effect, and its answer gets lost on the way."""

    plane = Plane.API
    name = "drop"

    class Options(Schema):
        """What arrives instead."""

        value = fields.String(
            required=True,
            validate=validate.OneOf([each.value for each in Ending if each is not Ending.WHOLE]),
            metadata={
                "meaning": "what arrives: a reset of the connection, an empty body, half of the body, "
                "or bytes that are no HTTP"
            },
        )

    @staticmethod
    def strike(course: CallCourse, *, value: str) -> CallCourse:
        return replace(course, ending=Ending(value))
