"""The calendar of a round: last year's days shifted by a year, what is wrong with days, and the year they make."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from shared.core.dates import add_days, add_years
from shared.core.errors import DomainError
from shared.core.workdays import WORKING, Known, is_working_day, last_day, next_working_day

DAYS = {
    "opens_on": "开放填报",
    "closes_on": "截止填报",
    "district_until": "区县初审截止",
    "experts_until": "专家评审截止",
}
"""The days of a round that are set, in the order they come."""


@dataclass(frozen=True)
class Calendar:
    """The days of a round, and its periods: publicity in working or calendar days, objections in working days."""

    opens_on: date
    closes_on: date
    district_until: date | None
    experts_until: date | None
    publicity_days: int
    publicity_in: str
    decide_within: int

    @property
    def days(self) -> dict[str, date]:
        """The days that are set, by name, in the order they come."""
        given = {name: getattr(self, name) for name in DAYS}
        return {name: day for name, day in given.items() if day is not None}

    @property
    def last(self) -> date:
        return max(self.days.values())


class Span(NamedTuple):
    """A stretch of the year, both ends inclusive; `expected`: it follows from the others and may still move."""

    name: str
    first: date
    last: date
    tone: str
    expected: bool = False


def shifted(day: date, years: int, known: Known) -> date:
    """The corresponding day `years` later, or the first working day after it; of a year without a calendar, the
    corresponding day itself (民法典 art. 202, 203)."""
    later = add_years(day, years)
    try:
        return later if is_working_day(later, known) else next_working_day(later, known)
    except DomainError:
        return later  # told beside the field


def wrong_days(calendar: Calendar) -> dict[str, str]:
    """By name of the field, what is wrong with the order of the days and how to put it right."""
    found: dict[str, str] = {}
    before: tuple[str, date] | None = None
    for name, day in calendar.days.items():
        if before is not None and day < before[1]:
            label = DAYS[before[0]]
            found[name] = f"{DAYS[name]} {day} 早于{label} {before[1]}，请改为{label}当天或以后"
        before = (name, day)
    return found


def unknown_days(calendar: Calendar, known: Known) -> dict[str, str]:
    """By name of the field, days whose year has no calendar of holidays: the periods after them cannot be counted."""
    found: dict[str, str] = {}
    for name, day in calendar.days.items():
        try:
            is_working_day(day, known)
        except DomainError as error:
            found[name] = error.message
    if not found:
        try:
            list(_after(calendar, known))
            # grading and moderation take their time: a month more has to be countable, too
            last_day(calendar.last, calendar.publicity_days + 30, calendar.publicity_in, known)
        except DomainError as error:
            found["publicity_days"] = error.message
    return found


def spans(calendar: Calendar, known: Known) -> list[Span]:
    """The year as it will be: what is set, and what follows at the earliest from it as far as the calendar goes."""
    found = [Span("填报", calendar.opens_on, calendar.closes_on, "good")]
    after = add_days(calendar.closes_on, 1)
    if calendar.district_until is not None:
        found.append(Span("区县初审", after, max(after, calendar.district_until), "fair"))
        after = add_days(max(calendar.district_until, calendar.closes_on), 1)
    if calendar.experts_until is not None:
        found.append(Span("专家评审", after, max(after, calendar.experts_until), "calm"))
    with suppress(DomainError):  # told beside the field: a picture shows as much as is known
        found += _after(calendar, known)
    return found


def _after(calendar: Calendar, known: Known) -> Iterator[Span]:
    first = next_working_day(calendar.last, known)
    until = last_day(first, calendar.publicity_days, calendar.publicity_in, known)
    yield Span("公示", first, until, "wait", expected=True)
    after = add_days(until, 1)
    decided = last_day(after, calendar.decide_within, WORKING, known)
    yield Span("处理异议", after, decided, "bad", expected=True)


def rest_days(first: date, last: date, known: Known) -> dict[date, bool | None]:
    """Whether each day is worked; None where nobody knows."""
    found: dict[date, bool | None] = {}
    day = first
    while day <= last:
        try:
            found[day] = is_working_day(day, known)
        except DomainError:
            found[day] = None
        day = add_days(day, 1)
    return found


def moved(before: Mapping[Any, Any], after: Mapping[str, object], names: Mapping[str, str]) -> str:
    """What was changed, in words; empty if nothing was."""
    return "；".join(
        f"{label} {_said(before.get(name))} → {_said(after.get(name))}"
        for name, label in names.items()
        if before.get(name) != after.get(name)
    )


def _said(value: object) -> str:
    return "未定" if value is None else str(value)
