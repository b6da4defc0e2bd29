"""A service with evidence, on a real disk, beside a scanner; what the tests of it ask."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.evidence.checking import Checker, check_evidence
from shared.evidence.clamd import Clamd, Patience
from shared.evidence.files import Owner, add_file, erase_gone, file_of, open_file, remove_file
from shared.evidence.store import Store
from shared.evidence.tables import EvidenceTables, evidence_tables
from shared.messaging.broker import connect
from shared.messaging.provision import provision
from shared.messaging.unit import Unit
from shared.running.running import Running
from tests.integration.fake_clamd import EICAR, FakeClamd, fake_clamd
from tests.integration.small_service import SmallService, now, quiet
from tests.servers import NatsServer
from tests.unit.evidence.samples import pdf

REPORT, OTHER = Owner("report", "2018-c1"), Owner("report", "2018-c2")
INFECTED_PDF = pdf(b"(" + EICAR + b")")


class Sent:
    """A file on its way, in pieces."""

    def __init__(self, content: bytes) -> None:
        self.content = BytesIO(content)
        self.read_bytes = 0

    async def read(self, size: int = -1, /) -> bytes:
        piece = self.content.read(size)
        self.read_bytes += len(piece)
        return piece


class City:
    """A service with evidence."""

    def __init__(self, running: Running, tables: EvidenceTables, scanner: FakeClamd) -> None:
        self.running = running
        self.tables = tables
        self.scanner = scanner
        self.store = Store(running.settings.data / "evidence" / "incubator", checks=True)

    async def add(self, content: bytes, owner: Owner = REPORT, name: str = "证明", store: Store | None = None) -> str:
        store = store or self.store
        async with store.arriving(name, Sent(content)) as arrived, self.running.unit("wang") as unit:
            return await add_file(unit, self.tables, store, arrived, owner)

    async def row(self, id_: str) -> dict[str, Any]:
        async with self.running.look() as connection:
            return dict(await file_of(connection, self.tables, id_))

    async def opened(self, id_: str) -> bytes:
        async with self.running.look() as connection:
            return (await open_file(connection, self.tables, self.store, id_)).path.read_bytes()

    async def remove(self, id_: str) -> None:
        async with self.running.unit("li") as unit:
            await remove_file(unit, self.tables, id_)

    async def erase(self) -> int:
        async with self.running.unit("system") as unit:
            return await erase_gone(unit, self.tables, self.store)

    async def in_vain(self, work: Callable[[Unit], Awaitable[object]]) -> None:
        """Work whose transaction is not committed."""
        with suppress(ZeroDivisionError):
            async with self.running.unit("wang") as unit:
                await work(unit)
                raise ZeroDivisionError

    def checker(self, machine: Callable[[], datetime] = now, patience: Patience | None = None) -> Checker:
        clamd = Clamd(self.scanner.url, patience)
        return Checker(self.running, self.tables, self.store, clamd, machine)

    def on_disk(self) -> list[str]:
        return sorted(path.name for path in self.store.folder.rglob("*") if path.is_file())


@pytest.fixture
async def city(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[City]:
    small = SmallService()
    tables = evidence_tables(small.metadata)
    service = replace(small.service, tasks=(check_evidence(tables),))
    await small.made_in(database)
    client = await connect(nats_server.url, quiet)
    await provision(client.jetstream(), [small.consumer.provisioned()])
    async with fake_clamd() as scanner:
        settings = Settings(data=tmp_path / "data", clamd_url=scanner.url)
        yield City(Running(service, settings, database, client.jetstream(), now), tables, scanner)
    await client.close()


class Refused:
    """What is refused, and with which code."""

    def __init__(self, code: str) -> None:
        self.code = code

    async def __aenter__(self) -> None:
        """Something is about to be refused."""

    async def __aexit__(self, _: object, error: BaseException | None, __: object) -> bool:
        assert isinstance(error, DomainError), error
        assert error.code == self.code
        return True


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
