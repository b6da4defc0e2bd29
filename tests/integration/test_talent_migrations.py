"""The talent service's revisions make the tables it declares, on both databases, and its trail cannot be changed."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.service import SERVICE
from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from shared.db.migrate import differences, upgrade

pytestmark = pytest.mark.empty_database


async def test_the_revisions_make_what_the_tables_declare(database: AsyncEngine) -> None:
    assert APPLICATION.metadata is SERVICE.metadata
    assert changes.CHANGES.table.metadata is SERVICE.metadata
    await upgrade(database, SERVICE)
    assert await differences(database, SERVICE) == []


async def test_the_trail_is_append_only(database: AsyncEngine) -> None:
    await upgrade(database, SERVICE)
    row = "insert into audit_entry (position, at, by, act, \"of\", digest) values (1, '2018-01-01', 'a', 'b', 'c', 'd')"
    async with database.begin() as connection:
        await connection.execute(text(row))
    for change in ("update audit_entry set act = 'x'", "delete from audit_entry"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.begin() as connection:
                await connection.execute(text(change))
