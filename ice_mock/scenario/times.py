"""Times of a scenario: lengths, instants and clocks."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import ValidationError

from ice_mock.clock import MILLISECOND, from_iso, rate_of
from ice_mock.durations import duration, written
from ice_mock.scenario.fields import JsonSchema, Value
from ice_mock.scenario.problems import Complaint

LONGEST = timedelta(days=36525)
EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2101, 1, 1, tzinfo=UTC)

_DURATION = r"\d{1,9}(?:\.\d{1,6})?(?:ms|s|m|h|d)"
_INSTANT = r"\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?"


class Length(Value):
    """A length of time in whole milliseconds, up to a hundred years."""

    def __init__(
        self, meaning: str, *, least: timedelta = timedelta(), most: timedelta = LONGEST, **options: Any
    ) -> None:
        super().__init__(meaning, **options)
        self._least, self._most = least, most

    @property
    def expected(self) -> str:  # type: ignore[override]
        least = f" of {written(self._least)} or more" if self._least else ""
        most = f", {written(self._most)} at most" if self._most != LONGEST else ""
        return f"a duration{least} such as 30s or 500ms{most}"

    def read(self, value: Any) -> timedelta:
        length = duration(value)
        if self._least <= length <= self._most and not length % MILLISECOND:
            return length
        raise ValueError(value)

    def meant(self, value: Any) -> str | None:
        return f"{value}s" if type(value) is int and value >= 0 else None

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "pattern": f"^{_DURATION}$"}


class Since(Length):
    """When something happens: a length of time after the start."""

    @property
    def expected(self) -> str:  # type: ignore[override]
        return "a duration after the start such as 30s or 2m"

    def read(self, value: Any) -> timedelta:
        if isinstance(value, str) and value.startswith("-"):
            raise ValidationError([Complaint("0s or more: nothing can happen before the start")])
        return super().read(value)


class Instant(Value):
    """An instant in ISO 8601, in UTC if it names no zone."""

    expected = f"an instant such as 2026-01-31T23:59:59Z, from {EARLIEST.year} to {LATEST.year - 1}"

    def read(self, value: Any) -> datetime:
        if not re.fullmatch(_INSTANT, value, re.ASCII):
            raise ValueError(value)
        instant = from_iso(value)
        if EARLIEST <= instant < LATEST and not instant.microsecond % 1000:
            return instant
        raise ValueError(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "pattern": f"^{_INSTANT}$"}


class Moment(Value):
    """An instant, or a length of time after the start."""

    expected = "an instant such as 2026-01-31T23:59:59Z, or a duration after the start such as 30m"

    def __init__(self, meaning: str, **options: Any) -> None:
        super().__init__(meaning, **options)
        self._length, self._instant = Length(meaning), Instant(meaning)

    def read(self, value: Any) -> timedelta | datetime:
        is_instant = isinstance(value, str) and "-" in value
        return self._instant.read(value) if is_instant else self._length.read(value)

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [self._length.json_schema(), self._instant.json_schema()]}


class ClockMode(Value):
    """``real``, ``frozen`` or ``xN``."""

    choices = ("real", "frozen")
    expected = "real, frozen or xN, such as x60 for a clock that is sixty times faster"

    def read(self, value: Any) -> str:
        rate_of(value)
        return str(value)

    def json_schema(self) -> JsonSchema:
        return {
            "anyOf": [{"enum": list(self.choices)}, {"type": "string", "pattern": r"^x\d{1,7}(\.\d{1,6})?$"}]
        }
