"""A callback never comes."""

from dataclasses import replace

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Drop(Kind):
    """The callback gets lost before it is sent, and is not tried again."""

    plane = Plane.CALLBACK
    name = "drop"

    @staticmethod
    def strike(course: CallbackCourse) -> CallbackCourse:
        return replace(course, lost=True)
