"""Questions to applications: an applicant's own, who recommends how many, who else filed the same."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, HAND_IN, RECOMMENDATION
from services.talent.store.tables import CALL

LIVE = ("submitted", "recommended", "returned", "accepted", "publicised", "selected")
"""Handed in, and come to nothing so far."""
RECOMMENDED = ("recommended", "accepted", "publicised", "selected")


async def of_applicant(connection: AsyncConnection, applicant_id: str) -> Sequence[RowMapping]:
    query = (
        select(APPLICATION, CALL.c.year)
        .join(CALL, CALL.c.programme_id == APPLICATION.c.programme_id)
        .where(APPLICATION.c.applicant_id == applicant_id)
        .order_by(CALL.c.year.desc(), APPLICATION.c.programme_id)
    )
    return (await connection.execute(query)).mappings().all()


async def to_call(connection: AsyncConnection, programme_id: str, applicant_id: str) -> RowMapping | None:
    """The applicant's application to the call, if he has one."""
    query = select(APPLICATION).where(
        APPLICATION.c.programme_id == programme_id, APPLICATION.c.applicant_id == applicant_id
    )
    return (await connection.execute(query)).mappings().first()


async def recommended_by(connection: AsyncConnection, programme_id: str, unit_id: str, but: str) -> int:
    """How many applications to the call the unit recommends, this one aside."""
    query = select(func.count()).where(
        APPLICATION.c.programme_id == programme_id,
        APPLICATION.c.unit_id == unit_id,
        APPLICATION.c.state.in_(RECOMMENDED),
        APPLICATION.c.id != but,
    )
    return int((await connection.execute(query)).scalar_one())


async def same_company(connection: AsyncConnection, row: RowMapping) -> list[str]:
    """Other live applications of the company in the same call's year."""
    if row["company_code"] is None:
        return []
    year = select(CALL.c.year).where(CALL.c.programme_id == row["programme_id"]).scalar_subquery()
    query = (
        select(APPLICATION.c.id)
        .join(CALL, CALL.c.programme_id == APPLICATION.c.programme_id)
        .where(APPLICATION.c.company_code == row["company_code"], CALL.c.year == year)
    )
    return await _others(connection, query, row["id"])


async def same_content(connection: AsyncConnection, row: RowMapping) -> list[str]:
    """Other live applications whose project is the same, whoever filed them and to whichever call."""
    if not row["project_mark"]:
        return []
    query = select(APPLICATION.c.id).where(APPLICATION.c.project_mark == row["project_mark"])
    return await _others(connection, query, row["id"])


async def same_person(connection: AsyncConnection, row: RowMapping) -> list[str]:
    """Other live applications under the same identity number in the same call's year."""
    if row["id_mark"] is None:
        return []
    year = select(CALL.c.year).where(CALL.c.programme_id == row["programme_id"]).scalar_subquery()
    query = (
        select(APPLICATION.c.id)
        .join(CALL, CALL.c.programme_id == APPLICATION.c.programme_id)
        .where(APPLICATION.c.id_mark == row["id_mark"], CALL.c.year == year)
    )
    return await _others(connection, query, row["id"])


async def _others(connection: AsyncConnection, query: Select[tuple[str]], own: str) -> list[str]:
    wanted = query.where(APPLICATION.c.id != own, APPLICATION.c.state.in_(LIVE)).order_by(APPLICATION.c.id)
    return [str(id_) for id_ in (await connection.execute(wanted)).scalars()]


async def last_hand_in(connection: AsyncConnection, application_id: str) -> RowMapping | None:
    query = select(HAND_IN).where(HAND_IN.c.application_id == application_id).order_by(HAND_IN.c.number.desc()).limit(1)
    return (await connection.execute(query)).mappings().first()


async def recommendations(connection: AsyncConnection, application_id: str) -> Sequence[RowMapping]:
    query = select(RECOMMENDATION).where(RECOMMENDATION.c.application_id == application_id)
    return (await connection.execute(query.order_by(RECOMMENDATION.c.number))).mappings().all()
