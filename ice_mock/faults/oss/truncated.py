"""A download breaks off."""

from dataclasses import replace

from ice_mock.domain.course import DownloadCourse, Ending
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Truncated(Kind):
    """The download breaks off in its middle: the length is announced, and half of it arrives."""

    plane = Plane.OSS
    name = "truncated"
    actions = frozenset({"GetObject"})

    @staticmethod
    def strike(course: DownloadCourse) -> DownloadCourse:
        return replace(course, ending=Ending.HALF)
