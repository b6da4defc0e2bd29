"""How many were awarded in each edition of each programme, and how many brokers are registered."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.award_tables import AWARD
from services.talent.store.broker_tables import BROKER


async def awarded(connection: AsyncConnection) -> dict[str, int]:
    """By edition; whoever was awarded counts in its year, whatever became of the project."""
    query = select(AWARD.c.programme_id, func.count()).group_by(AWARD.c.programme_id)
    return {edition: int(count) for edition, count in await connection.execute(query)}


async def brokers(connection: AsyncConnection) -> int:
    query = select(func.count()).select_from(BROKER).where(BROKER.c.state == "registered")
    return int((await connection.execute(query)).scalar_one())
