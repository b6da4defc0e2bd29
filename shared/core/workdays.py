"""Working days by the Chinese calendar, and periods of publicity counted in them."""

from collections.abc import Mapping
from datetime import date, timedelta

import chinese_calendar

from shared.core.errors import DomainError

WORKING, CALENDAR = "working", "calendar"
COUNTED_IN = {WORKING: "工作日", CALENDAR: "日历日"}
"""What the days of a period are called by how they are counted."""
ONE_DAY = timedelta(days=1)

Known = Mapping[date, bool]
"""What the office has imported for years the package does not know: whether a day is worked."""


def is_working_day(day: date, known: Known) -> bool:
    """Whether `day` is worked, holidays and make-up days considered; no-calendar if nobody knows that year."""
    if day in known:
        return known[day]
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        if known.get(date(day.year, 10, 1)) is False:  # National Day is always off: who names it, names the year
            return day.weekday() < 5
        raise DomainError(
            "no-calendar", f"没有 {day.year} 年的工作日历；请先导入该年的放假和调休安排，再设定日期"
        ) from None


def last_day(first: date, days: int, counted_in: str, known: Known) -> date:
    """The inclusive last day of a period of `days`; the first day counts if it is a working day itself."""
    if days < 1:
        raise DomainError("bad-period", "期限至少为 1 天")
    if counted_in == CALENDAR:
        return first + (days - 1) * ONE_DAY
    day, left = first - ONE_DAY, days
    while left:
        day += ONE_DAY
        left -= is_working_day(day, known)
    return day


def days_said(days: int, counted_in: str) -> str:
    """How long a period is, never without how it is counted: 5 个工作日."""
    return f"{days} 个{COUNTED_IN[counted_in]}"


def next_working_day(day: date, known: Known) -> date:
    """The first working day after `day`."""
    return last_day(day + ONE_DAY, 1, WORKING, known)
