"""The only place that commits: rows and the events that follow from them, together or not at all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction: committed at the end, rolled back if anything is raised."""
    async with engine.begin() as connection:
        yield connection


@asynccontextmanager
async def reading(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A consistent look at the database that takes no writer's lock and changes nothing."""
    async with engine.connect() as connection:
        looking = await connection.execution_options(reading=True)
        async with looking.begin() as one:
            yield looking
            await one.rollback()
