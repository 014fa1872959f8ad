"""What calls a test expects, and how those that were made differ from it.

The differences are what is found out; whether a call is as expected follows from there being none.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ice_mock.client.documents import Kept, Request
from ice_mock.client.errors import CallsDiffer, Unverifiable
from ice_mock.client.parameters import differences_of, fits
from ice_mock.credentials import masked

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """A call as a test expects it: an *action*, a *code* if that matters, and some of its *parameters*.

    The code of a call that was not refused is OK.
    """

    action: str
    code: str | None
    parameters: Mapping[str, object]

    def differences(self, request: Request) -> list[str]:
        """In what a call differs, a sentence each; raises Unverifiable if the journal does not tell.

        What it does not tell of one parameter does not matter if the call differs in another one.
        """
        if not fits(self.action, request["action"] or ""):
            return [f"the action is {request['action']}"]
        found, untold = [], []
        code = request["code"] or "OK"
        if self.code is not None and not fits(self.code, code):
            found.append(f"expected the code {self.code}, and it was {code}")
        for name, value in self.parameters.items():
            try:
                found += differences_of(name, value, request["parameters"])
            except Unverifiable as error:
                untold.append(error)
        if untold and not found:
            raise untold[0]
        return found

    def __str__(self) -> str:
        given = [f"{name}={masked(repr(value))}" for name, value in self.parameters.items()]
        given += [f"answered {self.code}"] if self.code is not None else []
        return f"{self.action} with {', '.join(given)}" if given else self.action


class _Compared:
    """The calls in a journal, sorted by whether they are as expected, are not, or may be."""

    def __init__(self, requests: Kept[Request], expected: Expected) -> None:
        self.dropped = requests.dropped
        self.called = Counter(request["action"] or "no action" for request in requests)
        self.matching: list[Request] = []
        self.differing: list[tuple[Request, list[str]]] = []
        self.open: list[tuple[Request, Unverifiable]] = []
        for request in requests:
            try:
                differences = expected.differences(request)
            except Unverifiable as error:
                self.open.append((request, error))
                continue
            if differences:
                self.differing.append((request, differences))
            else:
                self.matching.append(request)

    def verdict(self, times: int | None) -> bool | None:
        """Whether so many calls are as expected, or at least one; None if nobody can tell."""
        least, is_open = len(self.matching), bool(self.open or self.dropped)
        most = least + len(self.open)
        if times is None:
            return True if least else None if is_open else False
        if least > times or (most < times and not self.dropped):
            return False
        return None if is_open else least == times


def verified(requests: Kept[Request], expected: Expected, times: int | None) -> list[Request]:
    """The calls that are as *expected*, if there are so many, or at least one if *times* is None.

    Raises CallsDiffer with an explanation, or Unverifiable if what the journal has forgotten might make the
    difference.
    """
    compared = _Compared(requests, expected)
    is_met = compared.verdict(times)
    if is_met is None:
        raise Unverifiable("\n".join(_untold(expected, compared)))
    if not is_met:
        raise CallsDiffer(_explained(expected, times, compared))
    return compared.matching


def _untold(expected: Expected, compared: _Compared) -> Iterator[str]:
    counted = f"{expected}: {_times(len(compared.matching))} among the calls that are left"
    if compared.dropped:
        yield f"{counted}, and nobody can tell of the {compared.dropped} that the journal has dropped"
    else:
        yield f"{counted}, and nobody can tell of {len(compared.open)} more"
    for request, error in compared.open[:MOST_SHOWN]:
        yield f"  {line(request)}"
        yield f"    {error}"


def verify_all_read(requests: Kept[Request], action: str) -> None:
    """Raises CallsDiffer if an *action* was sent parameters that nothing read.

    Raises Unverifiable if calls are forgotten.
    """
    of_action = [request for request in requests if fits(action, request["action"] or "")]
    unread = [request for request in of_action if request["unread"]]
    if unread:
        lines = [f"parameters that nothing read, in {len(unread)} of {len(of_action)} calls:"]
        lines += [f"  {line(request)}: {', '.join(request['unread'])}" for request in unread[:MOST_SHOWN]]
        raise CallsDiffer("\n".join(lines))
    if requests.dropped:
        raise Unverifiable(f"nobody can tell what {requests.dropped} calls had that the journal has dropped")


def _explained(expected: Expected, times: int | None, compared: _Compared) -> str:
    matching = compared.matching
    wanted = "at least once" if times is None else _times(times)
    lines = [f"expected {wanted}, and called {_times(len(matching))}: {expected}"]
    lines += [f"  {line(request)}" for request in matching[:MOST_SHOWN]]
    if len(matching) > MOST_SHOWN:
        lines.append(f"  and {len(matching) - MOST_SHOWN} more")
    if times is None or len(matching) < times:
        others = [each for each in compared.differing if fits(expected.action, each[0]["action"] or "")]
        lines += _nearest(others) if others or matching else [_called(expected, compared.called)]
    return "\n".join(lines)


def _nearest(others: Sequence[tuple[Request, list[str]]]) -> Iterator[str]:
    """Yield the calls of an action that differ least, and in what."""
    if others:
        yield f"the nearest of {len(others)} other {'call' if len(others) == 1 else 'calls'} of it:"
    for request, differences in sorted(others, key=lambda each: len(each[1]))[:MOST_SHOWN]:
        yield f"  {line(request)}"
        yield from (f"    {difference}" for difference in differences)


def _called(expected: Expected, actions: Mapping[str, int]) -> str:
    if not actions:
        return "nothing was called at all: does the code under test call this world, with its access key?"
    near = get_close_matches(expected.action, actions, n=1)
    meant = f"; did you mean {near[0]}?" if near and near[0] != expected.action else ""
    return "called were: " + ", ".join(f"{name} ({count})" for name, count in actions.items()) + meant


def line(request: Request) -> str:
    """A call in one line."""
    answer = f"{request['status']} {request['code']}" if request["code"] else f"{request['status']}"
    fault = f", by the fault {request['fault']}" if request["fault"] else ""
    return f"{request['at']}  {request['action']} → {answer}{fault}  ({request['id']})"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")
