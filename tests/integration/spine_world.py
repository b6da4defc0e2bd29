"""What tests of the spine share: a small consumer, and events to write, send and wait for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from nats.js import JetStreamContext
from sqlalchemy import Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested, SubsidyBlocked
from shared.db.transaction import reading, transaction
from shared.messaging.broker import connect, hear
from shared.messaging.consumer import Consumer, Hearing, Received, consumes
from shared.messaging.outbox import Outgoing, event_id, publish
from shared.messaging.provision import provision
from shared.messaging.tables import SpineTables
from shared.messaging.unit import Unit
from tests.servers import NatsServer

SOURCE = "/incubator"


def now() -> datetime:
    return datetime.now(UTC)


def finalised(number: int) -> EvaluationFinalised:
    return EvaluationFinalised.model_validate({**EvaluationFinalised.example, "evaluation_id": f"2018-{number}"})


def outgoing(number: int) -> Outgoing:
    return Outgoing(f"e{number}", finalised(number), correlation_id=f"story-{number}")


@asynccontextmanager
async def provisioned(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    """A server that has every stream, and a connection to it."""
    client = await connect(nats_server.url, quiet)
    context = client.jetstream()
    await provision(context, [])
    yield context
    await client.close()


async def quiet(error: Exception) -> None:
    """A killed server is what the test wants."""


async def write(database: AsyncEngine, spine: SpineTables, numbers: range) -> None:
    async with transaction(database) as connection:
        await publish(connection, spine, SOURCE, [outgoing(number) for number in numbers], now())


async def count(database: AsyncEngine, table: Table) -> int:
    async with reading(database) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        return found


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.05)


class Ledger:
    """What a handler of these tests writes: a row per event, and an event that follows; it can be told to fail."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.batches: list[int] = []
        self.failing: dict[str, list[Exception]] = {}

    def consumer(self) -> Consumer:
        @consumes(EvaluationFinalised, SettlementRequested, durable="incubator-settlement")
        async def settle(received: list[Received[Any]], unit: Unit) -> None:
            self.batches.append(len(received))
            await unit.connection.execute(insert(self.table), [{"event": each.envelope.id} for each in received])
            for each in received:
                if failures := self.failing.get(each.envelope.id):
                    raise failures.pop(0)
                blocked = SubsidyBlocked.model_validate({**SubsidyBlocked.example, "cause_event_id": each.envelope.id})
                unit.publish(Outgoing(event_id(each.envelope.id, "blocked"), blocked, causation_id=each.envelope.id))

        return settle


@asynccontextmanager
async def hearing(
    ledger: Ledger, database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, url: str
) -> AsyncIterator[None]:
    consumer = ledger.consumer()
    await provision(jetstream, [consumer.provisioned()])
    client = await connect(url, quiet)
    stop = asyncio.Event()
    at_work = Hearing(consumer, database, spine, SOURCE, now, lambda: None)
    running = asyncio.create_task(hear(client.jetstream(), at_work, stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await client.close()


async def send(jetstream: JetStreamContext, numbers: range, *, window: str = "") -> None:
    for number in numbers:
        event = finalised(number)
        headers = headers_of(event, Envelope(f"e{number}", "/test", now(), event.about()))
        headers["Nats-Msg-Id"] += window  # another id for the stream's own window, the same event
        await jetstream.publish(event.subject(), body_of(event), stream="INCUBATOR", headers=headers)


async def drained(jetstream: JetStreamContext) -> bool:
    info = await jetstream.consumer_info("INCUBATOR", "incubator-settlement")
    return (info.num_pending, info.num_ack_pending) == (0, 0)
