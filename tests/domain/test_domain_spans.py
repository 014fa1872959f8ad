from datetime import UTC, datetime, timedelta

import pytest

from ice_mock.domain.spans import Span

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def span(start: int, end: int) -> Span:
    return Span(NOON + timedelta(seconds=start), NOON + timedelta(seconds=end))


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        pytest.param(span(0, 10), span(5, 15), span(5, 10), id="overlapping"),
        pytest.param(span(0, 10), span(2, 3), span(2, 3), id="one inside the other"),
        pytest.param(span(0, 10), span(0, 10), span(0, 10), id="the same"),
    ],
)
def test_what_two_spans_share_is_a_span(one, other, common):
    assert one & other == common
    assert other & one == common


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(span(0, 10), span(10, 20), id="touching"),
        pytest.param(span(0, 10), span(11, 20), id="apart"),
        pytest.param(span(5, 5), span(0, 10), id="no length"),
    ],
)
def test_spans_that_share_nothing_have_an_empty_one_in_common(one, other):
    assert (one & other).is_empty
    assert (other & one).is_empty


def test_a_span_is_empty_only_if_it_ends_where_it_starts_or_before():
    assert not span(0, 1).is_empty
    assert span(1, 1).is_empty
    assert span(1, 0).is_empty
