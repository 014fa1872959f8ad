"""The main job: a template, a live stream, a job, a minute of time, and what came of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ice_mock.cli.demo.service import Service, ServiceFailed
from ice_mock.cli.demo.steps import Steps
from ice_mock.cli.failures import Exit, Failure
from ice_mock.cli.text import count, moment, say
from ice_mock.client import Client, ControlRefused, ServerUnreachable
from ice_mock.client.documents import Report
from ice_mock.clock import from_iso, iso_milliseconds, iso_seconds
from ice_mock.domain.scenario import Scenario
from ice_mock.render import FrameFacts, contact_sheet, read_frame
from ice_mock.server import running
from ice_mock.words import shown
from ice_mock.worlds import IceMock

INTERVAL = 5
MINUTE = 60
FRAMES = MINUTE // INTERVAL
FORMAT = "snapshot/{JobId}/{UnixTimestamp}.jpg"
STREAM = "rtmp://live.example.com/app/room1"
BUCKET = "demo-pictures"


@contextmanager
def server() -> Iterator[Client]:
    """Serve on a free port, in this process, for as long as the body runs."""
    with running(IceMock(Scenario(clock="frozen"))) as started:
        yield Client(started.url)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A picture that was read from OSS: where it was, where it is now, and what it says of itself."""

    key: str
    path: Path
    size: int
    facts: FrameFacts

    @property
    def at(self) -> str:
        return iso_milliseconds(self.facts.instant)

    def document(self) -> dict[str, Any]:
        return {
            "frame": self.facts.number,
            "at": self.at,
            "key": self.key,
            "path": str(self.path),
            "bytes": self.size,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of the main job."""

    way: str
    template_id: str
    job_id: str
    callbacks: list[str]
    snapshots: list[Snapshot]
    contact_sheet: Path

    def document(self) -> dict[str, Any]:
        return {
            "way": self.way,
            "template_id": self.template_id,
            "job_id": self.job_id,
            "stream": STREAM,
            "bucket": BUCKET,
            "callbacks": len(self.callbacks),
            "files": [snapshot.document() for snapshot in self.snapshots],
            "contact_sheet": str(self.contact_sheet),
        }

    def print_table(self) -> None:
        from ice_mock.cli.table import Column, print_table, times

        say(f"\nIn oss://{BUCKET}/{PurePosixPath(self.snapshots[0].key).parent}:\n")
        print_table(
            Column("FRAME", [f"{snapshot.facts.number}" for snapshot in self.snapshots], right=True),
            times([snapshot.at for snapshot in self.snapshots]),
            Column("CALLBACK", self.callbacks),
            Column("FILE", [PurePosixPath(snapshot.key).name for snapshot in self.snapshots]),
            Column("KB", [f"{snapshot.size / 1000:.0f}" for snapshot in self.snapshots], right=True),
        )
        say("")


@dataclass(frozen=True, slots=True)
class MainJob:
    """The main job, done with a *client* of the control API and the emulated *service*."""

    client: Client
    service: Service
    steps: Steps
    out: Path

    def run(self) -> Outcome:
        """Do it step by step; raises Failure if anything is not as it should be."""
        try:
            return self._run()
        except (ControlRefused, OSError, ServerUnreachable, ServiceFailed) as error:
            raise Failure(Exit.FAILED, f"the demo ended early: {shown(str(error))}") from error

    def _run(self) -> Outcome:
        template_id = self._template()
        self._stream()
        job_id = self._job(template_id)
        report = self._minute()
        callbacks = self._callbacks()
        keys = self._files(job_id, report)
        _expect(sorted(callbacks) == sorted(keys), "the callbacks announce other files than are listed")
        snapshots = self._pictures(job_id, keys)
        sheet = self._contact_sheet(snapshots)
        return Outcome(
            self.service.way, template_id, job_id, [callbacks[key] for key in keys], snapshots, sheet
        )

    def _template(self) -> str:
        with self.steps("creating a template") as done:
            template_id = self.service.create_template(
                f"Every {INTERVAL} seconds", interval=INTERVAL, sequence_format=FORMAT
            )
            done(f"Template {template_id}: every {INTERVAL} s a picture.")
        return template_id

    def _stream(self) -> None:
        with self.steps("publishing a stream") as done:
            stream = self.client.streams.publish(STREAM)
            done(f"Stream {stream['url']} is {stream['state']}.")

    def _job(self, template_id: str) -> str:
        with self.steps("submitting a job") as done:
            job_id = self.service.submit_job(
                "demo",
                template_id=template_id,
                stream=STREAM,
                bucket=BUCKET,
                callback_url=self.client.inbox.url,
            )
            status = next(job["status"] for job in self.client.jobs.all() if job["id"] == job_id)
            done(f"Job {job_id} is {status}.")
        return job_id

    def _minute(self) -> Report:
        with self.steps("letting a minute pass") as done:
            report = self.client.clock.advance(seconds=MINUTE)
            frames = report["frames"]["total"]
            done(f"A minute has passed since {moment(report['from'])}: {count(frames, 'frame')}.")
        _expect(frames == FRAMES, f"{FRAMES} frames were due, and {frames} were captured")
        return report

    def _callbacks(self) -> dict[str, str]:
        """What became of each callback, by the key of the file that it announced to the inbox."""
        with self.steps("opening the inbox") as done:
            letters = [json.loads(received["body"]) for received in self.client.inbox.all()]
            arrived = [letter["MessageBody"]["OssObject"] for letter in letters]
            done(f"{count(len(arrived), 'callback')} arrived in the inbox.")
        _expect(
            len(set(arrived)) == len(arrived) == FRAMES, f"{FRAMES} callbacks were due, not {len(arrived)}"
        )
        outcomes = {each["key"]: each["attempts"][-1] for each in self.client.callbacks.all()}
        return {key: f"{outcomes[key]['status']} in {outcomes[key]['duration_ms']:.0f} ms" for key in arrived}

    def _files(self, job_id: str, report: Report) -> list[str]:
        with self.steps("listing the files") as done:
            keys = self.service.keys(
                job_id,
                start=iso_seconds(from_iso(report["from"])),
                end=iso_seconds(from_iso(report["to"])),
            )
            done(f"{count(len(keys), 'file')} listed.")
        _expect(len(keys) == FRAMES, f"{FRAMES} files should be listed, not {len(keys)}")
        return keys

    def _pictures(self, job_id: str, keys: list[str]) -> list[Snapshot]:
        with self.steps("reading the pictures") as done:
            snapshots = [self._picture(key) for key in keys]
            done(f"{count(len(snapshots), 'picture')} read from OSS, {_size(snapshots)} MB.")
        for number, snapshot in enumerate(snapshots, start=1):
            facts = (snapshot.facts.job_id, snapshot.facts.stream, snapshot.facts.number)
            _expect(facts == (job_id, STREAM, number), f"{snapshot.key} is not the picture of frame {number}")
        return snapshots

    def _picture(self, key: str) -> Snapshot:
        data = self.service.read(BUCKET, key)
        path = self.out / PurePosixPath(key).name
        path.write_bytes(data)
        try:
            return Snapshot(key, path, len(data), read_frame(data))
        except ValueError as error:
            raise Failure(Exit.FAILED, f"{key} is no picture of ice_mock: {error}") from error

    def _contact_sheet(self, snapshots: list[Snapshot]) -> Path:
        path = self.out / "contact-sheet.jpg"
        with self.steps("laying out the contact sheet") as done:
            path.write_bytes(contact_sheet([snapshot.path.read_bytes() for snapshot in snapshots]))
            done("A contact sheet of all of them.")
        return path


def _expect(is_so: bool, otherwise: str) -> None:
    if not is_so:
        raise Failure(Exit.FAILED, f"the demo failed: {otherwise}")


def _size(snapshots: list[Snapshot]) -> str:
    return f"{sum(snapshot.size for snapshot in snapshots) / 1_000_000:.1f}"
