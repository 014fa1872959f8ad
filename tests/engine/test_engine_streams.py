from datetime import timedelta

URL = "rtmp://live.example.com/app/room1"


def test_a_stream_that_nobody_published_is_offline_and_is_not_listed(engine):
    assert not engine.streams.find(URL).is_live
    assert engine.streams.all() == []


def test_a_stream_is_live_from_its_publication_to_its_end(engine, pass_time):
    started = engine.now()
    engine.streams.publish(URL)
    pass_time(seconds=9)
    engine.streams.unpublish(URL)

    stream = engine.streams.find(URL)

    assert not stream.is_live
    assert stream.changes == (started, started + timedelta(seconds=9))


def test_publishing_twice_does_what_publishing_once_does(engine, pass_time):
    first = engine.streams.publish(URL)
    pass_time(seconds=9)

    again = engine.streams.publish(URL)

    assert again == first
    assert [change.what for change in engine.journal.changes()] == ["published"]


def test_unpublishing_what_is_offline_makes_it_known_and_changes_nothing(engine):
    stream = engine.streams.unpublish(URL)

    assert stream.changes == ()
    assert engine.streams.all() == [stream]
    assert engine.journal.changes() == []


def test_a_stream_is_its_address_to_the_letter(engine):
    engine.streams.publish(URL)

    assert not engine.streams.find(f"{URL}?auth=1").is_live
    assert not engine.streams.find(URL.upper()).is_live


def test_a_job_that_waits_goes_on_waiting_when_its_stream_comes(engine, make_job):
    job = make_job()

    engine.streams.publish(URL)

    assert engine.jobs.status(engine.jobs.find(job.id)) == "init"
