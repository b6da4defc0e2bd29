"""The letters about one entry of the ledger and what came of it."""

from collections.abc import Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import MESSAGE_SEEN

MOST = 50
"""How many letters the page of one entry names."""


async def about(connection: AsyncConnection, entry: RowMapping) -> Sequence[RowMapping]:
    query = (
        select(MESSAGE_SEEN)
        .where(MESSAGE_SEEN.c.story == entry["story"], MESSAGE_SEEN.c.letter.like("subsidy-%"))
        .order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.message_id)
        .limit(MOST)
    )
    return (await connection.execute(query)).mappings().all()
