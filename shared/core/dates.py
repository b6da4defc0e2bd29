"""Legal dates and periods."""

import calendar
import re
from datetime import date, datetime, timedelta

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(value: object) -> date | None:
    """The legal date that `value` (a date or ISO text YYYY-MM-DD) names; an instant is not a legal date."""
    if isinstance(value, str):
        try:
            # 20180601 and week dates are ISO too, but nobody writes them
            return date.fromisoformat(value) if _ISO.fullmatch(value) else None
        except ValueError:
            return None
    return value if isinstance(value, date) and not isinstance(value, datetime) else None


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of that month if there is none (民法典 art. 202)."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:  # 9999-12-31 is how offices write “for good”
        return date.max
    return date(year, month0 + 1, min(start.day, calendar.monthrange(year, month0 + 1)[1]))


def add_years(start: date, years: int) -> date:
    """The corresponding day `years` later; 29 February gives 28 February in a common year (民法典 art. 202)."""
    return add_months(start, 12 * years)


def add_days(start: date, days: int) -> date:
    return date.max if (date.max - start).days < days else start + timedelta(days=days)
