"""Questions for reminders of assessments by hand: what is late or due, and how often it was reminded of today."""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.assessment_dates import OPEN_DAYS
from services.talent.store.assessment_tables import ASSESSMENT, ASSESSMENT_REMINDER
from services.talent.store.assessments import FILLABLE
from services.talent.store.award_tables import AWARD
from shared.core.dates import add_days


async def held_due(connection: AsyncConnection, today: date) -> Sequence[RowMapping]:
    """Assessments that are late or due within OPEN_DAYS and were not handed in; nobody moves one until the transaction
    ends."""
    query = select(ASSESSMENT).where(
        ASSESSMENT.c.state.in_(FILLABLE), ASSESSMENT.c.due_on <= add_days(today, OPEN_DAYS)
    )
    held = query.order_by(ASSESSMENT.c.id).with_for_update(key_share=True)
    return (await connection.execute(held)).mappings().all()


async def reminded_on(connection: AsyncConnection, day: date) -> dict[str, int]:
    """How often each assessment was reminded of on this day; those that were not are left out."""
    query = (
        select(ASSESSMENT_REMINDER.c.assessment_id, func.count())
        .where(ASSESSMENT_REMINDER.c.on_date == day)
        .group_by(ASSESSMENT_REMINDER.c.assessment_id)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def names(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """What these assessments are called: the project and which of its assessments it is."""
    query = (
        select(ASSESSMENT.c.id, AWARD.c.project + " · " + ASSESSMENT.c.name)
        .join(AWARD, AWARD.c.id == ASSESSMENT.c.award_id)
        .where(ASSESSMENT.c.id.in_(ids))
    )
    return {row[0]: row[1] for row in await connection.execute(query)}
