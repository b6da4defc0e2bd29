"""What the schedule of this service will do by itself, and when: known from the days of calls, corrections, publicity
and assessments."""

from collections.abc import Iterable, Iterator

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.assessment_dates import REMINDERS, opens_on
from services.talent.store import assessments, calls, selections
from services.talent.web.looks import programme_name, to
from shared.core.dates import add_days
from shared.scheduling.pages import Ahead

ASSESSMENTS = "/talent/assessments"


async def ahead(connection: AsyncConnection) -> list[Ahead]:
    """In no order."""
    found = []
    for row in await calls.ahead(connection):
        name, place = programme_name(row["programme_id"]), to("calls", row["programme_id"])
        if row["state"] == "planned":
            found.append(Ahead(row["opens_on"], "open-calls", place, f"{name}开放申报"))
        found.append(Ahead(add_days(row["closes_on"], 1), "close-calls", place, f"{name}截止申报"))
    for row in await calls.corrections_ahead(connection):
        name = programme_name(row["programme_id"])
        place = f"/talent/applications?programme={row['programme_id']}&state=returned"
        on = add_days(row["correct_until"], 1)
        found.append(Ahead(on, "end-corrections", place, f"{name}退回修改的 {row['count']} 份逾期终止"))
    for row in await selections.publicity_ahead(connection):
        name, place = programme_name(row["programme_id"]), f"{to('calls', row['programme_id'])}/ranking"
        on = add_days(row["public_until"], 1)
        found.append(Ahead(on, "end-selection-publicity", place, f"{name}公示期满的 {row['count']} 份确定入选"))
    found += _opening(await assessments.opening_ahead(connection))
    found += _reminding(await assessments.reminding_ahead(connection))
    return found


def _opening(rows: Iterable[RowMapping]) -> Iterator[Ahead]:
    for row in rows:
        says = f"{row['due_on']} 到期的 {row['count']} 项考核开放填报，并提醒"
        yield Ahead(opens_on(row["due_on"]), "open-assessments", f"{ASSESSMENTS}?state=planned", says)


def _reminding(rows: Iterable[RowMapping]) -> Iterator[Ahead]:
    """The reminders after the last one that was sent."""
    for row in rows:
        for days in REMINDERS.values():
            on = add_days(row["due_on"], days)
            if row["last"] is None or on > row["last"]:
                says = f"{row['due_on']} 到期、还没有提交的 {row['count']} 项考核提醒"
                yield Ahead(on, "remind-assessments", ASSESSMENTS, says)
