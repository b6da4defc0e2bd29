"""What an official decides about an event that could not be handled, with its entry in the trail."""

from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit.trail import Trail, decision, enter
from shared.messaging import parking
from shared.messaging.tables import SpineTables


async def settle_parked(
    connection: AsyncConnection,
    spine: SpineTables,
    trail: Trail | None,
    number: int,
    state: str,
    by: str,
    reason: str,
    now: datetime,
) -> RowMapping:
    """Marks a parked message to be redriven or discarded; a service without a trail keeps it on the row alone."""
    row = await parking.settle(connection, spine, number, state, by, reason, now)
    if trail is not None:
        kept = {"event": row["headers"].get("ce-id"), "consumer": row["consumer"], "reason": reason}
        step = decision(f"parked:{parking.PARKED}>{state}", str(number), **kept, body=bytes(row["body"]))
        await enter(connection, trail.tables, by, now, [step])
    return row
