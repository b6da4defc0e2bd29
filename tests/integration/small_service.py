"""A small service for tests of what all services share: it hears final grades, enters a row each, tells what followed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from nats.js import JetStreamContext
from sqlalchemy import Column, MetaData, String, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested, SubsidyBlocked
from shared.core.settings import Settings
from shared.db.engine import NAMING
from shared.db.transaction import reading
from shared.messaging.broker import connect
from shared.messaging.consumer import Consumer, Received, consumes
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.provision import provision
from shared.messaging.tables import spine_tables
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.running.service import Service

DURABLE = "incubator-settlement"


def now() -> datetime:
    return datetime.now(UTC)


async def quiet(error: Exception) -> None:
    """A killed server is what a test wants."""


def finalised(number: int) -> EvaluationFinalised:
    return EvaluationFinalised.model_validate({**EvaluationFinalised.example, "evaluation_id": f"2018-{number}"})


class SmallService:
    """`failing` says what the handler raises for an event, as often as the list is long."""

    def __init__(self, routes: Callable[[Running], APIRouter] | None = None) -> None:
        self.metadata = MetaData(naming_convention=NAMING)
        self.spine = spine_tables(self.metadata)
        self.entry = Table("entry", self.metadata, Column("event", String(100), primary_key=True))
        self.failing: dict[str, list[Exception]] = {}
        self.consumer = self._consumer()
        nothing: Callable[[Running], APIRouter] = lambda _: APIRouter()  # noqa: E731 - it is typed this way
        self.service = Service(
            "incubator", "孵化", self.metadata, self.spine, Path(), (self.consumer,), (), routes or nothing
        )

    def _consumer(self) -> Consumer:
        @consumes(EvaluationFinalised, SettlementRequested, durable=DURABLE)
        async def settle(received: list[Received[Any]], unit: Unit) -> None:
            await unit.connection.execute(insert(self.entry), [{"event": each.envelope.id} for each in received])
            for each in received:
                if failures := self.failing.get(each.envelope.id):
                    raise failures.pop(0)
                blocked = SubsidyBlocked.model_validate({**SubsidyBlocked.example, "cause_event_id": each.envelope.id})
                unit.publish(Outgoing(event_id(each.envelope.id, "blocked"), blocked, causation_id=each.envelope.id))

        return settle

    async def made_in(self, database: AsyncEngine) -> None:
        async with database.begin() as connection:
            await connection.run_sync(self.metadata.create_all)

    async def entries(self, database: AsyncEngine) -> int:
        async with reading(database) as connection:
            found: int = (await connection.execute(select(func.count()).select_from(self.entry))).scalar_one()
            return found


@asynccontextmanager
async def at_work(small: SmallService, database: AsyncEngine, url: str, folder: Path) -> AsyncIterator[Running]:
    """The service on a real server, provisioned, its tables made; it runs only when `run` is called."""
    await small.made_in(database)
    client = await connect(url, quiet)
    jetstream = client.jetstream()
    await provision(jetstream, [small.consumer.provisioned()])
    running = Running(small.service, Settings(data=folder), database, jetstream, now)
    yield running
    running.stop.set()
    await client.close()


async def send(jetstream: JetStreamContext, number: int, traceparent: str | None = None) -> None:
    event = finalised(number)
    envelope = Envelope(f"e{number}", "/test", now(), event.about(), traceparent=traceparent)
    await jetstream.publish(event.subject(), body_of(event), stream="INCUBATOR", headers=headers_of(event, envelope))


async def until(holds: Callable[[], Awaitable[object]], seconds: float = 90) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.05)


def browser(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")
