"""A callback comes from somebody else."""

from dataclasses import replace

from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.faults.kind import Kind


class WrongSignature(Kind):
    """The callback is signed with a key that is not the account's, also where the account has none."""

    plane = Plane.CALLBACK
    name = "wrong-signature"

    @staticmethod
    def strike(course: CallbackCourse) -> CallbackCourse:
        return replace(course, forged=True)
