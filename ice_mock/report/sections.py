"""What stands out, as sections of text: each item of one in one or a few lines."""

from collections.abc import Iterator
from dataclasses import dataclass

from ice_mock.report import highlights
from ice_mock.report.cells import shown, wrapped
from ice_mock.report.evidence import Evidence, Fault
from ice_mock.report.highlights import Failure, Refusal, name_of
from ice_mock.report.instants import since
from ice_mock.words import counted, times

REASON_LINES = 3


@dataclass(frozen=True, slots=True)
class Section:
    """A *title* and its items, each of some lines; *noun* is what more of them would be."""

    title: str
    noun: str
    items: tuple[tuple[str, ...], ...]


def sections(evidence: Evidence, width: int) -> list[Section]:
    """All that there is something to say about, what tells most first, in lines of *width* cells."""
    found = (
        Section("refused", "refusal", tuple(_refusals(evidence, width))),
        Section("callbacks", "failure", tuple(_failures(evidence, width))),
        Section("unread", "parameter", tuple(_unread(evidence, width))),
        Section("faults", "fault", tuple(_faults(evidence, width))),
        Section("answered", "line", tuple(_answered(evidence, width))),
        Section("left out", "line", tuple(_left_out(evidence, width))),
    )
    return [section for section in found if section.items]


def _refusals(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    for refusal in highlights.refusals(evidence):
        first, last = refusal.calls[0], refusal.calls[-1]
        head = f"{since(evidence.began_at, first.at)} {refusal.action}  {refusal.status} {refusal.code}"
        if len(refusal.calls) > 1:
            head += f" {times(len(refusal.calls))}"
        if last.at > first.at:
            head += f", until {since(evidence.began_at, last.at)}"
        yield (shown(head) + _struck_by(refusal), *_indented(refusal.sentence, width))


def _struck_by(refusal: Refusal) -> str:
    faults = dict.fromkeys(call.fault for call in refusal.calls if call.fault)
    return f"  (fault {shown(', '.join(map(str, faults)))})" if faults else ""


def _failures(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    for failure in highlights.failures(evidence):
        yield (_failure(evidence, failure), *_indented(f"{failure.url}: {failure.error}", width))


def _failure(evidence: Evidence, failure: Failure) -> str:
    first = failure.callbacks[0]
    state = "delivered in the end" if failure.state == "delivered" else failure.state
    frames = _frames([callback.frame for callback in failure.callbacks])
    attempts = max(len(callback.attempts) for callback in failure.callbacks)
    tries = f", after {counted(attempts, 'attempt')}" if attempts else ""
    jobs = {callback.job_id for callback in failure.callbacks}
    whose = next((job.name for job in evidence.jobs if job.id == first.job_id), "") or first.job_id
    whose = f"job {whose}" if len(jobs) == 1 else f"{len(jobs)} jobs"
    at = since(evidence.began_at, first.at)
    return shown(f"{at} {len(failure.callbacks):,} {state}{tries}: {whose}, {frames}")


def _frames(numbers: list[int]) -> str:
    """``frames 1-3, 7``: those that follow one another in short, and not too many of them."""
    rows: list[list[int]] = []
    for number in sorted(set(numbers)):
        if rows and number == rows[-1][-1] + 1:
            rows[-1].append(number)
        else:
            rows.append([number])
    written = [f"{row[0]}" if len(row) == 1 else f"{row[0]}-{row[-1]}" for row in rows]
    told = ", ".join(written[:5]) + (" …" if len(written) > 5 else "")  # noqa: PLR2004 - on one line
    return f"frame{'' if written == [f'{numbers[0]}'] else 's'} {told}"


def _unread(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    by_action: dict[str, list[str]] = {}
    for each in highlights.unread(evidence):
        meant = f" (did you mean {each.meant}?)" if each.meant else ""
        count = f" {times(each.count)}" if each.count > 1 else ""
        by_action.setdefault(each.action, []).append(f"{each.name}{count}{meant}")
    for action, names in by_action.items():
        yield tuple(_hanging(f"{action}: {', '.join(names)}", width))


def _faults(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    for fault in highlights.never_fired(evidence):
        matched = f"it fitted {counted(fault.matched, 'time')}" if fault.matched else "it fitted nothing"
        yield tuple(_hanging(f"never fired, {matched}: {_named(fault)}", width))
    for fault in highlights.fired(evidence):
        yield tuple(_hanging(f"fired {fault.fired:,} of {fault.matched:,} times: {_named(fault)}", width))


def _named(fault: Fault) -> str:
    return f"{fault.id} {{{highlights.in_short(fault)}}}"


def _answered(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    told = [f"{name_of(tally.action)} {times(tally.count)}" for tally in highlights.answered(evidence)]
    if told:
        yield tuple(_hanging(", ".join(told), width))
    for fault, count in highlights.struck_calls(evidence).items():
        yield tuple(_hanging(f"{count:,} of them not as usual: {fault} struck", width))


def _left_out(evidence: Evidence, width: int) -> Iterator[tuple[str, ...]]:
    for noun, kept in (("call", evidence.calls), ("callback", evidence.callbacks)):
        if kept.dropped:
            yield tuple(
                _hanging(f"{counted(kept.dropped, noun)}, the oldest, which the world no longer has", width)
            )
        if kept.untold:
            yield tuple(_hanging(f"{kept.untold:,} of {kept.found:,} {noun}s, counted but not shown", width))


def _indented(sentence: str, width: int) -> list[str]:
    return (
        [f"  {line}" for line in wrapped(shown(sentence), width - 2, lines=REASON_LINES)] if sentence else []
    )


def _hanging(sentence: str, width: int) -> list[str]:
    first, *others = wrapped(shown(sentence), width - 2, lines=REASON_LINES)
    return [first, *(f"  {line}" for line in others)]
