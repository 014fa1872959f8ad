"""What every part of the engine works with: the world's records, its moment and its identifiers."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import datetime

from ice_mock.clock import RealTime
from ice_mock.domain.journal import CHANGES_LIMIT, Change
from ice_mock.domain.model import Account
from ice_mock.domain.timepiece import Timepiece
from ice_mock.identifiers import seeded_id
from ice_mock.store import Store
from ice_mock.threads import Bell

_caught_up: ContextVar[tuple[object, datetime | None]] = ContextVar("caught_up", default=(None, None))
"""Whose past is being caught up with in this thread, and at which moment."""


class Context:
    """A world's store, and the few things that are asked of it everywhere."""

    def __init__(self, store: Store, real_time: RealTime) -> None:
        self.store = store
        self.real_time = real_time
        self.bell = Bell()
        """Rung whenever a call, a callback or something for the inbox has been dealt with."""

    @property
    def account(self) -> Account:
        account = self.store.get(Account, "account")
        if account is None:
            raise LookupError("the world has been dropped")
        return account

    @property
    def timepiece(self) -> Timepiece:
        timepiece = self.store.get(Timepiece, "clock")
        if timepiece is None:
            raise LookupError("the world has been dropped")
        return timepiece

    def now(self) -> datetime:
        """The world's present moment, or the moment that is being caught up with."""
        whose, moment = _caught_up.get()
        return moment if moment and whose is self else self.timepiece.at(self.real_time())

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let *moment* be the present for the body, in this thread: what happens late happens in time."""
        token = _caught_up.set((self, moment))
        try:
            yield
        finally:
            _caught_up.reset(token)

    def exclusive(self) -> AbstractContextManager[object]:
        return self.store.exclusive()

    def new_id(self, kind: str) -> str:
        """The next identifier of a kind; it follows from the seed and how many there were before."""
        return seeded_id(self.account.seed, kind, self.store.next_number(kind))

    def changed(self, subject: str, subject_id: str, what: str, at: datetime) -> None:
        """Note that something changed."""
        number = self.store.next_number("change")
        self.store.append(Change(str(number), at, subject, subject_id, what), limit=CHANGES_LIMIT)
