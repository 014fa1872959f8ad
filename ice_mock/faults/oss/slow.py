"""Object storage takes its time."""

from dataclasses import replace
from datetime import timedelta

from marshmallow import Schema

from ice_mock.domain.course import DownloadCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind
from ice_mock.faults.options import LONGEST_WAIT, Length


class Slow(Kind):
    """The answer of object storage comes late, in real time."""

    plane = Plane.OSS
    name = "slow"

    class Options(Schema):
        """How slow."""

        by = Length("how much later", most=LONGEST_WAIT, required=True)

    @staticmethod
    def strike(course: DownloadCourse, *, by: timedelta) -> DownloadCourse:
        return replace(course, pause=course.pause + by)
