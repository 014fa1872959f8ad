"""The account of a world: everything that was accepted is there, and frames are a function of time."""

import json
from datetime import datetime, timedelta
from urllib.request import ProxyHandler, build_opener

from ice_mock import Client
from ice_mock.client.documents import Callback, Job, Stream
from ice_mock.client.errors import Inconsistent, Unverifiable
from ice_mock.client.findings import LOST_CALLBACKS
from stress.tally import Tally

ATTEMPTS = 3
ALWAYS_THERE = ("inbox",)
NEVER_DELIVERED = ("refuse", "reset", "error", "hang", "garbage", "redirect")
open_url = build_opener(ProxyHandler({})).open


def account(client: Client, accepted: dict[str, str], good: str, tally: Tally) -> None:
    """Note whatever is not as it should be; *accepted* are jobs with the kinds of their receivers.

    *good* is the address of the good receiver, with the place that is this world's own.
    """
    where, now = f"world {client.world}", _instant(client.clock.read()["now"])
    jobs, streams = {job["id"]: job for job in client.jobs.all()}, client.streams.all()
    tally.expect(
        set(jobs) == set(accepted), f"{where}: jobs {set(jobs) ^ set(accepted)} are too many or missing"
    )
    for job in jobs.values():
        expected = frames(job, streams, now)
        tally.expect(
            job["frames"] == expected, f"{where}: job {job['id']} has {job['frames']} frames, not {expected}"
        )
        tally.did("frames accounted for", expected)
        consistent(client, job, accepted.get(job["id"], ""), tally)
    callbacks = client.callbacks.all()
    for callback in callbacks:
        attempts(callback, accepted.get(callback["job_id"], ""), tally, where)
    received(client, [each for each in callbacks if accepted.get(each["job_id"]) == "good"], good, tally)
    inbox(client, [each for each in callbacks if accepted.get(each["job_id"]) == "inbox"], tally)
    tally.did("jobs accounted for", len(jobs))
    tally.did("callbacks accounted for", len(callbacks))
    tally.did("worlds accounted for")


def frames(job: Job, streams: list[Stream], now: datetime) -> int:
    """How many frames a job must have by *now*: told from its runs and the stream's changes, one by one."""
    [stream] = [each for each in streams if each["url"] == job["stream"]]
    changes = [_instant(each) for each in stream["changes"]]
    interval, count = timedelta(seconds=job["interval"]), 0
    for run in job["runs"]:
        start = _instant(run["started_at"])
        end = _instant(run["stopped_at"]) if run["stopped_at"] else now
        for number in range(1, (min(end, now) - start) // interval + 1):
            instant = start + number * interval
            # A stream begins offline, and is live after an odd number of changes.
            count += sum(change < instant for change in changes) % 2
    return count


def consistent(client: Client, job: Job, kind: str, tally: Tally) -> None:
    """Frames, files, objects, pictures and callbacks fit; callbacks to bad receivers are lost, of course."""
    try:
        client.assert_consistent(job["id"], pictures=3)
    except Unverifiable:
        tally.did("jobs too long to be compared")
    except Inconsistent as error:
        left = [each for each in error.findings if each.kind != LOST_CALLBACKS or kind in ALWAYS_THERE]
        tally.expect(not left, f"world {client.world}, job {job['id']} to {kind}: {left[:3]}")


def attempts(callback: Callback, kind: str, tally: Tally, where: str) -> None:
    """What a callback says of itself has to fit what was tried, and who was to receive it."""
    made, state = callback["attempts"], callback["state"]
    arrived = any(attempt["outcome"] == "delivered" for attempt in made)
    granted = sum(not (attempt["asked_for"] or attempt["repeated"]) for attempt in made)
    by_fault = any(attempt["fault"] for attempt in made)
    what = f"{where}: callback {callback['id']} to {kind} is {state} after {granted} attempts"
    tally.expect((state == "delivered") == arrived, what)
    tally.expect(state != "lost" or granted == ATTEMPTS or by_fault, what)
    tally.expect(state != "waiting" or granted < ATTEMPTS, what)
    tally.expect(not (arrived and kind in NEVER_DELIVERED), what)


def received(client: Client, callbacks: list[Callback], good: str, tally: Tally) -> None:
    """The good receiver got every callback that was delivered, and none that was not announced."""
    with open_url(good, timeout=30) as answer:
        got = set(json.load(answer))
    announced = {f"{each['job_id']} {each['key']}" for each in callbacks}
    delivered = {f"{each['job_id']} {each['key']}" for each in callbacks if each["state"] == "delivered"}
    tally.expect(delivered <= got, f"world {client.world}: {sorted(delivered - got)[:3]} never arrived")
    if not client.callbacks.all().dropped:
        tally.expect(
            got <= announced, f"world {client.world}: {sorted(got - announced)[:3]} were not announced"
        )


def inbox(client: Client, callbacks: list[Callback], tally: Tally) -> None:
    """The inbox has every callback that was delivered to it, as long as it forgets none."""
    kept = client.inbox.all()
    if kept.dropped:
        return
    got = {json.loads(each["body"])["MessageBody"]["OssObject"] for each in kept}
    wanted = {each["key"] for each in callbacks if each["state"] == "delivered"}
    tally.expect(got == wanted, f"world {client.world}: the inbox differs in {sorted(got ^ wanted)[:3]}")


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
