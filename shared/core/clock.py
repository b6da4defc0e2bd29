"""The clock: instants in UTC, legal dates in Asia/Shanghai. Passed in; nothing deep inside reads one of its own."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Now = Callable[[], datetime]
"""Answers the present instant in UTC: the machine's, or in demo mode the demo's."""


def system_now() -> datetime:
    return datetime.now(UTC)


def legal_date(instant: datetime) -> date:
    """The day it is in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """00:00 Asia/Shanghai of a day, as an instant in UTC."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC)


def end_of(day: date) -> datetime:
    """24:00 Asia/Shanghai of an inclusive last day, as an instant in UTC."""
    return start_of(day + timedelta(days=1))
