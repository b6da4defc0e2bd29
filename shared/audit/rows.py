"""The trail as the database holds it: entries by position, seals by number."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit.chain import Entry, Seal
from shared.audit.tables import AuditTables


async def highest(connection: AsyncConnection, tables: AuditTables) -> int | None:
    """The position of the newest entry that is there."""
    found: int | None = (await connection.execute(select(func.max(tables.entry.c.position)))).scalar_one()
    return found


async def last_seal(connection: AsyncConnection, tables: AuditTables) -> Seal | None:
    query = _seals(tables).order_by(tables.seal.c.number.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return None if row is None else Seal(*row)


async def seal_after(connection: AsyncConnection, tables: AuditTables, number: int | None) -> Seal | None:
    """The next seal there is; None as a number asks for the first."""
    query = _seals(tables).order_by(tables.seal.c.number).limit(1)
    if number is not None:
        query = query.where(tables.seal.c.number > number)
    row = (await connection.execute(query)).first()
    return None if row is None else Seal(*row)


async def entries(
    connection: AsyncConnection,
    tables: AuditTables,
    after: int | None = None,
    until: int | None = None,
    most: int | None = None,
) -> Sequence[Entry]:
    """The entries in the order of their positions."""
    query = _entries(tables).order_by(tables.entry.c.position).limit(most)
    if after is not None:
        query = query.where(tables.entry.c.position > after)
    if until is not None:
        query = query.where(tables.entry.c.position <= until)
    return [Entry(*row) for row in await connection.execute(query)]


async def entries_of(connection: AsyncConnection, tables: AuditTables, id_: str) -> Sequence[Entry]:
    """What happened to this id, oldest first."""
    query = _entries(tables).where(tables.entry.c.of == id_).order_by(tables.entry.c.position)
    return [Entry(*row) for row in await connection.execute(query)]


def _entries(tables: AuditTables) -> Select[Any]:
    return select(*(tables.entry.c[name] for name in Entry._fields))


def _seals(tables: AuditTables) -> Select[Any]:
    return select(*(tables.seal.c[name] for name in Seal._fields))
