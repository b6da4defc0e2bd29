"""Rows entered into a register: what is there already takes the new values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def enter(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], keep: Collection[str] = ()
) -> None:
    """Enters rows; one that is there already takes the new values, but for the columns in `keep`."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    keys = [column.name for column in table.primary_key.columns]
    if not rows:
        return
    statement = dialect.insert(table)
    again = {name: statement.excluded[name] for name in rows[0] if name not in {*keys, *keep}}
    if again:
        statement = statement.on_conflict_do_update(index_elements=keys, set_=again)
    else:
        statement = statement.on_conflict_do_nothing()
    await connection.execute(statement, [dict(row) for row in rows])
