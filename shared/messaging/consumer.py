"""Hears events in batches. This is the one place that decides when a message is done, tried again or given up.

A batch is one transaction: inbox keys, what the handler writes and the events that follow are committed as one, then
the messages are acknowledged. If anything fails it is rolled back and the messages are handled one by one: one that
may succeed later is put off with a growing delay, one that never will is parked.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Any, Generic, TypeVar

from nats.aio.msg import Msg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from structlog.contextvars import bound_contextvars

from shared.contracts.envelope import Envelope, UnreadableEvent, read
from shared.contracts.event import Event
from shared.contracts.streams import stream_of
from shared.core.errors import DomainError
from shared.core.settings import BASE_URL
from shared.db.transaction import reading, transaction
from shared.messaging.inbox import claim
from shared.messaging.outbox import publish
from shared.messaging.parking import Parked, code_of, park
from shared.messaging.provision import Durable
from shared.messaging.tables import SpineTables
from shared.messaging.tally import Tally
from shared.messaging.tracing import handling
from shared.messaging.unit import Unit

AWAY_SECONDS = 2.0
"""How soon a batch comes again that met no database: that says nothing of its messages, and may be over any moment."""
DELAYS = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before the second, third ... attempt; after the last, the message is parked."""

log = logging.getLogger(__name__)

Heard = TypeVar("Heard", bound=Event)


@dataclass(frozen=True, slots=True)
class Received(Generic[Heard]):
    """An event as it arrived, with what is known of it."""

    event: Heard
    envelope: Envelope


Handler = Callable[[list[Received[Any]], Unit], Awaitable[None]]
First = Callable[[AsyncConnection], Awaitable[None]]
"""What has to happen in the same transaction before anything is handled; if it raises, nothing is."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """A declaration: which events, under which durable, handled by what."""

    durable: str
    events: tuple[type[Event], ...]
    handler: Handler

    def provisioned(self) -> Durable:
        stream = stream_of(self.events[0].type_)
        # a contact's subject ends in its recipient
        subjects = tuple(f"{event.type_}.>" if stream.last_per_subject else event.type_ for event in self.events)
        return Durable(self.durable, stream.name, subjects)


def consumes(*events: type[Event], durable: str) -> Callable[[Handler], Consumer]:
    """Declares a consumer: `@consumes(EvaluationFinalised, durable="incubator-settlement")`."""
    if len({stream_of(event.type_).name for event in events}) != 1:
        raise ValueError("the events of one consumer are in one stream")
    return lambda handler: Consumer(durable, events, handler)


@dataclass(frozen=True, slots=True)
class _Readable:
    message: Msg
    received: Received[Any]


class Hearing:
    """A consumer at work on a service's database."""

    def __init__(
        self,
        consumer: Consumer,
        engine: AsyncEngine,
        tables: SpineTables,
        source: str,
        now: Callable[[], datetime],
        committed: Callable[[], None],
        base_url: str = BASE_URL,
    ) -> None:
        self.consumer = consumer
        self.engine = engine
        self.tables = tables
        self.source = source
        self.now = now
        self.committed = committed
        self.base_url = base_url
        self.tally = Tally()

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Handles a batch; every message ends acknowledged, put off or parked."""
        readable = []
        for message in messages:
            try:
                readable.append(_Readable(message, self.heard(message.headers, message.data, message.subject)))
            except UnreadableEvent as error:
                await self._park(message, error)  # by itself: one bad body must not fail its neighbours
        if not readable:
            return
        try:
            await self.commit([each.received for each in readable])
        except Exception as error:  # noqa: BLE001 - whatever it is, each message is judged by itself
            if not await self._database_answers():
                await self._later(readable, error)
                return
            if len(readable) == 1:
                await self._judge(readable[0], error)
                return
            log.info("a batch of %d failed and is handled one by one: %r", len(readable), error)
            for each in readable:
                await self._alone(each)
        else:
            await self._done(readable)

    def heard(self, headers: Mapping[str, str] | None, body: bytes, subject: str) -> Received[Any]:
        """The event in a message, if this consumer is meant to hear it; else UnreadableEvent."""
        event, envelope = read(headers, body)
        if not isinstance(event, self.consumer.events):
            raise UnreadableEvent(f"主题 {subject} 上来了 {event.type_}")
        return Received(event, envelope)

    async def _alone(self, each: _Readable) -> None:
        envelope = each.received.envelope
        with bound_contextvars(event_id=envelope.id, correlation_id=envelope.correlation_id or envelope.id):
            try:
                await self.commit([each.received])
            except Exception as error:  # noqa: BLE001 - put off or parked, never lost
                await self._judge(each, error)
            else:
                await self._done([each])

    async def _done(self, readable: Sequence[_Readable]) -> None:
        """After the commit nothing is judged: a message that cannot be acknowledged comes again and is known."""
        self.committed()
        for each in readable:
            await each.message.ack()

    async def commit(self, heard: Sequence[Received[Any]], first: First | None = None) -> None:
        """One transaction: `first`, the inbox keys, what the handler writes and the events that follow."""
        began = perf_counter()
        traces = {each.envelope.id: each.envelope.traceparent for each in heard}
        with handling(self.consumer.durable, traces.values()):
            async with transaction(self.engine) as connection:
                if first is not None:
                    await first(connection)
                now = self.now()
                fresh = await claim(connection, self.tables, self.consumer.durable, list(traces), now)
                unit = Unit(connection, now, base_url=self.base_url)
                batch = []
                for each in heard:
                    if each.envelope.id in fresh:
                        fresh.discard(each.envelope.id)  # the same event twice in a batch is handled once
                        batch.append(each)
                if batch:
                    await self.consumer.handler(batch, unit)
                    await publish(connection, self.tables, self.source, unit.outgoing, now, traces)
        self.tally.done(len(heard), perf_counter() - began)

    async def _database_answers(self) -> bool:
        try:
            async with reading(self.engine) as connection:
                await connection.execute(select(1))
        except Exception as error:  # noqa: BLE001 - whatever keeps it from answering
            log.warning("%s meets no database: %r", self.consumer.durable, error)
            return False
        return True

    async def _later(self, readable: Sequence[_Readable], error: Exception) -> None:
        log.warning("%d messages wait for the database: %r", len(readable), error)
        self.tally.put_off += len(readable)
        for each in readable:
            await each.message.nak(delay=AWAY_SECONDS)

    async def _judge(self, each: _Readable, error: Exception) -> None:
        attempts = each.message.metadata.num_delivered
        if isinstance(error, DomainError) or attempts > len(DELAYS):
            await self._park(each.message, error)
            return
        delay = DELAYS[attempts - 1]
        log.warning("attempt %d at %s failed, again in %.0f s: %r", attempts, each.received.envelope.id, delay, error)
        self.tally.put_off += 1
        await each.message.nak(delay=delay)

    async def _park(self, message: Msg, error: Exception) -> None:
        metadata = message.metadata
        parked = Parked(
            consumer=self.consumer.durable,
            stream=metadata.stream,
            sequence=metadata.sequence.stream,
            subject=message.subject,
            headers=dict(message.headers or {}),
            body=message.data,
            code=code_of(error),
            error=str(error),
            attempts=metadata.num_delivered,
        )
        async with transaction(self.engine) as connection:
            await park(connection, self.tables, parked, self.now())
        self.tally.parked += 1
        log.warning("%s gave up on %s: %s", self.consumer.durable, message.subject, parked.error)
        await message.ack()
