"""Events that could not be handled: kept whole, seen by an official, redriven or discarded with a reason."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.messaging.tables import SpineTables

PARKED, REDRIVING, REDRIVEN, DISCARDED = "parked", "redriving", "redriven", "discarded"
"""Parked waits for an official; redriving for its consumer, at an official's wish; the other two are settled."""
STATES = {PARKED: "已搁置", REDRIVING: "等待重新处理", REDRIVEN: "已重新处理", DISCARDED: "已放弃"}


def code_of(error: Exception) -> str:
    return error.code if isinstance(error, DomainError) else type(error).__name__


class NotWaiting(Exception):
    """Somebody else has redriven or taken back what was about to be redriven: nothing is to be done."""


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
    """Keeps the message; delivered and failed again, it is the same row with the new error.

    What an official has decided about it stands: a discarded one stays discarded.
    """
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {**parked._asdict(), "parked_at": now, "state": PARKED}
    statement = dialect.insert(tables.parked).values(values)
    key = [tables.parked.c.consumer, tables.parked.c.stream, tables.parked.c.sequence]
    again = {name: statement.excluded[name] for name in ("code", "error", "attempts", "parked_at", "state")}
    undecided = tables.parked.c.state.in_((PARKED, REDRIVEN))
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=again, where=undecided))


async def forget(connection: AsyncConnection, tables: SpineTables, subject: str, body: bytes) -> None:
    """Of what was put aside under this subject nothing is left but `body`: what it was about was erased since."""
    change = update(tables.parked).where(tables.parked.c.subject == subject)
    await connection.execute(change.values(body=body, error=""))


async def erase_words(
    connection: AsyncConnection,
    tables: SpineTables,
    stories: Collection[str],
    without_words: Callable[[str, bytes], bytes | None],
) -> None:
    """Of what was put aside in these stories nothing is left of what somebody wrote, given what takes it away."""
    parked = tables.parked
    for row in await connection.execute(select(parked.c.id, parked.c.subject, parked.c.headers, parked.c.body)):
        if row.headers.get("ce-correlationid") not in stories:
            continue
        left = without_words(row.subject, bytes(row.body))
        if left is not None:
            await connection.execute(update(parked).where(parked.c.id == row.id).values(body=left, error=""))


async def listed(
    connection: AsyncConnection, tables: SpineTables, state: str = PARKED, most: int | None = None, skip: int = 0
) -> Sequence[RowMapping]:
    """The messages in this state, oldest first."""
    query = select(tables.parked).where(tables.parked.c.state == state).order_by(tables.parked.c.id)
    return (await connection.execute(query.limit(most).offset(skip))).mappings().all()


async def counted(connection: AsyncConnection, tables: SpineTables) -> dict[str, int]:
    """How many messages are in each state."""
    query = select(tables.parked.c.state, func.count().label("rows")).group_by(tables.parked.c.state)
    found = {row.state: row.rows for row in await connection.execute(query)}
    return {state: found.get(state, 0) for state in STATES}


async def shown(connection: AsyncConnection, tables: SpineTables, number: int) -> RowMapping:
    found = (await connection.execute(select(tables.parked).where(tables.parked.c.id == number))).mappings().first()
    if found is None:
        raise DomainError("no-such-parked-event", f"没有编号为 {number} 的搁置事件", status=404)
    return found


async def settle(
    connection: AsyncConnection, tables: SpineTables, number: int, state: str, by: str, reason: str, now: datetime
) -> RowMapping:
    """Marks a parked message to be redriven or discarded: who, when, why. One that is settled stays as it is."""
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
        raise DomainError("already-settled", f"编号 {number} 的事件已经处理过（{STATES[found['state']]}）", status=409)
    return await shown(connection, tables, number)


async def redriven(connection: AsyncConnection, tables: SpineTables, number: int) -> None:
    """In the transaction that handles the message: it is done. Of two that try, one waits and then gives way."""
    if not await _moved(connection, tables, number, {"state": REDRIVEN}):
        raise NotWaiting(number)


async def failed_again(
    connection: AsyncConnection, tables: SpineTables, number: int, error: Exception, now: datetime
) -> None:
    """A redrive that did not help: parked as before, with the new error and one attempt more."""
    again = {
        "state": PARKED,
        "code": code_of(error),
        "error": str(error),
        "attempts": tables.parked.c.attempts + 1,
        "parked_at": now,
    }
    await _moved(connection, tables, number, again)


async def _moved(connection: AsyncConnection, tables: SpineTables, number: int, values: dict[str, Any]) -> bool:
    waiting = update(tables.parked).where(tables.parked.c.id == number, tables.parked.c.state == REDRIVING)
    return (await connection.execute(waiting.values(values))).rowcount == 1
