"""``python -m stress``: every round, a table at the end, and exit status 1 if a promise was broken."""

import argparse
import re
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from rich.console import Console
from rich.table import Table

from stress.rounds import Result, Told, coverage, documents, killed, load
from stress.tally import Tally

SHARES = {load: 0.6, killed: 0.08, documents: 0.16, coverage: 0.16}
"""Which part of the time each round gets."""
LONGEST = 2_000
PATIENCE = 300
"""How many seconds a round may take to wind up."""
UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration: expected one such as 90s or 10m")
    return float(match[1]) * UNITS[match[2]]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m stress", description=__doc__)
    parser.add_argument(
        "--duration", type=seconds, default="10m", help="of all rounds together (default 10m)"
    )
    parser.add_argument("--seed", type=int, default=1, help="from which everything that is rolled follows")
    rounds = {each.__name__: each for each in SHARES}
    parser.add_argument("--only", choices=rounds, help="one round, which gets all of the time")
    arguments = parser.parse_args()
    console, folder = Console(), Path(mkdtemp(prefix="ice-mock-stress-"))
    shares = {rounds[arguments.only]: 1.0} if arguments.only else SHARES
    results = []
    for each, share in shares.items():
        with console.status(each.__name__) as status:
            told = _teller(each.__name__, status.update)
            with _bounded(each.__name__, arguments.duration * share + PATIENCE, results):
                results.append(each(folder, arguments.duration * share, arguments.seed, told))
    _show(console, results, folder)
    return 1 if any(result.violations for result in results) else 0


@contextmanager
def _bounded(name: str, most: float, results: list[Result]) -> Iterator[None]:
    """Give a round up that does not come to an end, and say so among the results."""

    def give_up(*_: object) -> None:
        raise TimeoutError(f"{name} did not come to an end within {most:.0f} s")

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(int(most))
    try:
        yield
    except TimeoutError as error:
        results.append(Result(name, tally=Tally(violations=[str(error)])))
    finally:
        signal.alarm(0)


def _teller(name: str, show: object) -> Told:
    """What shows on a terminal how it goes."""
    started = time.monotonic()

    def told(what: str, tally: Tally) -> None:
        done = ", ".join(f"{count} {each}" for each, count in tally.done.most_common(5))
        passed = time.monotonic() - started
        show(f"{name}, {passed:.0f} s: {what}; {done or '…'}; {len(tally.violations)} violations")  # type: ignore[operator]

    return told


def _show(console: Console, results: list[Result], folder: Path) -> None:
    for result in results:
        table = Table("what", "how much", title=f"{result.name}: {len(result.violations)} violations")
        for name, figure in result.figures.items():
            table.add_row(name, figure)
        for name, count in sorted(result.tally.done.items()):
            table.add_row(name, str(count))
        console.print(table)
        for violation in result.violations:
            console.print(f"violation: {violation[:LONGEST]}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"logs are in {folder}")


if __name__ == "__main__":
    sys.exit(main())
