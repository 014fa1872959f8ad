"""A frame never gets into its files."""

from dataclasses import replace

from ice_mock.domain.course import PictureCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class Missing(Kind):
    """The frame is counted, and not stored, listed or announced; an overwrite file keeps what it had."""

    plane = Plane.SNAPSHOT
    name = "missing"

    @staticmethod
    def strike(course: PictureCourse) -> PictureCourse:
        return replace(course, missing=True)
