"""The notify service at work on real servers, for its tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from nats.js import JetStreamContext
from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.schedule import Sender
from services.notify.senders.smtp import Patience, Smtp, server_of
from services.notify.service import SERVICE
from services.notify.store.tables import ATTEMPT, MESSAGE, METADATA
from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.envelope import Envelope as EventEnvelope
from shared.contracts.envelope import body_of, headers_of, read
from shared.contracts.event import Event
from shared.contracts.incubator import SubsidyComputed
from shared.contracts.streams import stream_of
from shared.core.clock import Now
from shared.core.settings import Settings
from shared.db.transaction import reading
from shared.messaging.broker import connect
from shared.messaging.provision import provision
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.running.service import Task
from tests.integration.notify_mails import MailServer
from tests.servers import NatsServer

PATIENCE = Patience(command=2.0, content=2.0)
QUICK = (0.2, 0.2, 0.2, 0.2, 0.2)
SITE = "https://miaopu.example.cn"


def now() -> datetime:
    return datetime.now(UTC)


async def quiet(error: Exception) -> None:
    """A server that goes away is what a test wants."""


def sending(*, machine: Now = now, delays: Sequence[float] = QUICK, patience: Patience = PATIENCE) -> Task:
    """The service's own sender with less patience than it has in the world."""

    async def send_queued(running: Running) -> None:
        smtp = Smtp(server_of(str(running.settings.smtp_url)), "miaopu.example.cn", patience)
        await Sender(running, smtp, machine, delays).run()

    return send_queued


async def nothing(running: Running) -> None:
    """No sender at all."""
    await running.stop.wait()


def sender_of(running: Running, mails: MailServer, machine: Now, patience: Patience = PATIENCE) -> Sender:
    """A sender the test drives itself."""
    return Sender(running, Smtp(server_of(mails.url), "miaopu.example.cn", patience), machine, QUICK)


@dataclass
class Clock:
    """The machine's clock, moved on by the test."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


async def made(database: AsyncEngine) -> None:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)


@dataclass
class World:
    """The service at work and what a test asks of it."""

    running: Running
    jetstream: JetStreamContext

    @property
    def database(self) -> AsyncEngine:
        return self.running.engine

    async def publish(
        self,
        event: Event,
        id_: str | None = None,
        *,
        story: str | None = None,
        at: datetime | None = None,
        again: str = "",
    ) -> str:
        """As its owner would; `again` makes the stream take the same event twice."""
        id_ = id_ or str(uuid4())
        headers = headers_of(event, EventEnvelope(id_, "/test", at or now(), event.about(), story, traceparent=TRACE))
        headers["Nats-Msg-Id"] += again
        stream = stream_of(event.subject()).name
        await self.jetstream.publish(event.subject(), body_of(event), stream=stream, headers=headers)
        return id_

    async def rows(self, table: Table = MESSAGE) -> list[Any]:
        order = table.c.created_at if table is MESSAGE else table.c.number
        async with reading(self.database) as connection:
            return list(await connection.execute(select(table).order_by(order, *table.primary_key.columns)))

    async def attempts(self) -> list[tuple[str, int | None, str]]:
        return [(row.outcome, row.code, row.words) for row in await self.rows(ATTEMPT)]

    async def states(self) -> list[str]:
        return [row.state for row in await self.rows()]

    async def are(self, *states: str) -> bool:
        return sorted(await self.states()) == sorted(states)

    async def told(self) -> list[tuple[str, Event, EventEnvelope]]:
        """What the service has published: the last part but one of its type, the event, its envelope."""
        info = await self.jetstream.stream_info("NOTIFY")
        found = []
        for sequence in range(1, info.state.last_seq + 1):
            message = await self.jetstream.get_msg("NOTIFY", sequence)
            event, envelope = read(message.headers, message.data or b"")
            found.append((event.type_.split(".")[2], event, envelope))
        return found

    async def tells(self, *names: str) -> bool:
        return [name for name, _, _ in await self.told()] == list(names)

    async def heard(self) -> bool:
        """Whether everything published so far was taken up."""
        for consumer in SERVICE.consumers:
            durable = consumer.provisioned()
            info = await self.jetstream.consumer_info(durable.stream, durable.name)
            if (info.num_pending, info.num_ack_pending) != (0, 0):
                return False
        return True

    @asynccontextmanager
    async def unit(self, by: str = "clerk-1") -> AsyncIterator[Unit]:
        async with self.running.unit(by) as unit:
            yield unit


TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@asynccontextmanager
async def at_work(
    database: AsyncEngine,
    nats_url: str,
    folder: Path,
    smtp_url: str | None,
    task: Task | None = None,
    *,
    clock: Now = now,
    **settings: Any,
) -> AsyncIterator[World]:
    """The service running; `task` instead of its own sender. It is told to stop at the end and has to."""
    await made(database)
    client = await connect(nats_url, quiet)
    jetstream = client.jetstream()
    await provision(jetstream, [consumer.provisioned() for consumer in SERVICE.consumers])
    service = replace(SERVICE, tasks=SERVICE.tasks if task is None else (task,))
    told = Settings(**{"data": folder, "smtp_url": smtp_url, "base_url": SITE, **settings})
    running = Running(service, told, database, jetstream, clock)
    working = asyncio.create_task(running.run())
    try:
        yield World(running, jetstream)
    finally:
        running.stop.set()
        await asyncio.wait_for(working, 60)
        await client.close()


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.05)


def contact(number: int | str = "U-Z12", **changes: str) -> IncubatorContactChanged:
    body = {"recipient_id": str(number), "org_id": str(number), "name": "样例联系人", "email": "u-z12@example.cn"}
    return IncubatorContactChanged.model_validate({"role": "operator", **body, **changes})


def example(event: type[Any], **changes: object) -> Any:
    return event.model_validate({**event.example, **changes})


def carrier(number: int | str) -> Mapping[str, str]:
    return {"id": f"c{number}", "org_id": f"o{number}", "kind": "makerspace", "level": "city", "name": f"样例 {number}"}


async def count(database: AsyncEngine, table: Table) -> int:
    async with reading(database) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        return found


@dataclass(frozen=True)
class Office:
    """What the service needs to work; each test says how it works."""

    database: AsyncEngine
    nats_server: NatsServer
    folder: Path
    mails: MailServer

    def at_work(
        self, task: Task | None = None, smtp_url: str | None = None, **settings: Any
    ) -> AbstractAsyncContextManager[World]:
        url = smtp_url or self.mails.url
        return at_work(self.database, self.nats_server.url, self.folder, url, task or sending(), **settings)


async def letters(world: World, number: int = 1) -> None:
    """Has the service write so many letters, each to a contact of its own."""
    for each in range(number):
        await world.publish(contact(f"o{each}", email=f"o{each}@example.cn"))
    await until(world.heard)
    for each in range(number):
        await world.publish(example(SubsidyComputed, subsidy_id=f"S-{each}", carrier=carrier(each)))
    await until(world.heard)
