"""Copies a service's rows from one database to another of the same revision: from the one box to PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.core.errors import DomainError
from shared.db.migrate import Migrated, check
from shared.db.transaction import reading, transaction

BATCH = 1_000


async def copy_rows(source: AsyncEngine, target: AsyncEngine, service: Migrated) -> dict[str, int]:
    """How many rows of each table; all of them in one transaction, into a target that has none yet."""
    await check(source, service)
    await check(target, service)
    copied: dict[str, int] = {}
    async with reading(source) as old, transaction(target) as new:
        for table in service.metadata.sorted_tables:  # those that others refer to come first
            if await _count(new, table):
                raise DomainError(
                    "target-not-empty", f"{service.name} 的目标数据库里已有数据（{table.name}），没有搬动任何数据"
                )
            # in the order of their keys: a row may refer to an earlier one of its own table
            rows = await old.stream(select(table).order_by(*table.primary_key))
            async for part in rows.mappings().partitions(BATCH):
                await new.execute(insert(table), [_as_written(row) for row in part])
            copied[table.name] = await _count(new, table)
            if copied[table.name] != await _count(old, table):
                raise RuntimeError(f"{table.name} changed while it was copied")
            if new.dialect.name == "postgresql":
                await _count_on(new, table)
    return copied


def _as_written(row: Mapping[Any, Any]) -> dict[str, Any]:
    """SQLite keeps instants without their zone, which is UTC."""
    return {
        str(name): value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
        for name, value in row.items()
    }


async def _count(connection: AsyncConnection, table: Table) -> int:
    found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
    return found


async def _count_on(connection: AsyncConnection, table: Table) -> None:
    """The next row PostgreSQL numbers by itself comes after those that brought their numbers."""
    column = table.autoincrement_column
    if column is None:
        return
    name = {"table": f'"{table.name}"', "column": column.name}
    sequence = (await connection.execute(text("select pg_get_serial_sequence(:table, :column)"), name)).scalar_one()
    last = (await connection.execute(select(func.max(column)))).scalar_one()
    if sequence is not None and last is not None:
        await connection.execute(text("select setval(:sequence, :last)"), {"sequence": sequence, "last": last})
