"""What the office knows beside the forms: the working calendar, records of dishonesty, projects that are running."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import RowMapping, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import applications
from services.talent.store.application_tables import APPLICATION
from services.talent.store.award_tables import AWARD
from services.talent.store.awards import ENDED
from services.talent.store.tables import BAR, CALENDAR_DAY
from shared.programme.eligibility import Barred, Known, Running


async def calendar(connection: AsyncConnection) -> Mapping[date, bool]:
    """The days the office imported."""
    return {row.day: row.worked for row in await connection.execute(select(CALENDAR_DAY))}


async def of_application(connection: AsyncConnection, row: RowMapping) -> Known:
    """What could exclude the application: everything is found by marks, nobody's number is read."""
    return Known(
        running=await _running(connection, row),
        of_company=await applications.same_company(connection, row),
        bars=await _bars(connection, row),
        same_content=await applications.same_content(connection, row),
    )


async def _running(connection: AsyncConnection, row: RowMapping) -> list[Running]:
    """Projects of the same person that were selected before and have not ended."""
    if row["id_mark"] is None:
        return []
    query = (
        select(APPLICATION.c.id, APPLICATION.c.project)
        .outerjoin(AWARD, AWARD.c.application_id == APPLICATION.c.id)
        .where(
            APPLICATION.c.id_mark == row["id_mark"], APPLICATION.c.state == "selected", APPLICATION.c.id != row["id"],
            or_(AWARD.c.id.is_(None), AWARD.c.state.not_in(ENDED)),
        )
    )  # fmt: skip
    return [Running(id_, project, None) for id_, project in await connection.execute(query)]


async def _bars(connection: AsyncConnection, row: RowMapping) -> list[Barred]:
    if row["id_mark"] is None:
        return []
    query = select(BAR).where(BAR.c.id_mark == row["id_mark"]).order_by(BAR.c.from_on)
    found = (await connection.execute(query)).mappings()
    return [Barred(each["document_no"], each["from_on"], each["until_on"]) for each in found]
