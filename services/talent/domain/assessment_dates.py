"""When a contract's assessments are due, what an extension does to those days, and on which days they are reminded."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from shared.core.dates import add_days
from shared.programme.model import Programme
from shared.programme.timetable import Due, assessments_due

OPEN_DAYS = 30
"""How many days before its due date an assessment is opened and first reminded of."""
REMINDERS = {"before-30": -30, "before-7": -7, "after-1": 1}
"""Days from the due date on which each reminder is sent, one of each."""


class Reminder(NamedTuple):
    """`which`: a key of REMINDERS; `days_left`: until the due date, negative once it has passed."""

    which: str
    days_left: int


def extended(programme: Programme, begins: date, months: int, settled: Collection[str]) -> tuple[Due, ...]:
    """Every assessment of a contract that was extended by `months` in all.

    An extension moves the mid-term and the final assessment, unless they are settled (handed in or concluded; ids as in
    `Due`); the yearly ones stay, and more are held until the final one.
    """
    moved = tuple(
        each._replace(after_months=each.after_months + months)
        if each.after_months is not None and each.kind not in settled
        else each
        for each in programme.assessments
    )
    return assessments_due(replace(programme, assessments=moved), begins)


def opens_on(due_on: date) -> date:
    return due_on - timedelta(days=OPEN_DAYS)


def to_remind(due_on: date, today: date, sent: Collection[str]) -> Reminder | None:
    """The reminder to send today, if one is: the latest whose day has come. Earlier ones that were missed are not sent
    after it, and none is sent twice."""
    left = (due_on - today).days
    come = [which for which, days in REMINDERS.items() if add_days(due_on, days) <= today]
    if not come or come[-1] in sent:
        return None
    return Reminder(come[-1], left)
