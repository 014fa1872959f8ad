"""A picture is stored in part."""

from dataclasses import replace

from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Truncated(Kind):
    """Only the first half of the JPEG was stored; its length and ETag are those of what is there."""

    plane = Plane.SNAPSHOT
    name = "truncated"

    @staticmethod
    def strike(course: PictureCourse) -> PictureCourse:
        return replace(course, kept=0.5)
