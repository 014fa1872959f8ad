"""A picture has another size than its neighbours."""

from dataclasses import replace

from marshmallow import Schema, fields, validate

from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind

_SMALLEST = 64
_PIXELS = validate.Range(_SMALLEST, 4096)


class WrongSize(Kind):
    """The picture has another size."""

    plane = Plane.SNAPSHOT
    name = "wrong-size"

    class Options(Schema):
        """Which size."""

        width = fields.Integer(
            load_default=None,
            allow_none=True,
            strict=True,
            validate=_PIXELS,
            metadata={"meaning": "its width in pixels; half the right one if left out"},
        )
        height = fields.Integer(
            load_default=None,
            allow_none=True,
            strict=True,
            validate=_PIXELS,
            metadata={"meaning": "its height in pixels; half the right one if left out"},
        )

    @staticmethod
    def strike(
        course: PictureCourse, *, width: int | None = None, height: int | None = None
    ) -> PictureCourse:
        return replace(
            course,
            width=width or max(_SMALLEST, course.width // 2),
            height=height or max(_SMALLEST, course.height // 2),
        )
