"""What each consumer has handled: a key inserted in the transaction that handles its event, whatever comes twice."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.messaging.tables import SpineTables


async def claim(
    connection: AsyncConnection, tables: SpineTables, consumer: str, event_ids: Sequence[str], now: datetime
) -> set[str]:
    """The ids of these events that the consumer has not handled before; they count as handled if this commits."""
    if not event_ids:
        return set()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    # sorted, so that two workers with the same events wait for one another instead of locking each other out
    rows = [{"consumer": consumer, "event_id": each, "handled_at": now} for each in sorted(set(event_ids))]
    statement = dialect.insert(tables.inbox).on_conflict_do_nothing().returning(tables.inbox.c.event_id)
    return set((await connection.execute(statement, rows)).scalars())
