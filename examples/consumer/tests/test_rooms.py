"""What somebody sees who looks at rooms while the service works, fails, and works again."""

import pytest
from ice_mock import read_frame

STREAM = "rtmp://live.example.com/app/lobby"
pytestmark = pytest.mark.ice_mock(scenario="scenario.yaml", clock="frozen")


def test_the_latest_picture_of_a_room_is_shown(ice_mock, program):
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=15)

    picture = program.latest("lobby")
    assert picture.headers["Last-Modified"] == "Thu, 01 Jan 2026 00:00:15 GMT"
    frame = read_frame(picture.content)
    assert (frame.number, frame.stream) == (3, STREAM)


def test_a_room_has_no_picture_before_the_first(ice_mock, program):
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=4)

    assert program.latest("lobby").status_code == 404
    assert program.room("lobby")["status"] == "started"


def test_what_ice_is_asked_for(ice_mock, program):
    program.watch("lobby", STREAM)

    ice_mock.assert_called("CreateLiveSnapshotTemplate", times=1, TimeInterval="5")
    ice_mock.assert_called(
        "SubmitLiveSnapshotJob",
        times=1,
        StreamInput={"Type": "rtmp", "Url": STREAM},
        CallbackUrl="http://*/callbacks",
    )
    ice_mock.assert_no_unread_parameters()


def test_nobody_pays_twice_for_a_room(ice_mock, program, start_program):
    first = program.watch("lobby", STREAM)

    again = program.watch("lobby", STREAM)
    after_a_restart = start_program().watch("lobby", STREAM)

    assert first.json() == again.json() == after_a_restart.json()
    ice_mock.assert_called("SubmitLiveSnapshotJob", times=1)


# What goes wrong on the way to a picture.


def test_a_picture_that_is_not_there_yet_is_announced_again(ice_mock, program):
    ice_mock.faults.add(oss="no-such-key", times=1)
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=5)
    assert program.latest("lobby").status_code == 404
    ice_mock.clock.advance(seconds=1)

    assert read_frame(program.latest("lobby").content).number == 1
    [callback] = ice_mock.callbacks
    assert [attempt["status"] for attempt in callback["attempts"]] == [503, 200]


def test_a_lost_callback_costs_no_more_than_one_picture(ice_mock, program):
    ice_mock.faults.add(callback="drop", after=1, times=1)
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=10)
    assert read_frame(program.latest("lobby").content).number == 1
    ice_mock.clock.advance(seconds=5)

    assert read_frame(program.latest("lobby").content).number == 3
    ice_mock.assert_callbacks(delivered=2, lost=1)


@pytest.mark.parametrize("fault", ["duplicate", "reorder"])
def test_a_room_never_goes_back_in_time(ice_mock, program, fault):
    ice_mock.faults.add(callback=fault, after=2, times=1)
    job = program.watch("lobby", STREAM).json()["job"]

    ice_mock.clock.advance(seconds=20)

    assert read_frame(program.latest("lobby").content).number == 4
    ice_mock.assert_faults_fired()
    ice_mock.assert_consistent(job)


def test_half_a_picture_is_not_shown(ice_mock, program):
    ice_mock.faults.add(snapshot="truncated", after=1, times=1)
    program.watch("lobby", STREAM)

    ice_mock.clock.advance(seconds=12)

    assert read_frame(program.latest("lobby").content).number == 1
    ice_mock.assert_callbacks(delivered=1, lost=1)


def test_the_last_picture_stays_while_the_stream_is_away(ice_mock, program):
    program.watch("lobby", STREAM)
    ice_mock.clock.advance(seconds=10)

    ice_mock.streams.unpublish(STREAM)
    ice_mock.clock.advance(seconds=3600)
    away = program.room("lobby")
    ice_mock.streams.publish(STREAM)
    ice_mock.clock.advance(seconds=5)

    assert (away["status"], away["latest"]) == ("paused", "2026-01-01T00:00:10Z")
    assert program.room("lobby")["latest"] == "2026-01-01T01:00:15Z"


# What goes wrong when a room is added.


def test_what_ice_refuses_is_passed_on_and_can_be_tried_again(ice_mock, program):
    ice_mock.faults.add(action="SubmitLiveSnapshotJob", error="InternalError", times=1)

    refused = program.watch("lobby", STREAM)
    again = program.watch("lobby", STREAM)

    assert (refused.status_code, again.status_code) == (502, 200)
    assert refused.json()["error"].startswith("ICE: InternalError: ")
    assert len(ice_mock.jobs) == 1


def test_a_job_whose_submission_was_not_answered_is_found_again(ice_mock, program):
    ice_mock.faults.add(action="SubmitLiveSnapshotJob", drop="reset", times=1)

    unanswered = program.watch("lobby", STREAM)
    again = program.watch("lobby", STREAM)

    assert (unanswered.status_code, again.status_code) == (502, 200)
    assert [job["id"] for job in ice_mock.jobs] == [again.json()["job"]]
