"""Parts of an object: what ``Range`` asks for, and what object storage makes of it.

The rules are those of
https://www.alibabacloud.com/help/en/oss/how-to-obtain-oss-resources-by-segmenting-http-range-requests
"""

import re
import sys

from ice_mock.oss.errors import InvalidRange

# Of many ranges the first counts.
_RANGE = re.compile(r"bytes=(?:([0-9]+)-([0-9]*)|-([0-9]+))(?:,.*)?", re.DOTALL)
_MOST_DIGITS = 18


def requested_range(header: str, size: int, *, standard: bool) -> range | None:
    """The places of the bytes that *header* asks for; None where it does not take effect.

    A malformed range never does, and one that reaches beyond the object only by the *standard*: then it
    is cut at the object's end, and raises InvalidRange if nothing is left.
    """
    wanted = _wanted(header, size)
    if wanted is None:
        return None
    first, stop = wanted
    if standard:
        return _cut(first, stop, size)
    return range(first, stop) if 0 <= first < stop <= size else None


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """The first place and the one after the last, wherever they lie."""
    match = _RANGE.fullmatch(header)
    if not match:
        return None
    first, last, suffix = match.groups()
    if suffix:
        return size - _number(suffix), size
    if not last:
        return _number(first), size
    return (_number(first), _number(last) + 1) if _number(first) <= _number(last) else None


def _cut(first: int, stop: int, size: int) -> range:
    places = range(max(first, 0), min(stop, size))
    if not places:
        raise InvalidRange(ActualObjectSize=str(size))
    return places


def _number(digits: str) -> int:
    # Python refuses to read thousands of digits, and no object is that large.
    return int(digits) if len(digits) <= _MOST_DIGITS else sys.maxsize
