"""A real nats-server for each test that speaks to one, and each database in turn."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from sqlalchemy import MetaData, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.base import METADATA
from services.known import service_named
from shared.db.engine import NAMING, open_database
from shared.identity import passwords
from shared.messaging.tables import SpineTables, spine_tables
from shared.policy import Policy
from tests.integration.book import Ledger
from tests.one_app import take_back
from tests.servers import NatsServer


@pytest.fixture(autouse=True)
def sites_are_lent() -> Iterator[None]:
    yield
    take_back()


@pytest.fixture(scope="session", autouse=True)
def passwords_are_hashed_quickly() -> Iterator[None]:
    """As slowly as in an office, every login would take a tenth of a second of four cores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        yield


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    server = NatsServer(tmp_path / "jetstream")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def filled_template(postgres_url: str) -> Callable[[str], str]:
    """By service, a database with its tables, to be copied: making seventy of them takes half a second each time."""

    async def fill(name: str, service: str) -> None:
        await _do(postgres_url, f"create database {name}")
        await _filled(postgres_url.replace("/postgres?", f"/{name}?"), service)

    @cache
    def template(service: str) -> str:
        name = f"filled_{service}"
        _beside(fill(name, service))
        return name

    return template


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The same as files."""

    @cache
    def template(service: str) -> Path:
        file = tmp_path_factory.mktemp("filled") / f"{service}.db"
        _beside(_filled(f"sqlite:///{file}", service))
        return file

    return template


async def _filled(url: str, service: str) -> None:
    engine = open_database(url)
    async with engine.begin() as connection:
        await connection.run_sync(service_named(service).metadata.create_all)
    await engine.dispose()


def _beside(doing: Coroutine[None, None, None]) -> None:
    """Done in a loop of its own: that of the test is busy asking for this."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, doing).result()


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
    """A database of each kind without a row and of the test's own, in which a service's tables are made already: the
    incubator's unless the test is marked `tables_of` another; none if it is marked `empty_database`."""
    service = _tables_of(request.node)
    if request.param == "sqlite":
        if service:
            shutil.copyfile(request.getfixturevalue("filled_file")(service), tmp_path / "service.db")
        engine = open_database(f"sqlite:///{tmp_path / 'service.db'}")
        yield engine
        await engine.dispose()
        return
    url: str = request.getfixturevalue("postgres_url")
    name = f"t_{uuid4().hex}"
    copied = f" template {request.getfixturevalue('filled_template')(service)} strategy file_copy" if service else ""
    await _do(url, f"create database {name}{copied}")
    engine = open_database(url.replace("/postgres?", f"/{name}?"))
    yield engine
    await engine.dispose()
    await _do(url, f"drop database {name} with (force)")


def _tables_of(node: pytest.Item) -> str | None:
    if node.get_closest_marker("empty_database") is not None:
        return None
    named = node.get_closest_marker("tables_of")
    return "incubator" if named is None else str(named.args[0])


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
