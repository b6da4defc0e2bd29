"""The three months within which a change is reported."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incubator.domain.reported_changes import days_late, last_day

DAYS = st.dates(date(2010, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("happened", "last"),
    [
        (date(2018, 8, 15), date(2018, 11, 15)),
        (date(2018, 11, 30), date(2019, 2, 28)),
        (date(2019, 11, 30), date(2020, 2, 29)),
        (date(2018, 12, 31), date(2019, 3, 31)),
    ],
)
def test_the_last_day_is_the_corresponding_day_three_months_later(happened: date, last: date) -> None:
    assert last_day(happened) == last
    assert days_late(happened, last) == 0
    assert days_late(happened, last + timedelta(days=1)) == 1


@given(DAYS, st.integers(0, 2000))
def test_a_report_is_late_by_the_days_beyond_and_never_by_fewer_than_none(happened: date, after: int) -> None:
    reported = happened + timedelta(days=after)
    late = days_late(happened, reported)
    assert late == max(0, after - (last_day(happened) - happened).days)
    assert 89 <= (last_day(happened) - happened).days <= 92
