"""Why a callback has not arrived."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from ice_mock.clock import LAST, whole_milliseconds
from ice_mock.domain.callback import INBOX, Attempt, Callback, Delivery
from ice_mock.domain.model import Job
from ice_mock.domain.reason import Reason
from ice_mock.domain.schedule import Frame
from ice_mock.durations import written
from ice_mock.engine import Engine
from ice_mock.reasons.attempt import failure
from ice_mock.reasons.clause import Clause, moment, reason
from ice_mock.reasons.clocks import ahead, reading, standing_still
from ice_mock.reasons.frame import fate
from ice_mock.reasons.job import subject
from ice_mock.reasons.names import find_callback, find_job, older
from ice_mock.reasons.snapshot import at_all, at_instant, frame_near
from ice_mock.words import counted

MOST_ATTEMPTS = 10
_VERBS = {
    Delivery.LOST: ("is lost", "are lost"),
    Delivery.WAITING: ("is still to arrive", "are still to arrive"),
    Delivery.DELIVERED: ("has arrived", "have arrived"),
}


def of_callback(engine: Engine, callback_id: str) -> Reason:
    """Why a callback has not arrived, or when it did; raises NotFound."""
    with standing_still(engine):
        callback = find_callback(engine, callback_id)
        clause = progress(engine, callback)
        return reason(clause.after(f"{_named(callback)} "), _facts(engine, callback))


def of_callbacks(engine: Engine, job_id: str, at: datetime | None = None) -> Reason:
    """Why no callback arrived for a job, given by its id or its name, or for its frame *at* an instant.

    An instant without a fraction means its whole second. Raises NotFound, or Conflict for a name
    that several jobs have.
    """
    with standing_still(engine):
        job = find_job(engine, job_id)
        facts = _facts_of_job(engine, job)
        if at is None:
            return reason(_of_job(engine, job), facts)
        at = min(whole_milliseconds(at), LAST)
        return reason(_at_instant(engine, job, at), {**facts, "asked_about": moment(at)})


def progress(engine: Engine, callback: Callback) -> Clause:
    """How far a callback has come, in the words after its name."""
    if callback.state is Delivery.DELIVERED:
        return _delivered(callback)
    return _lost(callback) if callback.state is Delivery.LOST else _waiting(engine, callback)


def _named(callback: Callback) -> str:
    file = "overwrite file" if callback.is_overlay else "sequence file"
    to = "the world's inbox" if callback.url == INBOX else callback.url
    return f"the callback of frame {callback.number} of {moment(callback.instant)} ({file}) to {to}"


def _delivered(callback: Callback) -> Clause:
    success = next(attempt for attempt in callback.attempts if attempt.outcome.is_success)
    number = callback.attempts.index(success) + 1
    text = (
        f"has arrived: attempt {number} at {moment(success.at)} was answered with 200{_changed_by(success)}"
    )
    return Clause(text, {"delivered_at": moment(success.at)})


def _lost(callback: Callback) -> Clause:
    dropped = next((attempt for attempt in callback.attempts if attempt.final), None)
    again = {"deliver_again": f"ice-mock callbacks redeliver {callback.id}"}
    if dropped:
        when = moment(dropped.at)
        return Clause(
            f"is lost: the fault {dropped.fault} dropped it at {when}, and none is tried again", again
        )
    granted = sum(attempt.is_granted for attempt in callback.attempts)
    why = failure(callback, callback.attempts[-1])
    text = f"is lost after {counted(granted, 'attempt')}, the last at {moment(callback.attempts[-1].at)}: "
    return why.after(text).and_then(Clause(_changed_by(callback.attempts[-1]), again))


def _waiting(engine: Engine, callback: Callback) -> Clause:
    if engine.has_ended:
        return Clause("is never sent: its world has ended, or has begun anew")
    due = engine.announcements.next_attempt(callback.id)
    if due is None:
        patience = written(engine.account.callbacks.timeout)
        number = sum(attempt.is_granted for attempt in callback.attempts) + 1
        return Clause(
            f"is being sent: the answer to attempt {number} is not there yet, it may take {patience}"
        )
    facts = {"next_attempt_at": moment(due.at)}
    when = f"at {moment(due.at)}, {_when(engine, due.at)}"
    course = due.callback.course
    if course:
        how = "held back" if engine.announcements.is_held_back(callback.id) else "delayed"
        other = " once the next callback of its job has gone, or" if how == "held back" else ""
        return Clause(f"is {how} by the fault {course.fault}: it is sent{other} {when}", facts)
    granted = sum(attempt.is_granted for attempt in callback.attempts)
    text = f"waits for attempt {granted + 1} of {engine.account.callbacks.attempts} {when}"
    if not callback.attempts:
        return Clause(text, facts)
    why = failure(callback, callback.attempts[-1]).after(f"{text}, because ")
    return why.and_then(Clause(_changed_by(callback.attempts[-1]), facts))


def _changed_by(attempt: Attempt) -> str:
    return f"; the fault {attempt.fault} changed how it went" if attempt.fault else ""


def _when(engine: Engine, at: datetime) -> str:
    return ahead(engine, at) if at > engine.now() else f"which is now{_hint(engine)}"


def _hint(engine: Engine) -> str:
    """What to do for something to be sent that is due."""
    frozen = engine.time.timepiece.is_frozen
    return " (the clock is frozen: it goes out when the clock is advanced)" if frozen else ""


def _at_instant(engine: Engine, job: Job, at: datetime) -> Clause:
    if engine.announcements.receiver(job) is None:
        return _without_receiver(job)
    frame = frame_near(engine, job, at)
    if frame is None or frame.instant > engine.now():
        return at_instant(engine, job, at).after(f"no callback was made for {moment(at)}, as ")
    return _of_frame(engine, job, frame)


def _of_job(engine: Engine, job: Job) -> Clause:
    if engine.announcements.receiver(job) is None:
        return _without_receiver(job)
    callbacks = [each for each in engine.announcements.all() if each.job_id == job.id]
    if callbacks:
        return _of_many(engine, job, callbacks)
    schedule = engine.jobs.schedule(job, engine.now())
    if not schedule:
        return at_all(engine, job).after("no callback was made so far, as ")
    return _of_frame(engine, job, schedule[len(schedule) - 1])


def _without_receiver(job: Job) -> Clause:
    return Clause(
        f"{subject(job)} has no callbacks, because neither it nor the account has a URL for them: "
        "submit it with CallbackUrl, or set account.callback.url in the scenario"
    )


def _of_frame(engine: Engine, job: Job, frame: Frame) -> Clause:
    """About the callbacks of a frame that was captured."""
    made = [each for each in engine.announcements.all() if _announces(each, job, frame)]
    if made:
        return _of_many(engine, job, made)
    name = f"frame {frame.number} of {moment(frame.instant)}"
    if not engine.announcements.announced(job, frame):
        return fate(engine, job, frame).after(f"no callback was made for {name}, as ")
    if frame.instant > engine.jobs.find(job.id).announced_until:
        return Clause(f"the callback of {name} is due, and not sent yet{_hint(engine)}")
    dropped = engine.announcements.dropped
    how = f"{older(dropped, 'was', 'were')} dropped from the list" if dropped else "it is not in the list"
    return Clause(f"what became of the callback of {name} is no longer known: {how}")


def _announces(callback: Callback, job: Job, frame: Frame) -> bool:
    return (callback.job_id, callback.number) == (job.id, frame.number)


def _of_many(engine: Engine, job: Job, callbacks: Sequence[Callback]) -> Clause:
    """About several callbacks: the last one of those that are worst off."""
    states = Counter(callback.state for callback in callbacks)
    worst = next(state for state in (Delivery.LOST, Delivery.WAITING, Delivery.DELIVERED) if states[state])
    chosen = [callback for callback in callbacks if callback.state is worst][-1]
    clause = progress(engine, chosen).after(f"{_named(chosen)} ")
    facts = {"callback": chosen.id, **{str(state): str(states[state]) for state in Delivery}}
    if len(callbacks) > 1:
        one, many = _VERBS[worst]
        words = one if states[worst] == 1 else many
        clause = clause.after(
            f"of {counted(len(callbacks), 'callback')} of {subject(job)} {states[worst]} {words}; "
        )
    return clause.and_then(Clause("", facts))


def _facts_of_job(engine: Engine, job: Job) -> dict[str, str]:
    only_one = engine.account.behaviour.callbacks_per == "frame" and job.plan.sequence_format
    rule = {"announced": "the sequence file only (behaviour.callbacks_per is frame)"} if only_one else {}
    return {
        "job": job.id,
        "name": job.name,
        "url": engine.announcements.receiver(job) or "none",
        "frames": str(len(engine.jobs.schedule(job, engine.now()))),
        **rule,
        "clock": reading(engine),
    }


def _facts(engine: Engine, callback: Callback) -> dict[str, str]:
    rules = engine.account.callbacks
    first = max(0, len(callback.attempts) - MOST_ATTEMPTS)
    attempts = {
        f"attempt_{number}": _attempt(attempt)
        for number, attempt in enumerate(callback.attempts[first:], first + 1)
    }
    return {
        "callback": callback.id,
        "state": str(callback.state),
        "job": callback.job_id,
        "frame": f"{callback.number}, at {moment(callback.instant)}",
        "key": callback.key,
        "url": callback.url,
        **attempts,
        "attempts_at_most": str(rules.attempts),
        "retry_after": written(rules.retry_after),
        "timeout": written(rules.timeout),
        "clock": reading(engine),
    }


def _attempt(attempt: Attempt) -> str:
    by_hand = ", asked for by hand" if attempt.asked_for else ""
    fault = f", fault {attempt.fault}" if attempt.fault else ""
    return f"{moment(attempt.at)}, {attempt.outcome}{by_hand}{fault}"
