"""The only place that commits: rows and the events that follow from them, together or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_TURNS: WeakKeyDictionary[AsyncEngine, asyncio.Lock] = WeakKeyDictionary()
LOOKING: ContextVar[bool] = ContextVar("looking", default=False)
"""Set while something is answered that must change nothing: a page asked for with GET."""


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed at the end, rolled back if anything is raised."""
    if LOOKING.get():
        raise RuntimeError("a GET changes nothing: read with `reading`, or let the request be a POST")
    async with _turn(engine), engine.begin() as connection:
        yield connection


@asynccontextmanager
async def rehearsal(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction that is never committed: what is done in it is seen in it, and then it never was."""
    if LOOKING.get():
        raise RuntimeError("a rehearsal takes the locks of what it rehearses: let the request be a POST")
    async with _turn(engine), engine.connect() as connection, connection.begin() as one:
        yield connection
        await one.rollback()


def _turn(engine: AsyncEngine) -> AbstractAsyncContextManager[object]:
    """On SQLite there is one writer: those of one process take turns here, instead of knocking at the file until it
    opens, which costs each of them a nap."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _TURNS.setdefault(engine, asyncio.Lock())


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A consistent look at the database that takes no writer's lock and changes nothing."""
    async with engine.connect() as connection:
        looking = await connection.execution_options(reading=True)
        async with looking.begin() as one:
            yield looking
            await one.rollback()


@asynccontextmanager
async def restructuring(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction in which tables may be made anew.

    SQLite lets no table go that others refer to: it looks away until the end, and everything is checked before the
    commit.
    """
    async with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            async with connection.begin():
                yield connection
            return
        driver: Any = (await connection.get_raw_connection()).driver_connection
        await driver.execute_fetchall("pragma foreign_keys=off")  # within a transaction it would do nothing
        try:
            async with connection.begin():
                yield connection
                broken = (await connection.exec_driver_sql("pragma foreign_key_check")).all()
                if broken:
                    raise RuntimeError(f"these rows refer to rows that are not there: {broken[:5]}")
        finally:
            await driver.execute_fetchall("pragma foreign_keys=on")
