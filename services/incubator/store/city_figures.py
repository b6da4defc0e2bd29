"""How many carriers there are of each kind and level, as the register has them now."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER


async def carriers(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """By kind and level; carriers whose title was withdrawn, or known by name alone, are not counted."""
    query = (
        select(CARRIER.c.kind, func.coalesce(CARRIER.c.level, ""), func.count())
        .where(CARRIER.c.state == "active")
        .group_by(CARRIER.c.kind, CARRIER.c.level)
    )
    return {(kind, level): int(count) for kind, level, count in await connection.execute(query)}
