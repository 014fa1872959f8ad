"""Threads that do work for asynchronous handles."""

import os
from datetime import timedelta
from threading import Barrier, Event, Lock, current_thread

import pytest

from ice_mock.threads import Crew

AN_AGE = timedelta(minutes=1)
"""Longer than anything takes that comes to an end at all."""


def patience() -> float:
    return AN_AGE.total_seconds()


def test_work_is_done_side_by_side():
    crew, together = Crew("test", 8), Barrier(9)

    for _ in range(8):
        crew.do(lambda: together.wait(patience()))
    together.wait(patience())

    assert not together.broken


def test_what_is_more_than_there_are_threads_waits_for_one():
    crew, may_go_on, all_done = Crew("test", 2), Event(), Event()
    lock, running, most, done = Lock(), set(), [], []

    def work(number: int) -> None:
        with lock:
            running.add(number)
            most.append(len(running))
        may_go_on.wait(patience())
        with lock:
            running.remove(number)
            done.append(number)
            if len(done) == 10:
                all_done.set()

    for number in range(10):
        crew.do(lambda number=number: work(number))
    may_go_on.set()

    assert all_done.wait(patience())
    assert sorted(done) == [*range(10)]
    assert max(most) <= 2


def test_a_thread_that_is_free_is_used_again():
    crew, threads = Crew("test", 8, AN_AGE), set()

    for _ in range(20):
        done = Event()
        while crew._threads > crew._idle:
            pass
        crew.do(lambda done=done: (threads.add(current_thread()), done.set()))
        assert done.wait(patience())

    assert len(threads) == 1


def test_a_thread_that_has_nothing_to_do_ends():
    crew, threads = Crew("test", 8, timedelta()), []

    crew.do(lambda: threads.append(current_thread()))
    while not threads:
        pass
    threads[0].join(patience())

    assert not threads[0].is_alive()
    assert threads[0].daemon


def test_work_is_done_by_a_process_that_was_forked_though_its_threads_are_not():
    if not hasattr(os, "fork"):
        pytest.skip("processes are not forked here")
    crew, busy, may_go_on = Crew("test", 1), Event(), Event()
    crew.do(lambda: (busy.set(), may_go_on.wait(patience())))
    busy.wait(patience())

    if not (child := os.fork()):
        done = Event()
        crew.do(done.set)
        os._exit(0 if done.wait(10) else 1)
    may_go_on.set()

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
