"""Occasions on which faults may strike, and whether a fault is meant for one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ice_mock.domain.fault import Selector
from ice_mock.domain.model import Job
from ice_mock.domain.wildcards import matches


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is going on where a fault might strike; None and empty is what does not apply.

    *jobs* are ids and names, any of which may fit.
    """

    action: str | None = None
    jobs: tuple[str, ...] = ()
    stream: str | None = None
    bucket: str | None = None
    key: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of_job(cls, job: Job, *, key: str | None = None) -> "Occasion":
        """Something that a job has to do with."""
        return cls(jobs=(job.id, job.name), stream=job.stream_url, bucket=job.bucket, key=key)


def fits(selector: Selector, occasion: Occasion) -> bool:
    """Tell whether a fault is meant for this occasion."""
    return (
        _fits(selector.action, occasion.action)
        and any(_fits(selector.job, job) for job in occasion.jobs or (None,))
        and _fits(selector.stream, occasion.stream)
        and _fits(selector.bucket, occasion.bucket)
        and _fits(selector.key, occasion.key)
        and all(_fits(wanted, occasion.parameters.get(name)) for name, wanted in selector.parameters.items())
    )


def _fits(wanted: str | None, found: str | None) -> bool:
    if wanted is None or wanted == "*":
        return True
    return found is not None and matches(wanted, found)
