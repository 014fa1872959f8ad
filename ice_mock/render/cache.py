"""A cache bounded by what it holds in bytes, as pictures may be small or huge."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from ice_mock.threads import Lock

Value = TypeVar("Value")


class ByteCache(Generic[Value]):
    """The values last asked for, which together weigh at most *limit*. Threads may share it."""

    def __init__(self, limit: int, weight: Callable[[Value], int]) -> None:
        self._limit, self._weight = limit, weight
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._total = 0

    @property
    def total(self) -> int:
        """What the values weigh together."""
        return self._total

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of *key*, made if it is not there; it must be the same each time it is made."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()  # unlocked, lest a slow value hold up the quick ones
        with self._lock:
            self._keep(key, made)
        return made

    def _keep(self, key: Hashable, value: Value) -> None:
        if key in self._values:
            return
        self._values[key] = value
        self._total += self._weight(value)
        while self._total > self._limit:
            _, dropped = self._values.popitem(last=False)
            self._total -= self._weight(dropped)
