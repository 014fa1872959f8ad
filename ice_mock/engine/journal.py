"""What a world was told: its API calls, and what its inbox received."""

from collections.abc import Mapping
from datetime import datetime
from sys import getsizeof

from ice_mock import limits
from ice_mock.domain.callback import is_inbox
from ice_mock.domain.journal import INBOX_LIMIT, JOURNAL_BYTES, JOURNAL_LIMIT, Change, JournalEntry, Received
from ice_mock.engine.context import Context

_HOLDING = 600


class Journal:
    """The API calls of a world, and the changes in it."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._bell = context.bell

    def add(self, entry: JournalEntry) -> None:
        self._store.append(entry, limit=JOURNAL_LIMIT, size=entry.size, most=JOURNAL_BYTES)
        self._bell.ring()

    def all(self) -> list[JournalEntry]:
        return self._store.all(JournalEntry)

    def find(self, request_id: str) -> JournalEntry | None:
        """The call of this id, in any case of its letters; None if there was none, or it was dropped."""
        return self._store.get(JournalEntry, request_id.upper())

    @property
    def dropped(self) -> int:
        """How many calls were dropped, as there were too many of them or they were too large."""
        return self._store.dropped(JournalEntry)

    def clear(self) -> None:
        self._store.clear(JournalEntry)

    def changes(self) -> list[Change]:
        return self._store.all(Change)


class Inbox:
    """A receiver of callbacks for whoever runs none."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def receive(
        self, method: str, query: str, headers: Mapping[str, str], body: str, *, is_base64: bool
    ) -> Received:
        received = Received(
            self._context.new_id("received"), self._context.now(), method, query, headers, body, is_base64
        )
        size = _size(received)
        self._context.store.append(received, limit=INBOX_LIMIT, size=size, most=limits.INBOX_BYTES)
        self._context.bell.ring()
        return received

    def is_at(self, url: str) -> bool:
        """Whether callbacks to *url* are meant for it."""
        return is_inbox(url, self._context.account.world_id)

    def put(self, headers: Mapping[str, str], body: bytes) -> Received:
        """Receive a callback without a detour over the network."""
        return self.receive("POST", "", headers, body.decode(), is_base64=False)

    def all(self) -> list[Received]:
        return self._context.store.all(Received)

    @property
    def dropped(self) -> int:
        """How many requests were dropped, as there were too many of them or they were too large."""
        return self._context.store.dropped(Received)

    def clear(self) -> None:
        self._context.store.clear(Received)

    def since(self, instant: datetime) -> list[Received]:
        return [received for received in self.all() if received.at >= instant]


def _size(received: Received) -> int:
    """Bytes of memory that it takes: its texts by what they are, all that holds them at a flat rate."""
    texts = [*received.headers, *received.headers.values(), received.query, received.body]
    return _HOLDING + sum(map(getsizeof, texts))
