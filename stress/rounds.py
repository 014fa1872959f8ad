"""The rounds: load, a kill in the middle of it, documents that schemathesis makes up, bytes by coverage."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from random import Random
from typing import Any

from ice_mock import Client
from stress.receivers import Receivers
from stress.residents import resident
from stress.served import Reading, Served, free_port, slope
from stress.stage import LATEST, Play, Stage, perform
from stress.tally import Tally
from stress.tenants import tenant
from stress.visitors import visitor

CAST: tuple[Play, ...] = (tenant, tenant, tenant, tenant, resident, resident, resident, visitor, visitor)
GRACE = 5
"""How many seconds a server may take to end after SIGTERM."""
LAST_ACT = 90
"""How many seconds clients may take to come to an end: a world is accounted for before it is dropped."""
WAVES = 3
"""The load comes in equal waves: what is done again needs no more memory than it did before."""
MOST_GROWTH = 20.0
"""How many MiB more than after the wave before there may be after the last: the heap's own fragments."""
SPARE = 8
"""How many descriptors more than at the start are no leak: idle connections of this program's own."""
SCENARIO = """
scenario: changed-{number}
clock: {{mode: frozen}}
streams: [{{url: 'rtmp://a/b/{number}', state: live}}]
"""
Told = Callable[[str, Tally], None]


@dataclass
class Result:
    """What a round found: figures by name, and the *violations* of what was promised."""

    name: str
    figures: dict[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    @property
    def violations(self) -> list[str]:
        return self.tally.violations


def load(folder: Path, seconds: float, seed: int, told: Told) -> Result:
    """Everything at once, and afterwards the account: worlds, memory, threads, descriptors, log and end."""
    result = Result("load")
    file = folder / "scenario.yaml"
    file.write_text(SCENARIO.format(number=0))
    with Receivers() as receivers, Served(folder, "load", "--scenario", str(file)) as server:
        warm_up(server, receivers)
        before = server.read()
        server.watch()
        ends = []
        for wave in range(WAVES):
            number = _play(
                server,
                receivers,
                seconds / WAVES,
                seed + wave,
                result,
                told,
                lambda number: rewrite(file, number),
            )
            ends.append(server.settled(before.descriptors + SPARE))
        done = result.tally.done["worlds accounted for"]
        result.tally.expect(
            done > len(CAST), f"only {done} worlds were accounted for: is the time too short?"
        )
        _judge_the_file(server, file, number, result.tally)
        _judge_memory(server.readings, ends, result)
        _judge(server, before, result)
        result.figures["callbacks received, by receiver"] = ", ".join(
            f"{name} {count}" for name, count in sorted(receivers.received.items())
        )
    return result


def rewrite(file: Path, number: int) -> None:
    """Change the scenario's file; every third time to something wrong, which changes nothing."""
    file.write_text(SCENARIO.format(number=number) if number % 3 else "streams: [{urll: 1}]\n")


def killed(folder: Path, seconds: float, seed: int, told: Told) -> Result:
    """Kill the server in the middle of everything; the next one starts at the same port, and has nothing."""
    result, port = Result("kill -9"), free_port()
    with Receivers() as receivers:
        with Served(folder, "killed", port=port) as server:
            with _clients(server.url, receivers, seconds * 3, seed, told, result.tally, may_die=True):
                time.sleep(seconds)
                children = server.seen.children(recursive=True)
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
            result.tally.expect(not children, f"the server had processes of its own: {children}")
        with Served(folder, "after-the-kill", port=port) as server:
            worlds, client = Client(server.url).worlds.all(), Client(server.url)
            result.tally.expect([each["id"] for each in worlds] == ["default"], f"there are worlds: {worlds}")
            left = [client.jobs.all(), client.templates.all(), client.requests.all(), client.callbacks.all()]
            result.tally.expect(not any(left), f"something outlived the kill: {left}")
            result.figures["started again within"] = f"{server.took:.1f} s"
            warm_up(server, receivers)
            _judge_the_end(server, result)
    return result


def documents(folder: Path, seconds: float, seed: int, told: Told) -> Result:
    """Send what schemathesis makes up from the OpenAPI document of the control API."""
    result = Result("schemathesis")
    with Receivers(), Served(folder, "schemathesis", "--clock", "frozen") as server:
        command = [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{server.url}/_ice_mock/openapi.json"),
            *(
                "--max-time",
                str(max(5, int(seconds))),
                "--seed",
                str(seed),
                "--continue-on-failure",
                "--no-color",
            ),
            # What is lenient on purpose is no failure: numbers as text, what the schema cannot say.
            *("--exclude-checks", "negative_data_rejection,positive_data_acceptance,unsupported_method"),
            *("--request-timeout", "70", "--exclude-path", "/_ice_mock/worlds/{world_id}/clock/advance"),
        ]
        told("schemathesis runs", Tally())
        ended = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603  # our own
        output = folder / "schemathesis.out"
        output.write_text(ended.stdout + ended.stderr)
        result.tally.expect(ended.returncode == 0, f"schemathesis: {ended.stdout[-3000:]}")
        found = [line.strip() for line in ended.stdout.splitlines() if "generated" in line]
        result.figures["cases"] = found[-1] if found else "none"
        _judge_the_end(server, result)
    return result


def coverage(folder: Path, seconds: float, seed: int, told: Told) -> Result:
    """Change bytes by coverage, for each target of the fuzzing tests."""
    result = Result("atheris")
    if find_spec("atheris") is None:
        result.figures["left out"] = "atheris is not installed: pip install atheris"
        return result
    targets = ("request", "scenario")
    for name in targets:
        told(f"atheris changes {name}s", Tally())
        limits = [f"-max_total_time={max(5, int(seconds / len(targets)))}", f"-seed={seed}", "-timeout=20"]
        command = [
            sys.executable,
            "-m",
            "stress.fuzzing",
            name,
            *limits,
            "-rss_limit_mb=2048",
            "-max_len=20000",
        ]
        ended = subprocess.run(  # noqa: S603  # our own
            [*command, f"-artifact_prefix={folder}/"], capture_output=True, text=True, check=False
        )
        (folder / f"atheris-{name}.out").write_text(ended.stdout + ended.stderr)
        lines = ended.stderr.splitlines()
        result.tally.expect(ended.returncode == 0, f"atheris, {name}: " + "\n".join(lines[-40:])[-3000:])
        done = [line for line in lines if line.startswith("Done ")]
        result.figures[name] = done[-1] if done else lines[-1] if lines else "nothing"
    return result


def warm_up(server: Served, receivers: Receivers) -> None:
    """Use everything once, so that what is made at first use is there."""
    stage = Stage(server.url, receivers.urls, 0, 0)
    tally = Tally()
    for seed in range(3):
        tenant(stage, Random(seed), tally)  # noqa: S311  # what is rolled is no secret


@contextmanager
def _clients(
    url: str,
    receivers: Receivers,
    seconds: float,
    seed: int,
    told: Told,
    tally: Tally,
    *,
    may_die: bool = False,
) -> Iterator[None]:
    """Clients, each in a process of its own, while the body runs; what they tell is added to *tally*."""
    context = get_context("spawn")
    queue, start = context.Queue(), context.Barrier(len(CAST) + 1)
    processes = []
    for index, play in enumerate(CAST):
        stage = Stage(url, dict(receivers.urls), 0, seed * 1000 + index, may_die)
        arguments = (play, stage, start, seconds, queue)
        processes.append(context.Process(target=perform, args=arguments, daemon=True))
    for process in processes:
        process.start()
    try:
        start.wait(LATEST)
        ends_at = time.monotonic() + seconds
        yield
        _gather(queue, processes, ends_at + LAST_ACT, told, tally)
    finally:
        for process in processes:
            process.kill()
            process.join()


def _gather(queue: Any, processes: list[Any], until: float, told: Told, tally: Tally) -> None:
    while any(process.is_alive() for process in processes) or not queue.empty():
        with suppress(Empty):
            tally.add(queue.get(timeout=0.5))
        told("clients play", tally)
        if time.monotonic() > until:
            stuck = [index for index, process in enumerate(processes) if process.is_alive()]
            tally.expect(False, f"clients {[CAST[index].__name__ for index in stuck]} did not come to an end")
            return
    codes = [process.exitcode for process in processes]
    tally.expect(not any(codes), f"clients ended with {codes}")


def _play(
    server: Served,
    receivers: Receivers,
    seconds: float,
    seed: int,
    result: Result,
    told: Told,
    each_second: Callable[[int], None],
) -> int:
    """Let the clients play, and do something each second meanwhile; return how often."""
    number, last = 0, time.monotonic()

    def tell(what: str, tally: Tally) -> None:
        nonlocal number, last
        if time.monotonic() > last + 1:
            number, last = number + 1, time.monotonic()
            each_second(number)
        told(what, tally)

    with _clients(server.url, receivers, seconds, seed, tell, result.tally):
        pass
    return number


def _judge_the_file(server: Served, file: Path, number: int, tally: Tally) -> None:
    """The default world is that of the last right file, after one more change."""
    client = Client(server.url)
    rewrite(file, 3 * number + 1)
    wanted, end = f"changed-{3 * number + 1}", time.monotonic() + 10
    while client.scenario.read()["name"] != wanted and time.monotonic() < end:
        time.sleep(0.1)
    found = client.scenario.read()["name"]
    tally.expect(found == wanted, f"the scenario's file was not read again: {found}, not {wanted}")


def _judge(server: Served, before: Reading, result: Result) -> None:
    """What is left when everybody has gone."""
    client = Client(server.url)
    worlds = [each["id"] for each in client.worlds.all()]
    result.tally.expect(worlds == ["default"], f"worlds are left: {worlds}")
    client.close()
    after = server.settled(before.descriptors + SPARE)
    result.tally.expect(
        after.threads <= before.threads + 1, f"there were {before.threads} threads, and are {after.threads}"
    )
    result.tally.expect(
        after.descriptors <= before.descriptors + SPARE,
        f"there were {before.descriptors} descriptors, and are {after.descriptors}",
    )
    result.figures["threads"] = f"{before.threads} before, {after.threads} after"
    result.figures["descriptors"] = f"{before.descriptors} before, {after.descriptors} after"
    _judge_the_end(server, result)


def _judge_memory(readings: list[Reading], ends: list[Reading], result: Result) -> None:
    """Memory is flat: what the last wave added to what the one before had left."""
    last = [each for each in readings if each.at > ends[-2].at]
    grown = ends[-1].memory - ends[-2].memory
    waves, most = ", ".join(f"{each.memory:.0f}" for each in ends), max(each.memory for each in readings)
    result.figures["memory"] = (
        f"{readings[0].memory:.0f} MiB at the start, after each wave {waves}, {most:.0f} at most; "
        f"{slope(last):+.2f} MiB a minute in the last wave"
    )
    result.tally.expect(
        grown < MOST_GROWTH, f"the last wave added {grown:.0f} MiB: {result.figures['memory']}"
    )


def _judge_the_end(server: Served, result: Result) -> None:
    """The log is clean, and SIGTERM ends the server in time."""
    status, took = server.terminate()
    result.tally.expect(status == 0, f"SIGTERM ended the server with status {status}")
    result.tally.expect(took < GRACE, f"SIGTERM took {took:.1f} s")
    result.figures["SIGTERM"] = f"status {status} after {took:.1f} s"
    failures = server.tracebacks()
    result.tally.expect(not failures, f"{len(failures)} failures in {server.log}: {json.dumps(failures[:3])}")
