"""Which versions of a report nobody handed in: an objection was upheld, and the office corrected the figures."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CHANGE, OBJECTION, REPORT_VERSION


async def corrected_versions(connection: AsyncConnection, report_id: str) -> frozenset[int]:
    """Those kept by the same hand at the same instant as an objection to this report's grade was upheld: a decision and
    its correction are one transaction."""
    version = REPORT_VERSION.c
    query = (
        select(version.version)
        .join(OBJECTION, OBJECTION.c.evaluation_id == version.report_id)
        .join(CHANGE, (CHANGE.c.of == OBJECTION.c.id) & (CHANGE.c.at == version.at) & (CHANGE.c.by == version.by))
        .where(
            version.report_id == report_id,
            version.version > 1,
            CHANGE.c.noun == "objection",
            CHANGE.c.after == "upheld",
        )
    )
    return frozenset((await connection.execute(query)).scalars())
