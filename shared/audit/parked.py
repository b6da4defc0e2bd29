"""What an official decides about an event that could not be handled, with its entry in the trail."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit.trail import Trail, decision, enter
from shared.core.errors import DomainError
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


async def check_heard(
    connection: AsyncConnection, spine: SpineTables, numbers: Sequence[int], consumers: Collection[str]
) -> None:
    """Only a consumer there still is can handle an event again; 409 consumer-gone if one of these has none."""
    for number in numbers:
        row = await parking.shown(connection, spine, number)
        if row["consumer"] not in consumers:
            raise DomainError(
                "consumer-gone", f"{number} 号的接收方 {row['consumer']} 已经不存在，只能放弃", status=409
            )
