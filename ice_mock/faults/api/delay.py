"""A call is answered late."""

from dataclasses import replace

from marshmallow import Schema

from ice_mock.domain.course import CallCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind
from ice_mock.faults.latency import Latency
from ice_mock.faults.options import LatencyField


class Delay(Kind):
    """The answer comes late, in real time; the action takes effect at once."""

    plane = Plane.API
    name = "delay"

    class Options(Schema):
        """How late."""

        value = LatencyField("how much later; what is left to chance follows from the seed", required=True)

    @staticmethod
    def strike(course: CallCourse, *, value: Latency) -> CallCourse:
        return replace(course, pause=course.pause + value.drawn(course.chance))
