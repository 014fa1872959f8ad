"""Clients with frozen worlds of their own: made, lived in, accounted for, and dropped."""

from collections.abc import Callable, Collection
from contextlib import closing
from random import Random
from typing import Any

import oss2

from ice_mock import Client
from ice_mock.client.errors import ControlRefused
from stress.accounts import account
from stress.dialects import DIALECTS, Dialect, Refused
from stress.stage import Stage
from stress.tally import Tally

STREAM = "rtmp://live.example.com/app/room1"
BUCKET = "pictures"
MANY = 200
SCENARIO = """
scenario: tenant
seed: {seed}
clock: {{mode: frozen}}
callbacks: {{timeout: 150ms, attempts: 3, retry_after: 1s}}
snapshots: {{width: 160, height: 90}}
signatures: known
"""
FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "ListLiveSnapshotJobs", "error": "InternalError", "times": 1},
    {"action": "*", "delay": "20ms", "times": 2},
    {"callback": "duplicate", "every": 3},
    {"callback": "drop", "times": 1},
    {"callback": "delay", "by": "2s", "times": 1},
    {"callback": "reorder", "times": 1},
    {"snapshot": "truncated", "times": 1},
    {"snapshot": "missing", "times": 1},
)


class Life:
    """One world, what was accepted in it, and what may happen next.

    Its receivers are of every kind but those *without* which it has to do.
    """

    def __init__(
        self, stage: Stage, client: Client, dice: Random, tally: Tally, *, without: Collection[str] = ()
    ) -> None:
        self.stage, self.client, self.dice, self.tally = stage, client, dice, tally
        self.jobs: dict[str, str] = {}
        self.kinds = [kind for kind in ("inbox", "good", "good", *stage.receivers) if kind not in without]
        self.good = f"{stage.receivers['good']}/{client.world}"
        name = dice.choice(list(DIALECTS))
        self.call: Dialect = DIALECTS[name](stage.url, client.access_key_id, client.access_key_secret)
        tally.did(f"worlds in the dialect of {name}")

    def begin(self) -> None:
        self.client.streams.publish(STREAM)
        answer = self.call(
            "CreateLiveSnapshotTemplate",
            TemplateName="stress",
            TimeInterval=self.dice.choice([5, 7, 10]),
            SequenceFormat="snap/{JobId}/{UnixTimestamp}.jpg",
            **({"OverwriteFormat": "last/{JobId}.jpg"} if self.dice.random() < 0.3 else {}),  # noqa: PLR2004
        )
        self.template = answer["TemplateId"]
        for _ in range(self.dice.randint(1, 3)):
            self.submit()

    def submit(self) -> None:
        kind = self.dice.choice(self.kinds)
        url = {"inbox": self.client.inbox.url, "good": self.good}.get(kind) or self.stage.receivers[kind]
        answer = self.call(
            "SubmitLiveSnapshotJob",
            JobName=f"job {len(self.jobs)}",
            TemplateId=self.template,
            StreamInput={"Type": "rtmp", "Url": STREAM},
            SnapshotOutput={
                "StorageType": "oss",
                "Endpoint": "oss-cn-shanghai.aliyuncs.com",
                "Bucket": BUCKET,
            },
            CallbackUrl=url,
        )
        self.jobs[answer["JobId"]] = kind
        self.tally.did("jobs accepted")

    def one(self) -> str:
        return self.dice.choice(list(self.jobs))

    def advance(self) -> None:
        report = self.client.clock.advance(seconds=self.dice.choice([1, 5, 12.5, 30]))
        self.tally.did("callbacks attempted", report["callbacks"]["attempts"])

    def command(self) -> None:
        command = self.dice.choice(["stop", "start", "restart"])
        self.call("SendLiveSnapshotJobCommand", JobId=self.one(), Command=command)

    def switch_stream(self) -> None:
        state = self.dice.choice([self.client.streams.publish, self.client.streams.unpublish])
        state(STREAM)

    def arm(self) -> None:
        self.client.faults.add(self.dice.choice(FAULTS))

    def disarm(self) -> None:
        self.client.faults.clear()

    def list_files(self) -> None:
        now = self.client.clock.read()["now"][:19]
        self.call(
            "ListLiveSnapshotFiles", JobId=self.one(), StartTime="2026-01-01T00:00:00Z", EndTime=f"{now}Z"
        )
        self.call("ListLiveSnapshotJobs", PageNo=1, PageSize=10)

    def delete_files(self) -> None:
        job = self.one()
        stamps = [str(file["timestamp"]) for file in self.client.files(job, limit=5) if not file["overlay"]]
        if stamps:
            answer = self.call(
                "DeleteLiveSnapshotFiles", JobId=job, CreateTimestampList=stamps[:2], DeleteOriginalFile=False
            )
            self.tally.did("files deleted", len(answer.get("DeleteFileResultList", [])))

    def read_objects(self) -> None:
        auth = oss2.Auth(self.client.access_key_id, self.client.access_key_secret)
        bucket = oss2.Bucket(auth, self.stage.url, BUCKET)
        with closing(bucket.session.session):
            for found in bucket.list_objects(max_keys=3).object_list:
                content = bucket.get_object(found.key).read()
                self.tally.expect(
                    content[:2] == b"\xff\xd8", f"world {self.client.world}: {found.key} is no JPEG"
                )
                self.tally.did("pictures read")

    def wait(self) -> None:
        self.client.wait_for(requests=1, timeout=5)

    def redeliver(self) -> None:
        callbacks = self.client.callbacks.all(limit=1)
        if callbacks:
            self.client.callbacks.redeliver(callbacks[0]["id"])

    def explain(self) -> None:
        self.client.why(job=self.one())

    def settle(self) -> None:
        """Let everything that was put off come to its end."""
        self.client.faults.clear()
        for job in self.jobs:
            self.call("SendLiveSnapshotJobCommand", JobId=job, Command="stop")
        for _ in range(3):
            self.client.clock.advance(seconds=20)
        waiting = self.client.callbacks.all(state="waiting")
        self.tally.expect(
            not waiting, f"world {self.client.world}: {len(waiting)} callbacks wait for nothing"
        )


def tenant(stage: Stage, dice: Random, tally: Tally) -> None:
    """The life of one world, from its making to its account."""
    scenario = SCENARIO.format(seed=dice.randint(0, MANY))
    with Client.open(stage.url, scenario=scenario, clock=None, label="stress") as client:
        life = Life(stage, client, dice, tally)
        life.begin()
        deeds: list[Callable[[], None]] = [
            *(
                life.advance,
                life.advance,
                life.advance,
                life.command,
                life.switch_stream,
                life.arm,
                life.disarm,
            ),
            *(life.list_files, life.delete_files, life.read_objects, life.wait, life.redeliver, life.explain),
            life.submit,
        ]
        for deed in dice.choices(deeds, k=dice.randint(5, 15)):
            try:
                deed()
            except (Refused, ControlRefused) as refused:
                tally.expect(
                    refused.status < 500 or refused.code == "InternalError" and deed == life.list_files,  # noqa: PLR2004, RUF021
                    f"{deed.__name__}: {refused}",
                )
                tally.did("refusals")
            tally.did("deeds")
        life.settle()
        account(client, life.jobs, life.good, tally)
        if dice.random() < 0.3:  # noqa: PLR2004  # some begin anew before they end
            dice.choice([client.reset, lambda: client.scenario.replace(scenario)])()
            tally.expect(client.jobs.all() == [], f"world {client.world}: jobs outlive a new beginning")
            tally.did("worlds begun anew")
