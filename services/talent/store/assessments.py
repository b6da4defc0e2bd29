"""Questions to assessments: those of an award, what was handed in last, what has to be opened or reminded of."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.assessment_dates import OPEN_DAYS, to_remind
from services.talent.store.assessment_tables import (
    ASSESSMENT,
    ASSESSMENT_CONCLUSION,
    ASSESSMENT_HAND_IN,
    ASSESSMENT_OPINION,
    ASSESSMENT_REMINDER,
)
from shared.core.dates import add_days

SETTLED = ("passed", "failed", "cancelled")
FILLABLE = ("open", "returned", "rectifying")
"""It is the talent's turn."""
MOVABLE = ("planned", "open", "returned")
"""An extension moves its due date: nothing waits to be looked at, and nothing was concluded."""


async def of_award(connection: AsyncConnection, award_id: str) -> Sequence[RowMapping]:
    query = select(ASSESSMENT).where(ASSESSMENT.c.award_id == award_id)
    return (await connection.execute(query.order_by(ASSESSMENT.c.due_on, ASSESSMENT.c.key))).mappings().all()


async def hand_in(connection: AsyncConnection, assessment_id: str, number: int) -> RowMapping | None:
    query = select(ASSESSMENT_HAND_IN).where(
        ASSESSMENT_HAND_IN.c.assessment_id == assessment_id, ASSESSMENT_HAND_IN.c.number == number
    )
    return (await connection.execute(query)).mappings().first()


async def hand_ins(connection: AsyncConnection, assessment_id: str) -> Sequence[RowMapping]:
    query = select(ASSESSMENT_HAND_IN).where(ASSESSMENT_HAND_IN.c.assessment_id == assessment_id)
    return (await connection.execute(query.order_by(ASSESSMENT_HAND_IN.c.number))).mappings().all()


async def opinions(connection: AsyncConnection, assessment_id: str) -> Sequence[RowMapping]:
    query = select(ASSESSMENT_OPINION).where(ASSESSMENT_OPINION.c.assessment_id == assessment_id)
    return (await connection.execute(query.order_by(ASSESSMENT_OPINION.c.number))).mappings().all()


async def conclusions(connection: AsyncConnection, assessment_id: str) -> Sequence[RowMapping]:
    query = select(ASSESSMENT_CONCLUSION).where(ASSESSMENT_CONCLUSION.c.assessment_id == assessment_id)
    return (await connection.execute(query.order_by(ASSESSMENT_CONCLUSION.c.number))).mappings().all()


async def ahead_of(connection: AsyncConnection, award_ids: Collection[str]) -> dict[str, list[RowMapping]]:
    """Of each of these awards the assessments that are still to be concluded, what is due first at the front."""
    query = select(ASSESSMENT).where(ASSESSMENT.c.award_id.in_(set(award_ids)), ASSESSMENT.c.state.not_in(SETTLED))
    found: dict[str, list[RowMapping]] = {}
    for row in (await connection.execute(query.order_by(ASSESSMENT.c.due_on, ASSESSMENT.c.id))).mappings():
        found.setdefault(row["award_id"], []).append(row)
    return found


async def to_open(connection: AsyncConnection, today: date) -> list[str]:
    """Assessments whose time to be filled in has come."""
    query = select(ASSESSMENT.c.id).where(
        ASSESSMENT.c.state == "planned", ASSESSMENT.c.due_on <= add_days(today, OPEN_DAYS)
    )
    return list((await connection.execute(query.order_by(ASSESSMENT.c.due_on, ASSESSMENT.c.id))).scalars())


async def to_be_reminded(connection: AsyncConnection, today: date) -> list[str]:
    """Assessments that their talents have to hand in and are to be reminded of today."""
    query = select(ASSESSMENT.c.id, ASSESSMENT.c.due_on).where(
        ASSESSMENT.c.state.in_(FILLABLE), ASSESSMENT.c.due_on <= add_days(today, OPEN_DAYS)
    )
    near = (await connection.execute(query.order_by(ASSESSMENT.c.due_on, ASSESSMENT.c.id))).all()
    reminded = select(ASSESSMENT_REMINDER.c.assessment_id, ASSESSMENT_REMINDER.c.due_on, ASSESSMENT_REMINDER.c.which)
    open_ = reminded.join(ASSESSMENT, ASSESSMENT.c.id == ASSESSMENT_REMINDER.c.assessment_id).where(
        ASSESSMENT.c.state.in_(FILLABLE), ASSESSMENT.c.due_on == ASSESSMENT_REMINDER.c.due_on
    )
    sent: dict[tuple[str, date], set[str]] = {}
    for id_, due_on, which in await connection.execute(open_):
        sent.setdefault((id_, due_on), set()).add(which)
    return [id_ for id_, due_on in near if to_remind(due_on, today, sent.get((id_, due_on), set()))]


async def sent_reminders(connection: AsyncConnection, assessment_id: str, due_on: date) -> set[str]:
    query = select(ASSESSMENT_REMINDER.c.which).where(
        ASSESSMENT_REMINDER.c.assessment_id == assessment_id, ASSESSMENT_REMINDER.c.due_on == due_on
    )
    return set((await connection.execute(query)).scalars())


async def opening_ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """By due date, how many assessments are not open yet."""
    query = select(ASSESSMENT.c.due_on, func.count().label("count")).where(ASSESSMENT.c.state == "planned")
    return (await connection.execute(query.group_by(ASSESSMENT.c.due_on))).mappings().all()


async def reminding_ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """By due date and the day of the last reminder of it, how many assessments it is the talents' turn with."""
    last = (
        select(func.max(ASSESSMENT_REMINDER.c.on_date))
        .where(
            ASSESSMENT_REMINDER.c.assessment_id == ASSESSMENT.c.id, ASSESSMENT_REMINDER.c.due_on == ASSESSMENT.c.due_on
        )
        .correlate(ASSESSMENT)
        .scalar_subquery()
    )
    each = select(ASSESSMENT.c.due_on, last.label("last")).where(ASSESSMENT.c.state.in_(FILLABLE)).subquery()
    query = select(each, func.count().label("count")).group_by(each.c.due_on, each.c.last)
    return (await connection.execute(query)).mappings().all()
