"""A picture shows nothing."""

from dataclasses import replace

from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Black(Kind):
    """The picture is black."""

    plane = Plane.SNAPSHOT
    name = "black"

    @staticmethod
    def strike(course: PictureCourse) -> PictureCourse:
        return replace(course, black=True)
