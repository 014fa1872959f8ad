"""A callback comes more than once."""

from dataclasses import replace

from marshmallow import Schema, fields, validate

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Duplicate(Kind):
    """The callback is sent more than once, whatever the receiver answers."""

    plane = Plane.CALLBACK
    name = "duplicate"

    class Options(Schema):
        """How often."""

        copies = fields.Integer(
            load_default=2,
            strict=True,
            validate=validate.Range(2, 100),
            metadata={"meaning": "how often it is sent in all"},
        )

    @staticmethod
    def strike(course: CallbackCourse, *, copies: int = 2) -> CallbackCourse:
        return replace(course, copies=max(course.copies, copies))
