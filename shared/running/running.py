"""A service at work: its database, its relay, its consumers and its own tasks, until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.core.clock import Now
from shared.core.settings import Settings
from shared.db.transaction import reading
from shared.messaging.broker import JetStreamContext, hear
from shared.messaging.consumer import Hearing
from shared.messaging.relay import Relay
from shared.messaging.unit import Unit, unit_of_work
from shared.running.service import Service


class Running:
    """One service in one process. `stop` is set to end it; `run` returns when everything in hand is finished."""

    def __init__(
        self, service: Service, settings: Settings, engine: AsyncEngine, jetstream: JetStreamContext, now: Now
    ) -> None:
        self.service = service
        self.settings = settings
        self.engine = engine
        self.jetstream = jetstream
        self.now = now
        self.stop = asyncio.Event()
        self.relay = Relay(engine, service.spine, jetstream, now)

    @property
    def source(self) -> str:
        """`ce-source` of what it publishes."""
        return f"/{self.service.name}"

    @asynccontextmanager
    async def unit(self, by: str) -> AsyncIterator[Unit]:
        """A unit of work for `by`; what it published is relayed at once."""
        async with unit_of_work(self.engine, self.service.spine, self.source, self.now, by) as unit:
            yield unit
        if unit.outgoing:
            self.relay.wake()

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A consistent look at the service's rows that changes nothing."""
        async with reading(self.engine) as connection:
            yield connection

    async def run(self) -> None:
        """Consumers and tasks first, and once they have stopped the relay, so that what they left is published."""
        relay_stop = asyncio.Event()
        relay = asyncio.create_task(self.relay.run(relay_stop), name=f"{self.service.name}: relay")
        try:
            async with asyncio.TaskGroup() as group:
                for consumer in self.service.consumers:
                    hearing = Hearing(consumer, self.engine, self.service.spine, self.source, self.now, self.relay.wake)
                    group.create_task(hear(self.jetstream, hearing, self.stop), name=consumer.durable)
                for task in self.service.tasks:
                    group.create_task(task(self))
        finally:
            relay_stop.set()
            await relay
