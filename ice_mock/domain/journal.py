"""What a world remembers of what happened to it: calls, changes, and what its inbox received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

JOURNAL_LIMIT = 10_000
CHANGES_LIMIT = 10_000
CALLBACKS_LIMIT = 10_000
INBOX_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A call and its answer; the id is the call's request id. Secrets and signatures are never in it.

    *answer* is the text that was sent, or its beginning if it is long: then *answer_length* is greater.
    *fault* names the faults that struck; the answer of a call that was dropped is here all the same.
    """

    id: str
    at: datetime
    action: str | None
    dialect: str
    access_key_id: str | None
    method: str
    parameters: Mapping[str, str]
    status: int
    code: str | None
    message: str | None
    answer: str
    answer_length: int
    duration: timedelta
    fault: str | None = None

    @property
    def job_id(self) -> str | None:
        return self.parameters.get("JobId")


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed in a world: *what* happened to which *subject*: ``stream``, ``published``."""

    id: str
    at: datetime
    subject: str
    subject_id: str
    what: str


@dataclass(frozen=True, slots=True)
class Received:
    """A request that the inbox received; *body* is text, or base64 where *is_base64* says so."""

    id: str
    at: datetime
    method: str
    query: str
    headers: Mapping[str, str]
    body: str
    is_base64: bool
