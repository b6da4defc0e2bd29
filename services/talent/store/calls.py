"""Calls in numbers: how many applications stand where, counted in the index of state and unit."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import CALL, UNIT


def listed() -> Select[Any]:
    """Every call, with how many applications were handed in to it and how many are accepted."""
    counted = (
        select(
            APPLICATION.c.programme_id,
            func.sum(case((APPLICATION.c.state == "draft", 1), else_=0)).label("drafts"),
            func.sum(case((APPLICATION.c.state == "recommended", 1), else_=0)).label("to_check"),
            func.sum(case((APPLICATION.c.state.in_(("accepted", "publicised", "selected")), 1), else_=0)).label(
                "taken"
            ),
            func.count().label("applications"),
        )
        .group_by(APPLICATION.c.programme_id)
        .subquery()
    )
    numbers = [
        func.coalesce(counted.c[name], 0).label(name) for name in ("drafts", "to_check", "taken", "applications")
    ]
    return select(CALL, *numbers).outerjoin(counted, counted.c.programme_id == CALL.c.programme_id)


async def by_unit(connection: AsyncConnection, programme_id: str) -> Sequence[RowMapping]:
    """How many of each unit stand where: unit, its name, state, count; applications without a unit have none."""
    counted = (
        select(APPLICATION.c.unit_id, APPLICATION.c.state, func.count().label("count"))
        .where(APPLICATION.c.programme_id == programme_id)
        .group_by(APPLICATION.c.unit_id, APPLICATION.c.state)
        .subquery()
    )
    query = select(counted, UNIT.c.name, UNIT.c.district).outerjoin(UNIT, UNIT.c.id == counted.c.unit_id)
    return (await connection.execute(query.order_by(UNIT.c.name, counted.c.unit_id))).mappings().all()


async def ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The calls that open or close by themselves some day."""
    query = select(CALL).where(CALL.c.state.in_(("planned", "open"))).order_by(CALL.c.programme_id)
    return (await connection.execute(query)).mappings().all()


async def corrections_ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """By last day and call, how many applications were returned and are not put right yet."""
    query = (
        select(APPLICATION.c.programme_id, APPLICATION.c.correct_until, func.count().label("count"))
        .where(APPLICATION.c.state == "returned", APPLICATION.c.correct_until.is_not(None))
        .group_by(APPLICATION.c.programme_id, APPLICATION.c.correct_until)
    )
    return (await connection.execute(query)).mappings().all()


async def unfinished(connection: AsyncConnection, programme_id: str) -> tuple[int, int]:
    """How many applications to a call were begun and never handed in, and how many are returned to be put right."""
    query = (
        select(APPLICATION.c.state, func.count().label("number"))
        .where(APPLICATION.c.programme_id == programme_id, APPLICATION.c.state.in_(("draft", "returned")))
        .group_by(APPLICATION.c.state)
    )
    found: dict[str, int] = {row.state: row.number for row in await connection.execute(query)}
    return found.get("draft", 0), found.get("returned", 0)


async def handed_in(connection: AsyncConnection, programme_id: str) -> int:
    """How many applications to a call were ever handed in, whatever became of them."""
    query = select(func.count()).where(APPLICATION.c.programme_id == programme_id, APPLICATION.c.handed_in > 0)
    return (await connection.execute(query)).scalar_one()


class MayStillCome(NamedTuple):
    """Applications that may yet be accepted: how many wait for their unit and how many were returned, each with the
    last day of the last of them; how many wait for the formal check."""

    with_units: int
    units_until: date | None
    to_correct: int
    correct_until: date | None
    to_check: int


async def may_still_come(connection: AsyncConnection, programme_id: str, today: date) -> MayStillCome:
    """Those of a call whose last day has not passed on this one."""
    state, own = APPLICATION.c.state, APPLICATION.c.programme_id == programme_id
    waits = (state == "submitted") & (APPLICATION.c.recommend_until >= today)
    returned = (state == "returned") & (APPLICATION.c.correct_until >= today)
    numbers = [
        func.coalesce(func.sum(case((each, 1), else_=0)), 0) for each in (waits, returned, state == "recommended")
    ]
    ends = [
        func.max(case((waits, APPLICATION.c.recommend_until))), func.max(case((returned, APPLICATION.c.correct_until)))
    ]  # fmt: skip
    row = (await connection.execute(select(*numbers, *ends).where(own))).one()
    return MayStillCome(row[0], row[3], row[1], row[4], row[2])


async def of_year(connection: AsyncConnection) -> list[int]:
    return list((await connection.execute(select(CALL.c.year).distinct().order_by(CALL.c.year.desc()))).scalars())


def of_unit(unit_id: str) -> Select[Any]:
    """How many applications of a unit stand where, by call."""
    return (
        select(APPLICATION.c.programme_id, APPLICATION.c.state, func.count().label("count"))
        .where(APPLICATION.c.unit_id == unit_id)
        .group_by(APPLICATION.c.programme_id, APPLICATION.c.state)
        .order_by(APPLICATION.c.programme_id, APPLICATION.c.state)
    )


def documents() -> Select[Any]:
    """Every call and its document: a city has a few each year."""
    return select(CALL.c.programme_id, CALL.c.document_no).order_by(CALL.c.year.desc(), CALL.c.programme_id)
