"""A call is one too many."""

from dataclasses import replace
from datetime import timedelta

from marshmallow import Schema

from ice_mock.domain.course import CallCourse
from ice_mock.domain.fault import Plane
from ice_mock.errors import ThrottledUser
from ice_mock.faults.kind import Kind
from ice_mock.faults.options import Length


class Throttle(Kind):
    """The call is refused with Throttling.User and, in x-acs-retry-after, when to come again."""

    plane = Plane.API
    name = "throttle"

    class Options(Schema):
        """When to come again."""

        value = Length("how long the caller is asked to wait", required=True)

    @staticmethod
    def strike(course: CallCourse, *, value: timedelta) -> CallCourse:
        return replace(course, refusal=course.refusal or ThrottledUser(retry_after=value))
