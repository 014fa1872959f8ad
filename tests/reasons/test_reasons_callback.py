"""Why a callback has not arrived, or where it got to."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ice_mock.callbacks import Post, Sender
from ice_mock.domain.behaviour import Behaviour
from ice_mock.domain.callback import INBOX, Callback, Outcome
from ice_mock.domain.course import CallbackCourse
from ice_mock.domain.fault import Fault, Frequency, Plane
from ice_mock.domain.model import CallbackRules
from ice_mock.engine import Engine
from ice_mock.errors import NotFound
from ice_mock.reasons.callback import of_callback, of_callbacks

START = datetime(2026, 1, 1, tzinfo=UTC)
RECEIVER = "http://receiver.example.com/callbacks"
NAME = f"The callback of frame 1 of 00:05 (sequence file) to {RECEIVER}"


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def outcome(status: int | None = None, error: str | None = None) -> Outcome:
    return Outcome(status, error, timedelta(milliseconds=3))


def without_day(sentence: str) -> str:
    return re.sub(r"2026-01-01T00:(\d\d:\d\d)\.000Z", r"\1", sentence)


@pytest.fixture
def why(engine: Engine) -> Callable[[Callback], str]:
    return lambda callback: without_day(of_callback(engine, callback.id).sentence)


@pytest.fixture
def why_of(engine: Engine) -> Callable[..., str]:
    """The sentence about a job's callbacks, or about those of an instant in seconds after the start."""

    def ask(job, seconds: float | None = None) -> str:
        instant = None if seconds is None else at(seconds)
        return without_day(of_callbacks(engine, job.id, instant).sentence)

    return ask


@pytest.fixture
def claimed(engine, stream, make_job, pass_time) -> Callback:
    """The callback of a first frame, which was claimed when it was due."""
    make_job(callback_url=RECEIVER)
    pass_time(seconds=5)
    [callback] = engine.announcements.claim(engine.now(), 10)
    return callback


@pytest.fixture
def attempt(engine, pass_time) -> Callable[..., None]:
    """Let attempts to deliver a callback end so, each when it is due."""

    def make(callback: Callback, *outcomes: Outcome) -> None:
        for each in outcomes:
            engine.announcements.record(callback, each)
            pass_time(seconds=1)
            engine.announcements.claim(engine.now(), 10)

    return make


# -- One callback --


def test_a_callback_that_arrived_says_when(engine, claimed, why):
    engine.announcements.record(claimed, outcome(200))

    assert why(claimed) == f"{NAME} has arrived: attempt 1 at 00:05 was answered with 200."
    assert of_callback(engine, claimed.id).facts["delivered_at"] == "2026-01-01T00:00:05.000Z"


def test_a_callback_that_arrived_at_the_second_attempt_says_which(claimed, attempt, why):
    attempt(claimed, outcome(500), outcome(200))

    assert "has arrived: attempt 2 at 00:06 was answered with 200." in why(claimed)


def test_a_callback_that_a_fault_changed_says_so_although_it_arrived(engine, claimed, why):
    engine.announcements.record(claimed, outcome(200), fault="forger")

    assert why(claimed).endswith("was answered with 200; the fault forger changed how it went.")


def test_the_worlds_own_inbox_is_called_so(engine, stream, make_job, pass_time, why):
    make_job(callback_url=INBOX)
    pass_time(seconds=5)
    [callback] = engine.announcements.claim(engine.now(), 10)
    engine.announcements.record(callback, outcome(200))

    assert "to the world's inbox has arrived" in why(callback)


def test_a_callback_under_way_has_no_answer_yet(claimed, why):
    assert why(claimed) == f"{NAME} is being sent: the answer to attempt 1 is not there yet, it may take 3s."


def test_a_callback_of_a_world_that_ended_is_never_sent(engine, claimed, why):
    engine.has_ended = True

    assert why(claimed) == f"{NAME} is never sent: its world has ended, or has begun anew."


def test_a_callback_between_two_attempts_says_why_and_when(engine, claimed, why):
    engine.announcements.record(claimed, outcome(503))

    facts = of_callback(engine, claimed.id).facts

    assert why(claimed) == (
        f"{NAME} waits for attempt 2 of 3 at 00:06, in 1s (the clock is frozen: advance it by 1s), because "
        "receiver.example.com:80 answered with status 503; it failed itself, its own log says how."
    )
    assert facts["next_attempt_at"] == "2026-01-01T00:00:06.000Z"
    assert facts["last_error"] == "status 503"


def test_a_callback_that_is_due_goes_out_when_the_clock_moves(engine, claimed, why, pass_time):
    engine.announcements.record(claimed, outcome(503))
    pass_time(seconds=1)

    assert "at 00:06, which is now (the clock is frozen: it goes out when the clock is advanced)," in why(
        claimed
    )


def test_a_lost_callback_says_how_often_it_was_tried_and_how_to_send_it_again(engine, claimed, attempt, why):
    attempt(claimed, outcome(500), outcome(None, "no answer within 3 s"), outcome(204))

    facts = dict(of_callback(engine, claimed.id).facts)

    assert why(claimed) == (
        f"{NAME} is lost after 3 attempts, the last at 00:07: receiver.example.com:80 answered with status "
        "204; only exactly 200 counts as delivered, let it answer that."
    )
    assert facts == {
        "callback": claimed.id,
        "state": "lost",
        "job": claimed.job_id,
        "frame": "1, at 2026-01-01T00:00:05.000Z",
        "key": claimed.key,
        "url": RECEIVER,
        "attempt_1": "2026-01-01T00:00:05.000Z, status 500",
        "attempt_2": "2026-01-01T00:00:06.000Z, no answer within 3 s",
        "attempt_3": "2026-01-01T00:00:07.000Z, status 204",
        "attempts_at_most": "3",
        "retry_after": "1s",
        "timeout": "3s",
        "clock": "frozen, at 2026-01-01T00:00:08.000Z",
        "last_error": "status 204",
        "cause": "receiver.example.com:80 answered with status 204",
        "advice": "only exactly 200 counts as delivered, let it answer that",
        "deliver_again": f"ice-mock callbacks redeliver {claimed.id}",
    }


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (201, "only exactly 200 counts as delivered"),
        (302, "redirects are not followed, give the job the URL that it leads to"),
        (400, "it refused the request"),
        (403, "look at how it checks who calls"),
        (404, "look at the path of the URL"),
        (405, "callbacks are POST requests"),
        (499, "it refused the request"),
        (500, "it failed itself"),
        (999, "it failed itself"),
    ],
)
def test_each_status_has_its_advice(engine, claimed, why, status, advice):
    engine.announcements.record(claimed, outcome(status))

    assert f"receiver.example.com:80 answered with status {status}; {advice}" in why(claimed)


class _Closing(BaseHTTPRequestHandler):
    """Receives, and hangs up; or speaks no HTTP, by its path."""

    def do_POST(self) -> None:
        if self.path == "/garbage":
            self.wfile.write(b"hello\r\n\r\n")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """A test's output is no log of requests."""


@pytest.fixture
def hanging_up() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Closing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def nobody() -> str:
    """A port at which nothing listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        return f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def deaf() -> Iterator[str]:
    """A port that takes connections and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def send() -> Iterator[Callable[[str], Outcome]]:
    """Really send a callback to a URL."""
    sender = Sender()

    def post(url: str) -> Outcome:
        found: list[Outcome] = []
        patience = timedelta(seconds=0.3 if url.endswith("/deaf") else 30)
        sender.send_all([[(lambda: Post(url, {}, b"{}", patience), found.append)]])
        return found[0]

    yield post
    sender.close(timedelta())


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "http://{nobody}/x",
            "nothing listens at {nobody}; start the receiver before its callbacks are due; for",
        ),
        (
            "http://{deaf}/deaf",
            "{deaf} gave no answer within 0.3 s; let it answer sooner, or raise callbacks.timeout",
        ),
        ("http://{hanging_up}/x", "{hanging_up} closed the connection without an answer; "),
        ("http://{hanging_up}/garbage", "what {hanging_up} answered is no HTTP; look at the port"),
        ("https://{hanging_up}/x", "what listens at {hanging_up} does not speak TLS; use http in the URL"),
        (
            "http://no-such-host.invalid/x",
            "the name in http://no-such-host.invalid/x could not be resolved; ",
        ),
        ("ftp://receiver/x", "ftp://receiver/x cannot be called ("),
        ("http:///x", "http:///x cannot be called (the URL has no host); give the job a URL such as http://"),
        ("http://receiver:99999/x", "http://receiver:99999/x cannot be called ("),
    ],
)
def test_whatever_really_goes_wrong_is_told_with_what_to_do(
    engine, claimed, why, send, nobody, deaf, hanging_up, url, words
):
    places = {"nobody": nobody, "deaf": deaf, "hanging_up": hanging_up}
    callback = replace(claimed, url=url.format_map(places))
    engine.store.put(callback)

    engine.announcements.record(callback, send(callback.url))

    assert f"because {words.format_map(places)}" in why(callback)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "ClientConnectorCertificateError: Cannot connect to host r:443 ssl:True [CERTIFICATE_…]",
            "no TLS connection to receiver.example.com:80 came about (ClientConnectorCertificateError: ",
        ),
        (
            "ClientConnectorError: Cannot connect to host r:80 ssl:default [Network is unreachable]",
            "receiver.example.com:80 cannot be reached from the server; ",
        ),
        (
            "refused by the callback policy: 169.254.169.254 is link-local",
            "the callback policy of the server let nothing out (169.254.169.254 is link-local); look at ",
        ),
        ("SomethingNew: {curly}", "no answer came from receiver.example.com:80 (SomethingNew: {curly}); "),
    ],
)
def test_what_cannot_be_brought_about_here_is_told_by_its_words(engine, claimed, why, error, words):
    engine.announcements.record(claimed, outcome(None, error))

    assert f"because {words}" in why(claimed)


@pytest.mark.parametrize(
    "error", ["ClientConnectorError: refused", "cannot be called: http://u:PASSW0RD@h:0/"]
)
def test_what_is_secret_in_the_url_of_a_callback_is_not_told(engine, claimed, error):
    callback = replace(claimed, url="http://u:PASSW0RD@h:0/x?room=5&token=TTTT-TOKEN-1")
    engine.store.put(callback)
    engine.announcements.record(callback, outcome(None, error))

    for reason in (of_callback(engine, callback.id), of_callbacks(engine, callback.job_id)):
        text = " ".join((reason.sentence, *reason.facts.values()))
        assert "http://…@h:0/x?room=5&token=…" in text
        assert [secret for secret in ("PASSW0RD", "TTTT-TOKEN-1") if secret in text] == []


def test_a_callback_that_a_fault_dropped_is_lost_at_once(engine, claimed, why):
    error = "lost on the way, by the fault deaf"
    engine.announcements.record(claimed, outcome(None, error), fault="deaf", final=True)

    assert why(claimed) == f"{NAME} is lost: the fault deaf dropped it at 00:05, and none is tried again."


def test_a_callback_that_a_fault_delays_says_until_when(engine, claimed, why):
    engine.announcements.put_off(claimed, CallbackCourse(faults=("late",), delay=timedelta(seconds=7)))

    assert why(claimed) == (
        f"{NAME} is delayed by the fault late: it is sent at 00:12, in 7s (the clock is frozen: "
        "advance it by 7s)."
    )


def test_a_callback_that_a_fault_holds_back_says_for_what(engine, claimed, why):
    engine.announcements.put_off(claimed, CallbackCourse(faults=("swap",), held_back=True))

    assert why(claimed) == (
        f"{NAME} is held back by the fault swap: it is sent once the next callback of its job has "
        "gone, or at "
        "00:15, in 10s (the clock is frozen: advance it by 10s)."
    )


def test_what_a_fault_changed_is_mentioned_with_the_failure(engine, claimed, why):
    engine.announcements.record(claimed, outcome(401), fault="forger")

    assert why(claimed).endswith("; the fault forger changed how it went.")
    assert of_callback(engine, claimed.id).facts["attempt_1"].endswith("status 401, fault forger")


def test_an_attempt_by_hand_is_told_apart(engine, claimed, why):
    engine.announcements.record(claimed, outcome(200), asked_for=True)

    assert of_callback(engine, claimed.id).facts["attempt_1"].endswith("status 200, asked for by hand")


def test_a_callback_that_does_not_exist_is_answered_with_the_nearest(engine, claimed):
    with pytest.raises(NotFound, match=f"no callback '{claimed.id[:8]}' .*; did you mean '{claimed.id}'"):
        of_callback(engine, claimed.id[:8])


def test_a_world_that_made_no_callbacks_says_so(engine):
    with pytest.raises(NotFound, match="no callback 'x' in this world; no callback was made in it so far"):
        of_callback(engine, "x")


def test_a_callback_may_be_older_than_the_list_keeps(engine, claimed, pass_time, monkeypatch):
    monkeypatch.setattr("ice_mock.engine.announcements.CALLBACKS_LIMIT", 1)
    pass_time(seconds=5)
    engine.announcements.claim(engine.now(), 10)

    with pytest.raises(NotFound, match="1 older one is no longer kept"):
        of_callback(engine, claimed.id)


# -- The callbacks of a job --


def test_without_a_url_there_are_no_callbacks(stream, make_job, why_of):
    job = make_job()

    expected = (
        "Job 'room 1' has no callbacks, because neither it nor the account has a URL for them: "
        "submit it with "
        "CallbackUrl, or set account.callback.url in the scenario."
    )
    assert why_of(job) == why_of(job, 5) == expected


def test_the_accounts_url_will_do(engine, stream, make_job, why_of):
    engine.store.put(replace(engine.account, callback_url=RECEIVER))

    assert why_of(make_job()).startswith("No callback was made so far, as there is no snapshot yet,")


def test_without_a_frame_there_is_no_callback(stream, make_job, why_of, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=1)

    assert why_of(job) == (
        "No callback was made so far, as there is no snapshot yet, because job 'room 1' captures "
        "every 5s from "
        "00:00 on: frame 1 at 00:05 is the first, in 4s (the clock is frozen: advance it by 4s)."
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (
            -5,
            "No callback was made for 2025-12-31T23:59:55.000Z, as there is no snapshot, because job",
        ),
        (
            7,
            "No callback was made for 00:07, as there is no snapshot, because job 'room 1' captures every",
        ),
        (20, "No callback was made for 00:20, as there is no snapshot yet, because that is in 8s (the clock"),
    ],
)
def test_at_an_instant_without_a_frame_there_is_no_callback(
    stream, make_job, why_of, pass_time, seconds, words
):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=12)

    assert why_of(job, seconds).startswith(words)


def test_a_frame_that_went_missing_is_not_announced(engine, stream, make_job, why_of, pass_time):
    job = make_job(callback_url=RECEIVER)
    engine.faults.add(Fault("gone", Plane.SNAPSHOT, "missing", frequency=Frequency()))
    pass_time(seconds=5)
    engine.announcements.claim(engine.now(), 10)

    expected = (
        "No callback was made for frame 1 of 00:05, as there is no snapshot, because frame 1 was captured"
    )
    assert why_of(job).startswith(expected)
    assert why_of(job, 5).endswith("was never stored: the fault gone made it go missing.")


def test_a_frame_whose_time_has_come_waits_for_the_clock(stream, make_job, why_of, pass_time):
    job = make_job(callback_url=RECEIVER)
    pass_time(seconds=5)

    expected = (
        "The callback of frame 1 of 00:05 is due, and not sent yet (the clock is frozen: it goes out "
        "when the "
        "clock is advanced)."
    )
    assert why_of(job, 5) == why_of(job) == expected


def test_at_an_instant_its_callback_is_explained(engine, claimed, why_of, why):
    engine.announcements.record(claimed, outcome(500))
    job = engine.jobs.find(claimed.job_id)

    assert why_of(job, 5) == why(claimed)
    assert of_callbacks(engine, job.id, at(5)).facts["callback"] == claimed.id


def test_of_many_callbacks_the_worst_is_explained(engine, claimed, attempt, why_of, pass_time):
    engine.store.put(replace(engine.account, callbacks=CallbackRules(attempts=1)))
    job = engine.jobs.find(claimed.job_id)
    engine.announcements.record(claimed, outcome(500))
    pass_time(seconds=5)
    [second] = engine.announcements.claim(engine.now(), 10)
    engine.announcements.record(second, outcome(200))
    pass_time(seconds=5)
    engine.announcements.claim(engine.now(), 10)

    facts = of_callbacks(engine, job.id).facts

    assert why_of(job).startswith(
        f"Of 3 callbacks of job 'room 1' 1 is lost; {NAME[0].lower()}{NAME[1:]} is lost"
    )
    assert (facts["lost"], facts["waiting"], facts["delivered"]) == ("1", "1", "1")


def test_of_several_that_are_lost_the_last_is_explained(engine, claimed, pass_time):
    engine.store.put(replace(engine.account, callbacks=CallbackRules(attempts=1)))
    pass_time(seconds=5)
    [second] = engine.announcements.claim(engine.now(), 10)
    for callback in (claimed, second):
        engine.announcements.record(callback, outcome(500))

    reason = of_callbacks(engine, claimed.job_id)

    assert (reason.facts["callback"], reason.facts["lost"]) == (second.id, "2")
    assert reason.sentence.startswith("Of 2 callbacks of job 'room 1' 2 are lost; ")


def test_the_callbacks_of_other_jobs_are_left_out(engine, claimed, make_job, pass_time):
    other = make_job("another", callback_url=RECEIVER)
    pass_time(seconds=5)
    engine.announcements.claim(engine.now(), 10)

    facts = of_callbacks(engine, other.id).facts, of_callbacks(engine, other.id, at(10)).facts

    assert [each["waiting"] for each in facts] == ["1", "1"]
    assert facts[0]["callback"] == facts[1]["callback"] != claimed.id


def test_both_files_of_a_frame_have_callbacks(engine, stream, make_job, why_of, pass_time):
    job = make_job(callback_url=RECEIVER, overwrite="now.jpg")
    pass_time(seconds=5)
    first, second = engine.announcements.claim(engine.now(), 10)
    engine.announcements.record(first, outcome(200))
    engine.announcements.record(second, outcome(500))

    assert why_of(job, 5).startswith(
        "Of 2 callbacks of job 'room 1' 1 is still to arrive; the callback of frame 1 of 00:05 "
        "(overwrite file)"
    )


def test_a_file_that_is_not_announced_by_rule_names_the_knob(engine, stream, make_job, pass_time):
    engine.store.put(replace(engine.account, behaviour=Behaviour(callbacks_per="frame")))
    job = make_job(callback_url=RECEIVER, overwrite="now.jpg")
    pass_time(seconds=5)
    [callback] = engine.announcements.claim(engine.now(), 10)
    engine.announcements.record(callback, outcome(200))

    reason = of_callbacks(engine, job.id, at(5))

    assert reason.facts["announced"] == "the sequence file only (behaviour.callbacks_per is frame)"


def test_what_became_of_an_old_callback_may_be_forgotten(engine, claimed, pass_time, why_of, monkeypatch):
    monkeypatch.setattr("ice_mock.engine.announcements.CALLBACKS_LIMIT", 1)
    pass_time(seconds=5)
    engine.announcements.claim(engine.now(), 10)

    assert why_of(engine.jobs.find(claimed.job_id), 5) == (
        "What became of the callback of frame 1 of 00:05 is no longer known: 1 older one was dropped "
        "from the "
        "list."
    )


def test_a_job_can_be_named(engine, stream, make_job):
    make_job("room 1")

    assert of_callbacks(engine, "room 1").facts["url"] == "none"
    with pytest.raises(NotFound, match="did you mean 'room 1'"):
        of_callbacks(engine, "room1")
