"""An object is listed, and not there."""

from dataclasses import replace

from ice_mock.domain.course import DownloadCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class NoSuchKey(Kind):
    """The object is refused with NoSuchKey when it is read, although lists have it."""

    plane = Plane.OSS
    name = "no-such-key"
    actions = frozenset({"GetObject", "HeadObject", "GetObjectMeta"})

    @staticmethod
    def strike(course: DownloadCourse) -> DownloadCourse:
        return replace(course, refusal=course.refusal or "NoSuchKey")
