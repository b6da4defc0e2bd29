"""Events that could not be handled: kept whole, seen by an official, redriven or discarded with a reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.messaging.tables import SpineTables

PARKED, REDRIVEN, DISCARDED = "parked", "redriven", "discarded"


class Parked(NamedTuple):
    """A message as it came, and why it could not be handled."""

    consumer: str
    stream: str
    sequence: int
    subject: str
    headers: dict[str, str]
    body: bytes
    code: str
    error: str
    attempts: int


async def park(connection: AsyncConnection, tables: SpineTables, parked: Parked, now: datetime) -> None:
    """Keeps the message; parked again after a redrive, it is the same row with the new error."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {**parked._asdict(), "parked_at": now, "state": PARKED}
    statement = dialect.insert(tables.parked).values(values)
    key = [tables.parked.c.consumer, tables.parked.c.stream, tables.parked.c.sequence]
    again = {name: statement.excluded[name] for name in ("code", "error", "attempts", "parked_at", "state")}
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=again))


async def listed(connection: AsyncConnection, tables: SpineTables, state: str = PARKED) -> Sequence[RowMapping]:
    """The messages in this state, oldest first."""
    query = select(tables.parked).where(tables.parked.c.state == state).order_by(tables.parked.c.id)
    return (await connection.execute(query)).mappings().all()


async def shown(connection: AsyncConnection, tables: SpineTables, number: int) -> RowMapping:
    found = (await connection.execute(select(tables.parked).where(tables.parked.c.id == number))).mappings().first()
    if found is None:
        raise DomainError("no-such-parked-event", f"没有编号为 {number} 的搁置事件", status=404)
    return found


async def settle(
    connection: AsyncConnection, tables: SpineTables, number: int, state: str, by: str, reason: str, now: datetime
) -> RowMapping:
    """Marks a parked message redriven or discarded: who, when, why. One that is settled already stays as it is."""
    if not reason.strip():
        raise DomainError("reason-missing", "请写明理由")
    parked = tables.parked
    change = (
        update(parked)
        .where(parked.c.id == number, parked.c.state == PARKED)
        .values(state=state, settled_by=by, settled_at=now, reason=reason)
    )
    if (await connection.execute(change)).rowcount == 0:
        found = await shown(connection, tables, number)
        raise DomainError("already-settled", f"编号 {number} 的事件已经处理过（{found['state']}）", status=409)
    return await shown(connection, tables, number)
