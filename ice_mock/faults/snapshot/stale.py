"""A picture is the one before."""

from dataclasses import replace

from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Stale(Kind):
    """The picture is that of the frame before; a job's first frame has none before it, and stays as it is."""

    plane = Plane.SNAPSHOT
    name = "stale"

    @staticmethod
    def strike(course: PictureCourse) -> PictureCourse:
        return replace(course, stale=True)
