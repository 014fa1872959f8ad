"""Whether frames, files, objects and callbacks of a job fit each other, and an explanation if they do not.

Nothing here asks a server anything. What is compared is evidence that was gathered before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ice_mock.client.documents import Job
from ice_mock.client.errors import Inconsistent, Unverifiable
from ice_mock.client.evidence import Evidence, Finding, ranges
from ice_mock.client.findings import COUNTS, GAPS, MISSING_CALLBACKS, findings

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Consistency:
    """How much of a job was compared, and what was found to be explained by faults or deletions."""

    frames: int
    files: int
    objects: int
    callbacks: int
    pictures: int
    excused: Sequence[Finding]


def verified(
    evidence: Evidence, *, faults_excuse: bool, deletions_excuse: bool, frames: int | None = None
) -> Consistency:
    """Return what was compared; raises Inconsistent, or Unverifiable if what was forgotten may matter.

    There have to be exactly so many *frames*, unless that is None.
    """
    all_findings = [*findings(evidence), *_miscounted(evidence, frames)]
    excused = [
        each for each in all_findings if (faults_excuse and each.fault) or (deletions_excuse and each.deleted)
    ]
    left = [each for each in all_findings if each not in excused]
    dropped = evidence.callbacks.dropped
    if dropped and any(each.kind == MISSING_CALLBACKS for each in left):
        left = [each for each in left if each.kind != MISSING_CALLBACKS]
        if not left:
            raise Unverifiable(
                f"job {evidence.job['id']}: callbacks are missing, and the world has dropped {dropped}, "
                "so that nobody can tell whether they were made"
            )
    if left:
        raise Inconsistent(_explained(evidence.job, left, len(excused)), left)
    return Consistency(
        len(evidence.frames),
        len(evidence.files),
        len(evidence.objects),
        len(evidence.callbacks),
        len(evidence.read),
        excused,
    )


def _miscounted(evidence: Evidence, frames: int | None) -> Iterator[Finding]:
    found = len(evidence.frames)
    if frames not in (None, found):
        yield Finding(COUNTS, f"expected {frames} frames, and there are {found}")


def _explained(job: Job, left: Sequence[Finding], excused: int) -> str:
    lines = [f"job {job['id']} ({job['name']}) does not fit together:"]
    for kind, group in groupby(sorted(left, key=lambda each: each.kind), key=lambda each: each.kind):
        found = list(group)
        numbers = sorted({each.frame for each in found if each.frame is not None})
        lines.append(f"  {len(found)} {kind}{f': {ranges(numbers)}' if numbers else ''}")
        lines += [f"    {each.text}{_cause(each)}" for each in found[:MOST_SHOWN]]
        if len(found) > MOST_SHOWN:
            lines.append(f"    and {len(found) - MOST_SHOWN} more")
    if excused:
        lines.append(f"  {excused} more are explained by faults of the world, or by deletions")
    return "\n".join(lines)


def _cause(finding: Finding) -> str:
    if finding.fault:
        return f" (the fault {finding.fault})"
    return " (deleted through the API)" if finding.deleted and finding.kind == GAPS else ""
