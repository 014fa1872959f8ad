"""Spans of time that are asked for, and why one of them is refused."""

from datetime import datetime, timedelta

from ice_mock.clock import iso_seconds
from ice_mock.durations import written
from ice_mock.errors import EndTimeMismatch


def out_of_order(start: datetime, end: datetime, longest: timedelta) -> EndTimeMismatch:
    """The refusal of a span that ends before it starts, or that is longer than the *longest*."""
    wrong = (
        f"lies before StartTime by {written(start - end)}"
        if end < start
        else f"lies {written(end - start)} after StartTime, where {written(longest)} are the most"
    )
    return EndTimeMismatch().because(
        f"EndTime {wrong}.",
        start_time=iso_seconds(start),
        end_time=iso_seconds(end),
        longest=written(longest),
    )
