"""Instants as object storage writes them; what cannot be read is None, whatever it is."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

from ice_mock.clock import EPOCH

_LONGEST = 64
_BASIC = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
_SECONDS = re.compile(r"\d{1,12}", re.ASCII)


def http_date(instant: datetime) -> str:
    return format_datetime(instant, usegmt=True)


def from_http_date(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text) if len(text) <= _LONGEST else None
        return instant and (instant.replace(tzinfo=instant.tzinfo or UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def from_basic(text: str) -> datetime | None:
    """Read ``yyyymmddThhmmssZ``, the form that signatures of version 4 use."""
    try:
        return (
            datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if _BASIC.fullmatch(text) else None
        )
    except ValueError:
        return None


def from_seconds(text: str) -> datetime | None:
    """Read seconds since 1970."""
    try:
        return EPOCH + timedelta(seconds=int(text)) if _SECONDS.fullmatch(text) else None
    except OverflowError:
        return None


def iso(instant: datetime) -> str:
    """``yyyy-MM-ddTHH:mm:ss.000Z``: object storage keeps whole seconds, and writes milliseconds."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.000Z")
