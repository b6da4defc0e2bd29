"""A service at work: its database, its relay, its consumers and its own tasks, until it is told to stop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.core.clock import Now
from shared.core.settings import Settings
from shared.db.transaction import reading, rehearsal
from shared.messaging.broker import JetStreamContext, hear
from shared.messaging.consumer import Hearing
from shared.messaging.redrive import redrive_parked
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
        self._told: list[Callable[[], None]] = [self.relay.wake]
        self.hearings = tuple(
            Hearing(each, engine, service.spine, self.source, now, self.committed, settings.base_url)
            for each in service.consumers
        )
        self.working: dict[str, asyncio.Task[None]] = {}
        """What `run` has started, by name: a task that has ended before it was told to is a service that fails."""

    @property
    def source(self) -> str:
        """`ce-source` of what it publishes."""
        return f"/{self.service.name}"

    def when_committed(self, told: Callable[[], None]) -> None:
        """`told` is called after every commit of this service in this process, so that a task need not wait to look."""
        self._told.append(told)

    def committed(self) -> None:
        for told in self._told:
            told()

    @asynccontextmanager
    async def unit(self, by: str) -> AsyncIterator[Unit]:
        """A unit of work for `by`; what it published is relayed at once."""
        spine, site = self.service.spine, self.settings.base_url
        async with unit_of_work(self.engine, spine, self.source, self.now, by, site) as unit:
            yield unit
        if unit.outgoing:
            self.committed()

    @asynccontextmanager
    async def rehearse(self, by: str) -> AsyncIterator[Unit]:
        """A unit of work that never was: its rows are there until the end of it, its events are published nowhere."""
        async with rehearsal(self.engine) as connection:
            yield Unit(connection, self.now(), by.strip(), base_url=self.settings.base_url)

    @asynccontextmanager
    async def look(self) -> AsyncIterator[AsyncConnection]:
        """A consistent look at the service's rows that changes nothing."""
        async with reading(self.engine) as connection:
            yield connection

    async def run(self) -> None:
        """Consumers and tasks first, and once they have stopped the relay, so that what they left is published."""
        relay_stop = asyncio.Event()
        relay = asyncio.create_task(self.relay.run(relay_stop), name=f"{self.service.name}: relay")
        self.working = {"relay": relay}
        try:
            async with asyncio.TaskGroup() as group:

                def start(name: str, work: Coroutine[None, None, None]) -> None:
                    self.working[name] = group.create_task(work, name=f"{self.service.name}: {name}")

                for hearing in self.hearings:
                    start(hearing.consumer.durable, hear(self.jetstream, hearing, self.stop))
                start("redrive", redrive_parked(self.hearings, self.stop))
                start("relay watch", self._watched(relay))
                for task in self.service.tasks:
                    start(getattr(task, "__name__", type(task).__name__), task(self))
        finally:
            relay_stop.set()
            await asyncio.gather(relay, return_exceptions=True)
        relay.result()

    async def _watched(self, relay: asyncio.Task[None]) -> None:
        """A relay that fails takes the service with it: what is written would never be published, and nobody told."""
        stop = asyncio.create_task(self.stop.wait())
        try:
            await asyncio.wait((relay, stop), return_when=asyncio.FIRST_COMPLETED)
            if relay.done():
                raise relay.exception() or RuntimeError("the relay ended by itself")
        finally:
            stop.cancel()
