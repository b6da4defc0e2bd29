"""A real nats-server for each test that speaks to one, and each database in turn."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.base import METADATA
from shared.db.engine import NAMING, open_database
from shared.messaging.tables import SpineTables, spine_tables
from shared.policy import Policy
from tests.integration.book import Ledger
from tests.servers import NatsServer


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "jetstream")
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An empty database of each kind; on PostgreSQL one of its own."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'service.db'}")
        yield engine
        await engine.dispose()
        return
    url: str = request.getfixturevalue("postgres_url")
    name = f"t_{uuid4().hex}"
    admin = open_database(url)
    async with admin.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text(f"create database {name}")
        )
    await admin.dispose()
    engine = open_database(url.replace("/postgres?", f"/{name}?"))
    yield engine
    await engine.dispose()


@pytest.fixture
async def spine(database: AsyncEngine) -> SpineTables:
    """The spine's tables, made in the database of the test."""
    metadata = MetaData(naming_convention=NAMING)
    tables = spine_tables(metadata)
    async with database.begin() as connection:
        await connection.run_sync(metadata.create_all)
    return tables


@pytest.fixture
async def book(database: AsyncEngine, dalian: Policy) -> Ledger:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return Ledger(database, dalian)
