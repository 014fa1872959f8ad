"""A callback comes late."""

from dataclasses import replace
from datetime import timedelta

from marshmallow import Schema

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind
from ice_mock.faults.options import Length


class Delay(Kind):
    """The callback is sent later, on the world's clock."""

    plane = Plane.CALLBACK
    name = "delay"

    class Options(Schema):
        """How late."""

        by = Length("how much later", required=True)

    @staticmethod
    def strike(course: CallbackCourse, *, by: timedelta) -> CallbackCourse:
        return replace(course, delay=course.delay + by)
