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
        """In what a call differs, a sentence each; raises Unverifiable if the journal does not tell."""
        if not fits(self.action, request["action"] or ""):
            return [f"the action is {request['action']}"]
        found = []
        code = request["code"] or "OK"
        if self.code is not None and not fits(self.code, code):
            found.append(f"expected the code {self.code}, and it was {code}")
        for name, value in self.parameters.items():
            found += differences_of(name, value, request["parameters"])
        return found

    def __str__(self) -> str:
        given = [f"{name}={value!r}" for name, value in self.parameters.items()]
        given += [f"answered {self.code}"] if self.code is not None else []
        return f"{self.action} with {', '.join(given)}" if given else self.action


def verified(requests: Kept[Request], expected: Expected, times: int | None) -> list[Request]:
    """The calls that are as *expected*, if there are so many, or at least one if *times* is None.

    Raises CallsDiffer with an explanation, or Unverifiable if forgotten calls might make the difference.
    """
    differing = [(request, expected.differences(request)) for request in requests]
    matching = [request for request, differences in differing if not differences]
    is_met = bool(matching) if times is None else len(matching) == times
    would_more_matter = not matching if times is None else len(matching) <= times
    if requests.dropped and would_more_matter:
        raise Unverifiable(
            f"{expected}: {_times(len(matching))} among the calls that are left, and nobody can tell of the "
            f"{requests.dropped} that the journal has dropped"
        )
    if not is_met:
        raise CallsDiffer(_explained(expected, times, matching, differing))
    return matching


def verify_all_read(requests: Kept[Request]) -> None:
    """Raises CallsDiffer if parameters were sent that nothing read, Unverifiable if calls are forgotten."""
    unread = [request for request in requests if request["unread"]]
    if unread:
        lines = [f"parameters that nothing read, in {len(unread)} of {len(requests)} calls:"]
        lines += [f"  {line(request)}: {', '.join(request['unread'])}" for request in unread[:MOST_SHOWN]]
        raise CallsDiffer("\n".join(lines))
    if requests.dropped:
        raise Unverifiable(f"nobody can tell what {requests.dropped} calls had that the journal has dropped")


def _explained(
    expected: Expected,
    times: int | None,
    matching: Sequence[Request],
    differing: Sequence[tuple[Request, list[str]]],
) -> str:
    wanted = "at least once" if times is None else _times(times)
    lines = [f"expected {wanted}, and called {_times(len(matching))}: {expected}"]
    lines += [f"  {line(request)}" for request in matching[:MOST_SHOWN]]
    if len(matching) > MOST_SHOWN:
        lines.append(f"  and {len(matching) - MOST_SHOWN} more")
    if times is None or len(matching) < times:
        of_action = [each for each in differing if fits(expected.action, each[0]["action"] or "")]
        others = [each for each in of_action if each[1]]
        called = Counter(request["action"] or "no action" for request, _ in differing)
        lines += _nearest(others) if of_action else [_called(expected, called)]
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
