"""A real nats-server for each test that speaks to one, and each database in turn."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
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
from tests.one_app import take_back
from tests.servers import NatsServer


@pytest.fixture(autouse=True)
def sites_are_lent() -> Iterator[None]:
    yield
    take_back()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "jetstream")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def filled_template(postgres_url: str) -> str:
    """A database with the incubator's tables, to be copied: making seventy tables takes a second each time."""

    async def fill() -> None:
        await _do(postgres_url, "create database filled")
        engine = open_database(postgres_url.replace("/postgres?", "/filled?"))
        async with engine.begin() as connection:
            await connection.run_sync(METADATA.create_all)
        await engine.dispose()

    with ThreadPoolExecutor(1) as beside:  # the loop of the test is busy asking for this
        beside.submit(asyncio.run, fill()).result()
    return "filled"


async def _do(url: str, statement: str) -> None:
    admin = open_database(url)
    async with admin.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await alone.execute(text(statement))
    await admin.dispose()


@asynccontextmanager
async def empty_databases(postgres_url: str, *names: str) -> AsyncIterator[dict[str, str]]:
    """The addresses of databases without a table on the server, by name; they go when they are done with."""
    made = {name: f"{name}_{uuid4().hex}" for name in names}
    for each in made.values():
        await _do(postgres_url, f"create database {each} strategy file_copy")
    yield {name: postgres_url.replace("/postgres?", f"/{each}?") for name, each in made.items()}
    for each in made.values():
        await _do(postgres_url, f"drop database {each} with (force)")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """A database of each kind without a row; on PostgreSQL one of its own, in which the incubator's tables are made
    already unless the test is marked `empty_database`."""
    if request.param == "sqlite":
        engine = open_database(f"sqlite:///{tmp_path / 'service.db'}")
        yield engine
        await engine.dispose()
        return
    url: str = request.getfixturevalue("postgres_url")
    name = f"t_{uuid4().hex}"
    copied = ""
    if request.node.get_closest_marker("empty_database") is None:
        copied = f" template {request.getfixturevalue('filled_template')} strategy file_copy"
    await _do(url, f"create database {name}{copied}")
    engine = open_database(url.replace("/postgres?", f"/{name}?"))
    yield engine
    await engine.dispose()
    await _do(url, f"drop database {name} with (force)")


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
