"""Object storage lets nobody in."""

from dataclasses import replace

from ice_mock.domain.course import DownloadCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class AccessDenied(Kind):
    """The request is refused with AccessDenied."""

    plane = Plane.OSS
    name = "access-denied"

    @staticmethod
    def strike(course: DownloadCourse) -> DownloadCourse:
        return replace(course, refusal=course.refusal or "AccessDenied")
