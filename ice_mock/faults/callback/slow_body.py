"""The body of a callback trickles."""

from dataclasses import replace
from datetime import timedelta

from marshmallow import Schema

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind
from ice_mock.faults.options import LONGEST_WAIT, Length


class SlowBody(Kind):
    """The body of the callback is sent piece by piece; the time for an answer begins at its end."""

    plane = Plane.CALLBACK
    name = "slow-body"

    class Options(Schema):
        """How slowly."""

        by = Length("how long the body takes, in real time", most=LONGEST_WAIT, required=True)

    @staticmethod
    def strike(course: CallbackCourse, *, by: timedelta) -> CallbackCourse:
        return replace(course, upload=course.upload + by)
