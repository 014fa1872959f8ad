"""What every part of the engine works with: the world's records, its moment and its identifiers."""

from contextlib import AbstractContextManager
from datetime import datetime

from ice_mock.clock import RealTime
from ice_mock.domain.journal import CHANGES_LIMIT, Change
from ice_mock.domain.model import Account
from ice_mock.domain.timepiece import Timepiece
from ice_mock.identifiers import seeded_id
from ice_mock.store import Store


class Context:
    """A world's store, and the few things that are asked of it everywhere."""

    def __init__(self, store: Store, real_time: RealTime) -> None:
        self.store = store
        self.real_time = real_time

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
        """The world's present moment."""
        return self.timepiece.at(self.real_time())

    def exclusive(self) -> AbstractContextManager[object]:
        return self.store.exclusive()

    def new_id(self, kind: str) -> str:
        """The next identifier of a kind; it follows from the seed and how many there were before."""
        return seeded_id(self.account.seed, kind, self.store.next_number(kind))

    def changed(self, subject: str, subject_id: str, what: str, at: datetime) -> None:
        """Note that something changed."""
        number = self.store.next_number("change")
        self.store.append(Change(str(number), at, subject, subject_id, what), limit=CHANGES_LIMIT)
