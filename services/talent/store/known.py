"""What the office knows beside the forms: the working calendar, records of dishonesty, projects that are running."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import RowMapping, and_, or_, select
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
        running=await _running(connection, row["id_mark"], row["applicant_id"], row["id"]) if row["id_mark"] else [],
        of_company=await applications.same_company(connection, row),
        bars=await _bars(connection, row),
        same_content=await applications.same_content(connection, row),
    )


async def running_of(connection: AsyncConnection, applicant_id: str) -> list[Running]:
    """What somebody has who is to take over a project: by his number, if he ever applied, or else by his account."""
    query = select(APPLICATION.c.id_mark).where(
        APPLICATION.c.applicant_id == applicant_id, APPLICATION.c.id_mark.is_not(None)
    )
    mark = (await connection.execute(query.limit(1))).scalar_one_or_none()
    return await _running(connection, mark, applicant_id, "")


async def _running(connection: AsyncConnection, mark: str | None, applicant_id: str, but: str) -> list[Running]:
    """Projects that were selected before and have not ended: a person's own, as long as nobody else leads them, and
    those he leads for somebody who left. `but`: the application that asks."""
    leads = AWARD.c.applicant_id != APPLICATION.c.applicant_id
    found = select(APPLICATION.c.id, APPLICATION.c.project).where(
        APPLICATION.c.state == "selected", APPLICATION.c.id != but
    )
    goes_on = AWARD.c.state.not_in(ENDED)
    own = found.outerjoin(AWARD, AWARD.c.application_id == APPLICATION.c.id).where(
        APPLICATION.c.applicant_id == applicant_id if mark is None else APPLICATION.c.id_mark == mark,
        or_(AWARD.c.id.is_(None), and_(goes_on, ~leads)),
    )
    his = AWARD.c.applicant_id == applicant_id
    if mark is not None:
        his |= AWARD.c.applicant_id.in_(select(APPLICATION.c.applicant_id).where(APPLICATION.c.id_mark == mark))
    taken_over = found.join(AWARD, AWARD.c.application_id == APPLICATION.c.id).where(his, leads, goes_on)
    rows = [*await connection.execute(own), *await connection.execute(taken_over)]
    return [Running(id_, project, None) for id_, project in rows]


async def _bars(connection: AsyncConnection, row: RowMapping) -> list[Barred]:
    if row["id_mark"] is None:
        return []
    query = select(BAR).where(BAR.c.id_mark == row["id_mark"]).order_by(BAR.c.from_on)
    found = (await connection.execute(query)).mappings()
    return [Barred(each["document_no"], each["from_on"], each["until_on"]) for each in found]
