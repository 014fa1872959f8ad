"""A callback is overtaken by the next one."""

from dataclasses import replace

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Reorder(Kind):
    """The callback is held back until the next one of the same job has gone, for two intervals at most."""

    plane = Plane.CALLBACK
    name = "reorder"

    @staticmethod
    def strike(course: CallbackCourse) -> CallbackCourse:
        return replace(course, held_back=True)
