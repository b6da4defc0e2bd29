"""What a recommending unit sees: what waits for its word, and what it said before."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.application_tables import APPLICATION, HAND_IN, RECOMMENDATION
from services.talent.store.applications import RECOMMENDED
from services.talent.store.tables import APPLICANT, CALL, UNIT

LAST = and_(HAND_IN.c.application_id == APPLICATION.c.id, HAND_IN.c.number == APPLICATION.c.handed_in)
"""The newest hand-in: what is typed since belongs to the applicant alone."""


async def units(connection: AsyncConnection, own: Collection[str]) -> Sequence[RowMapping]:
    query = select(UNIT).where(UNIT.c.id.in_(own)).order_by(UNIT.c.name, UNIT.c.id)
    return (await connection.execute(query)).mappings().all()


async def waiting(connection: AsyncConnection, own: Collection[str]) -> Sequence[RowMapping]:
    """What these units have to say something of, by its last day."""
    query = (
        select(
            APPLICATION.c.id, APPLICATION.c.programme_id, APPLICATION.c.project, APPLICATION.c.unit_id,
            APPLICATION.c.handed_in, APPLICATION.c.handed_in_at, APPLICATION.c.recommend_until,
            APPLICANT.c.name.label("applicant"), HAND_IN.c.receipt,
        )
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .join(HAND_IN, LAST)
        .where(APPLICATION.c.unit_id.in_(own), APPLICATION.c.state == "submitted")
        .order_by(APPLICATION.c.recommend_until, APPLICATION.c.handed_in_at, APPLICATION.c.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


async def calls(connection: AsyncConnection, own: Collection[str]) -> Sequence[RowMapping]:
    """Of each open call, and each in which a unit recommended, how many it did: a unit and a call a row."""
    taken = (
        select(APPLICATION.c.programme_id, APPLICATION.c.unit_id, func.count().label("taken"))
        .where(APPLICATION.c.unit_id.in_(own), APPLICATION.c.state.in_(RECOMMENDED))
        .group_by(APPLICATION.c.programme_id, APPLICATION.c.unit_id)
        .subquery()
    )
    query = (
        select(
            CALL.c.programme_id, CALL.c.state, CALL.c.closes_on, CALL.c.units_until, UNIT.c.id.label("unit_id"),
            UNIT.c.name.label("unit"), func.coalesce(taken.c.taken, 0).label("taken"),
        )
        .select_from(CALL)
        .join(UNIT, UNIT.c.id.in_(own))
        .outerjoin(taken, (taken.c.programme_id == CALL.c.programme_id) & (taken.c.unit_id == UNIT.c.id))
        .where((CALL.c.state == "open") | ((CALL.c.state == "closed") & (taken.c.taken > 0)))
        .order_by(CALL.c.units_until, CALL.c.programme_id, UNIT.c.name)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


def said(own: Collection[str]) -> Select[Any]:
    """Every word of these units, with what became of the application since."""
    return (
        select(
            RECOMMENDATION.c.application_id.label("id"), RECOMMENDATION.c.number, RECOMMENDATION.c.recommended,
            RECOMMENDATION.c.opinion, RECOMMENDATION.c.at, RECOMMENDATION.c.by, APPLICATION.c.programme_id,
            APPLICATION.c.project, APPLICATION.c.state, APPLICANT.c.name.label("applicant"), HAND_IN.c.receipt,
        )
        .join(APPLICATION, APPLICATION.c.id == RECOMMENDATION.c.application_id)
        .join(APPLICANT, APPLICANT.c.id == APPLICATION.c.applicant_id)
        .join(
            HAND_IN,
            and_(HAND_IN.c.application_id == APPLICATION.c.id, HAND_IN.c.number == RECOMMENDATION.c.number),
        )
        .where(RECOMMENDATION.c.unit_id.in_(own))
    )  # fmt: skip


async def own_hand_ins(connection: AsyncConnection, application_id: str, own: Collection[str]) -> list[int]:
    """The numbers of the hand-ins that were given to these units: the others are not theirs to see."""
    query = select(HAND_IN.c.number).where(HAND_IN.c.application_id == application_id, HAND_IN.c.unit_id.in_(own))
    return list((await connection.execute(query)).scalars())


async def programmes_said(connection: AsyncConnection, own: Collection[str]) -> list[str]:
    """The calls in which these units said anything."""
    query = (
        select(APPLICATION.c.programme_id)
        .join(RECOMMENDATION, RECOMMENDATION.c.application_id == APPLICATION.c.id)
        .where(RECOMMENDATION.c.unit_id.in_(own))
        .distinct()
    )
    return sorted((await connection.execute(query)).scalars())
