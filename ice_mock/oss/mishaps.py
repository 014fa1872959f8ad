"""How requests to object storage go: smoothly, or as its faults would have it."""

from dataclasses import replace

from ice_mock.domain.course import DownloadCourse
from ice_mock.engine import Engine
from ice_mock.engine.occasions import Occasion
from ice_mock.oss.errors import AccessDenied, NoSuchKey, OssError
from ice_mock.oss.operations import Operation
from ice_mock.oss.request import OssAnswer, OssRequest

FAULT = "x-ice-mock-fault"
"""The header of answers that faults have changed; there is no journal that could name them."""
REFUSALS: dict[str, type[OssError]] = {error.code: error for error in (AccessDenied, NoSuchKey)}


def occasion_of(engine: Engine, request: OssRequest, operation: Operation) -> Occasion:
    """What a request is about: bucket, key, and if there is an object, the job that wrote it."""
    action = operation.__name__.title().replace("_", "")
    bucket, key = request.bucket, request.key
    found = engine.objects.find(bucket, key) if bucket and key else None
    if found is None:
        return Occasion(action, bucket=bucket, key=key)
    return replace(Occasion.of_job(found.stored.job, key=key), action=action)


def performed(operation: Operation, course: DownloadCourse, engine: Engine, request: OssRequest) -> OssAnswer:
    if course.refusal:
        raise REFUSALS[course.refusal](Key=request.key or "")
    return operation(engine, request)


def disturbed(answer: OssAnswer, course: DownloadCourse) -> OssAnswer:
    """The answer as it goes out: with the name of the fault, and the end that it comes to."""
    if not course.fault:
        return answer
    return replace(answer, headers={**answer.headers, FAULT: course.fault}, ending=course.ending)
