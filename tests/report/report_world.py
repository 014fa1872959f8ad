"""When the worlds of these tests begin, and which streams they have."""

from datetime import UTC, datetime, timedelta

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
STREAM = "rtmp://live.example.com/app/room1"
OTHER = "rtmp://live.example.com/app/room2"


def at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)
