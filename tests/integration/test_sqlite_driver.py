"""SQLite is asked with one errand for each statement, and what comes in pieces, fails or is given up is still right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.engine import open_database
from shared.db.sqlite_driver import FIRST_ROWS
from shared.db.transaction import reading, transaction

METADATA = MetaData()
NUMBER = Table("number", METADATA, Column("n", Integer, primary_key=True))
MANY = 2 * FIRST_ROWS + 7


@pytest.fixture
async def numbers(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """As many numbers as three portions hold."""
    engine = open_database(f"sqlite:///{tmp_path / 'numbers.db'}")
    async with transaction(engine) as connection:
        await connection.run_sync(METADATA.create_all)
        await connection.execute(insert(NUMBER), [{"n": n} for n in range(MANY)])
    yield engine
    await engine.dispose()


async def _how_many(engine: AsyncEngine) -> int:
    async with reading(engine) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(NUMBER))).scalar_one()
        return found


async def test_a_statement_is_one_errand_and_so_is_each_end_of_a_transaction(
    numbers: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    was = aiosqlite.Connection._execute  # noqa: SLF001 - every way to the thread of a connection

    async def counted(self: aiosqlite.Connection, function: Any, *args: Any, **named: Any) -> Any:
        sent.append(function)
        return await was(self, function, *args, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    async with transaction(numbers) as connection:
        await connection.execute(insert(NUMBER).values(n=-1))
    assert len(sent) == 3
    sent.clear()
    assert await _how_many(numbers) == MANY + 1
    assert len(sent) == 3


async def test_rows_that_do_not_come_along_are_fetched_in_order(numbers: AsyncEngine) -> None:
    every = select(NUMBER.c.n).order_by(NUMBER.c.n)
    async with reading(numbers) as connection:
        assert list((await connection.execute(every)).scalars()) == list(range(MANY))
        assert [n async for (n,) in await connection.stream(every)] == list(range(MANY))
        streamed = await connection.stream(every)
        assert (await streamed.fetchmany(FIRST_ROWS + 1))[-1] == (FIRST_ROWS,)
        await streamed.close()
        assert (await connection.execute(every.limit(FIRST_ROWS))).scalars().all() == list(range(FIRST_ROWS))


async def test_a_statement_that_fails_leaves_nothing_behind(numbers: AsyncEngine) -> None:
    async def adds(*more: int) -> None:
        async with transaction(numbers) as connection:
            for n in more:
                await connection.execute(insert(NUMBER).values(n=n))

    with pytest.raises(IntegrityError):
        await adds(-1, 0)
    assert await _how_many(numbers) == MANY
    async with transaction(numbers) as connection:
        changed = await connection.execute(NUMBER.update().where(NUMBER.c.n == 0).values(n=-1))
        assert changed.rowcount == 1


async def test_a_transaction_that_is_given_up_while_it_waits_holds_no_lock_afterwards(
    numbers: AsyncEngine,
) -> None:
    other = open_database(numbers.url)  # it does not take turns with the first

    async def waits() -> None:
        async with transaction(other) as connection:
            await connection.execute(insert(NUMBER).values(n=-1))

    async with transaction(numbers) as connection:
        await connection.execute(insert(NUMBER).values(n=-2))
        waiting = asyncio.create_task(waits())
        await asyncio.sleep(0.2)
        waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for engine in (numbers, other):
        async with asyncio.timeout(10), transaction(engine) as connection:
            await connection.execute(NUMBER.delete().where(NUMBER.c.n == -2))
    assert await _how_many(numbers) == MANY
    await other.dispose()
