"""Moving an installation to another database: every row as it was, all of them or none."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.known import SERVICES
from shared.core.errors import DomainError
from shared.db.copying import copy_rows
from shared.db.engine import NAMING, open_database
from shared.db.migrate import upgrade
from shared.db.revise import revise
from shared.db.transaction import reading, transaction
from shared.messaging.tables import POSITION, spine_tables
from shared.running.service import Service

pytestmark = pytest.mark.empty_database

METADATA = MetaData(naming_convention=NAMING)
SPINE = spine_tables(METADATA)
ENTRY = Table(
    "entry",
    METADATA,
    Column("position", POSITION, primary_key=True, autoincrement=True),
    Column("id", String(20), unique=True, nullable=False),
    Column("reverses", String(20), ForeignKey("entry.id")),
)
AT = datetime(2019, 1, 18, 1, 2, 3, 456789, tzinfo=UTC)
ROWS = 2_345


def outgoing(number: int) -> dict[str, object]:
    return {"event_id": f"e{number}", "subject": "s", "headers": {"名": "值"}, "body": b"\x00\xff", "written_at": AT}


@pytest.fixture
async def service(tmp_path: Path) -> Service:
    made = replace(SERVICES[0], name="ledger", metadata=METADATA, spine=SPINE, migrations=tmp_path)
    await revise(made, "The tables")
    return made


@pytest.fixture
async def source(service: Service, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """The one box: a reversing entry refers to one of its own table, and some events are published already."""
    engine = open_database(f"sqlite:///{tmp_path / 'source.db'}")
    await upgrade(engine, service)
    async with transaction(engine) as connection:
        await connection.execute(insert(SPINE.outbox), [outgoing(number) for number in range(ROWS)])
        await connection.execute(SPINE.outbox.update().where(SPINE.outbox.c.position < 2_000).values(sent_at=AT))
        await connection.execute(insert(ENTRY), [{"id": f"s{number}", "reverses": None} for number in range(5)])
        await connection.execute(insert(ENTRY).values(id="a", reverses="s3"))
    yield engine
    await engine.dispose()


async def test_every_row_arrives_as_it_was_and_numbers_go_on_from_there(
    source: AsyncEngine, database: AsyncEngine, service: Service
) -> None:
    await upgrade(database, service)
    assert await copy_rows(source, database, service) == {"outbox": ROWS, "inbox": 0, "parked": 0, "entry": 6}
    async with reading(database) as connection:
        rows = (await connection.execute(select(SPINE.outbox).order_by(SPINE.outbox.c.position))).mappings().all()
        reversing = (await connection.execute(select(ENTRY.c.reverses).where(ENTRY.c.id == "a"))).scalar_one()
    assert reversing == "s3"
    assert [row["event_id"] for row in rows] == [f"e{number}" for number in range(ROWS)]
    assert [row["sent_at"] is None for row in rows] == [number >= 1_999 for number in range(ROWS)]
    first = rows[0]
    assert (first["headers"], bytes(first["body"]), first["written_at"].replace(tzinfo=UTC)) == (
        {"名": "值"},
        b"\x00\xff",
        AT,
    )
    async with transaction(database) as connection:
        made = await connection.execute(
            insert(SPINE.outbox).values(**outgoing(99_999)).returning(SPINE.outbox.c.position)
        )
        assert made.scalar_one() == rows[-1]["position"] + 1
        made = await connection.execute(insert(ENTRY).values(id="b").returning(ENTRY.c.position))
        assert made.scalar_one() == 7


async def test_nothing_is_mixed_into_a_database_that_is_used_already(
    source: AsyncEngine, database: AsyncEngine, service: Service
) -> None:
    await upgrade(database, service)
    async with transaction(database) as connection:
        await connection.execute(insert(ENTRY).values(id="mine"))
    with pytest.raises(DomainError, match="已有数据（entry）"):
        await copy_rows(source, database, service)
    async with reading(database) as connection:
        assert (await connection.execute(select(SPINE.outbox))).first() is None
        assert (await connection.execute(select(ENTRY.c.id))).scalars().all() == ["mine"]


async def test_both_sides_have_to_be_up_to_date(source: AsyncEngine, database: AsyncEngine, service: Service) -> None:
    with pytest.raises(DomainError, match="还没有建表"):
        await copy_rows(source, database, service)
