"""How attempts to deliver callbacks go: smoothly, or as the faults of callbacks would have it."""

from dataclasses import replace
from datetime import datetime

from ice_mock.callbacks import Post, post
from ice_mock.domain.callback import Callback
from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Plane
from ice_mock.domain.model import Account, Job
from ice_mock.engine import Engine
from ice_mock.engine.occasions import Occasion

SOMEBODY_ELSES = "somebody-else's-key"
REORDER = "reorder"


def course_of(engine: Engine, callback: Callback) -> CallbackCourse:
    """Decide how the next attempt for *callback* goes, unless that has been decided already."""
    if callback.course:
        return callback.course
    # What is to be overtaken needs somebody who overtakes it.
    spare = REORDER if engine.announcements.holds_back(callback.job_id) else None
    return engine.faults.strike(
        Plane.CALLBACK, CallbackCourse(), lambda: _occasion(engine, callback), spare=spare
    )


def _occasion(engine: Engine, callback: Callback) -> Occasion:
    job = engine.store.get(Job, callback.job_id)
    return Occasion.of_job(job, key=callback.key) if job else Occasion(bucket=callback.bucket)


def post_on(
    course: CallbackCourse,
    callback: Callback,
    account: Account,
    *,
    real_time: datetime,
    world_time: datetime,
) -> Post:
    """The request that delivers *callback* on this *course*."""
    if course.forged:
        behaviour = replace(account.behaviour, callback_signature="always")
        account = replace(account, auth_key=SOMEBODY_ELSES, behaviour=behaviour)
    made = post(callback, account, real_time=real_time, world_time=world_time)
    return replace(made, upload=course.upload)
