"""What the schedule of this service will do by itself, and when: known from the calls' days and the corrections'."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import calls
from services.talent.web.looks import programme_name, to
from shared.core.dates import add_days
from shared.scheduling.pages import Ahead


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
    return found
