"""A city at work on one machine: its servers, its databases, and each service as processes that are started again."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from sqlalchemy import Table, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.sql import ColumnElement

from services.incubator.service import SERVICE as INCUBATOR
from services.notify.service import SERVICE as NOTIFY
from services.talent.service import SERVICE as TALENT
from shared.core.settings import Settings, read_settings
from shared.db.migrate import upgrade
from shared.db.transaction import reading
from shared.identity.opening import SCHEMA as IDENTITY
from shared.running.opening import opened_database
from shared.running.service import Service
from tests.faults.mailserver import MailServer
from tests.faults.worker import live
from tests.servers import NatsServer

FORKS = get_context("forkserver")
"""Starts processes: it has loaded the services, which takes longer than all else a process does before it works."""
FORKS.set_forkserver_preload([live.__module__])
OUTSIDE = {name: value for name, value in os.environ.items() if not name.startswith(("MIAOPU_", "FAULT_"))}
STOP_SECONDS = 90.0
REST_SECONDS = 0.2
"""Between a death and the next start."""


BROKEN = 3
"""After ending by itself so many times a process is not started again: the run has failed."""


class Worker:
    """A process that is started again whenever it dies. `codes`: how it ended each time, negative by a signal."""

    def __init__(self, name: str, service: str, environ: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.service = service
        self.environ = environ
        self.log = log
        self.codes: list[int] = []
        self.killed = 0
        """How often it was killed from outside."""
        self._process: ForkServerProcess | None = None
        self._ending = False

    @property
    def broken(self) -> bool:
        return sum(code not in {0, -signal.SIGKILL} for code in self.codes) >= BROKEN

    async def keep(self) -> None:
        while not self._ending and not self.broken:
            self._process = FORKS.Process(target=live, args=(self.service, dict(self.environ), self.log), daemon=True)
            self._process.start()
            self.codes.append(await _end_of(self._process))
            await asyncio.sleep(0 if self._ending else REST_SECONDS)

    def kill(self) -> None:
        if self._process is not None and self._process.exitcode is None:
            self.killed += 1
            self._process.kill()

    def tell(self) -> None:
        """Asks it to stop; it is started again."""
        if self._process is not None and self._process.exitcode is None:
            self._process.terminate()

    def end(self) -> None:
        """Asks it to stop, for good."""
        self._ending = True
        self.tell()


def load_services() -> None:
    """Waits until processes can be started at once. In a thread of its own only while there are none: two that ask how
    a process ended take the answer from each other."""
    first = FORKS.Process(target=int, daemon=True)
    first.start()
    first.join()


async def _end_of(process: ForkServerProcess) -> int:
    """Its exit code, once it has ended."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(process.sentinel, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(process.sentinel)
    process.join()
    code = process.exitcode
    if code is None:
        raise RuntimeError(f"process {process.pid} has ended and says not how")
    return code


class City:
    def __init__(self, folder: Path, settings: Settings, server: NatsServer, mails: MailServer) -> None:
        self.folder = folder
        self.settings = settings
        self.server = server
        self.mails = mails
        self.engines: dict[str, AsyncEngine] = {}
        self.workers: list[Worker] = []
        self._keeping: list[asyncio.Task[None]] = []

    def start(self, name: str, service: str, environ: Mapping[str, str]) -> None:
        told = {
            **OUTSIDE,
            "MIAOPU_DATA": str(self.settings.data),
            "MIAOPU_NATS_URL": self.server.url,
            "MIAOPU_DATABASE_URL": self.settings.database_url or "",
            "MIAOPU_SMTP_URL": self.mails.url,
            "MIAOPU_PORT": "0",
            "MIAOPU_SECRET": "s" * 40,
            **environ,
        }
        worker = Worker(name, service, told, self.folder / f"{name}.log")
        self.workers.append(worker)
        self._keeping.append(asyncio.create_task(worker.keep()))

    async def stop(self) -> None:
        """Stops the processes as an office would, and waits for them; one that does not end is killed."""
        for worker in self.workers:
            worker.end()
        if self._keeping:
            _, late = await asyncio.wait(self._keeping, timeout=STOP_SECONDS)
            for worker in self.workers:
                worker.kill()
            if late:
                await asyncio.wait(late)
            await asyncio.gather(*self._keeping)
            self._keeping.clear()

    @property
    def broken(self) -> bool:
        """Whether a process cannot go on, so that there is nothing to wait for."""
        return any(worker.broken for worker in self.workers)

    async def restart_services(self) -> None:
        """Asks every process to stop, and waits until each has; they are started again."""
        before = {worker.name: len(worker.codes) for worker in self.workers}
        for worker in self.workers:
            worker.tell()
        while not self.broken and any(len(each.codes) == before[each.name] for each in self.workers):  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)

    @asynccontextmanager
    async def without_server(self) -> AsyncIterator[None]:
        """The message server is killed, and started again at the end."""
        await asyncio.to_thread(self.server.stop, signal.SIGKILL)
        try:
            yield
        finally:
            await asyncio.to_thread(self.server.start)

    @asynccontextmanager
    async def look(self, service: Service) -> AsyncIterator[AsyncConnection]:
        async with reading(self.engines[service.name]) as connection:
            yield connection

    async def count(self, service: Service, table: Table, *where: ColumnElement[bool]) -> int | None:
        """How many rows; None if the database cannot say just now."""
        try:
            async with self.look(service) as connection:
                query = select(func.count()).select_from(table).where(*where)
                found: int = (await connection.execute(query)).scalar_one()
                return found
        except (SQLAlchemyError, OSError):
            return None


@asynccontextmanager
async def city(folder: Path, database_url: str | None, mails: MailServer) -> AsyncIterator[City]:
    """Servers up and databases made; the services are started by whoever has them. All of it ended at the end."""
    environ = {"MIAOPU_DATA": str(folder / "data"), "MIAOPU_DATABASE_URL": database_url or ""}
    server = NatsServer(folder / "jetstream")
    made = City(folder, read_settings(environ), server, mails)
    async with AsyncExitStack() as stack:
        stack.callback(server.stop)
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(load_services)
        stack.push_async_callback(mails.stop)
        await mails.start()
        for service in services():
            engine = await stack.enter_async_context(opened_database(made.settings, service))
            await upgrade(engine, service)
            made.engines[service.name] = engine
        async with opened_database(made.settings, IDENTITY) as engine:
            await upgrade(engine, IDENTITY)
        stack.push_async_callback(made.stop)
        yield made


def services() -> Sequence[Service]:
    return (INCUBATOR, TALENT, NOTIFY)
