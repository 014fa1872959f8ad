"""What a world remembers of what happened to it: calls, changes, and what its inbox received."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from sys import getsizeof

from ice_mock.domain.reason import Reason

JOURNAL_LIMIT = 10_000
JOURNAL_BYTES = 16 * 2**20
"""The memory that the calls of a world may take, whatever their number."""
CHANGES_LIMIT = 10_000
CALLBACKS_LIMIT = 10_000
INBOX_LIMIT = 1_000
_HOLDING = 600


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A call and its answer; the id is the call's request id. Secrets and signatures are never in it.

    *answer* is the text that was sent, or its beginning if it is long: then *answer_length* is greater.
    *fault* names the faults that struck; the answer of a call that was dropped is here all the same.
    *verdict* is on the signature: ``verified``, ``not checked: ...`` or ``refused: ...``. *reason* says
    why the call was refused, None if it was not. *unread* are the parameters that were sent and that
    nothing read, those inside of JSON by their paths. The call *named* its world if a header says
    which one it is meant for.
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
    verdict: str = "not checked"
    reason: Reason | None = None
    unread: tuple[str, ...] = ()
    named: bool = False

    @property
    def job_id(self) -> str | None:
        return self.parameters.get("JobId")

    @property
    def size(self) -> int:
        """Bytes of memory that it takes: its texts by what they are, all that holds them at a flat rate."""
        texts = [*self.parameters, *self.parameters.values(), *self.unread, self.answer, self.message or ""]
        if self.reason:
            texts += [self.reason.sentence, *self.reason.facts, *self.reason.facts.values()]
        return _HOLDING + sum(map(getsizeof, texts))


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
