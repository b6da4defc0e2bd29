"""The relay publishes what the outbox holds, in order and in batches, and marks what the stream has taken.

A crash between the two publishes again: the stream drops it within its window, the inbox absorbs it after that.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime

from nats.errors import ConnectionReconnectingError
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.db.transaction import reading, transaction
from shared.messaging.broker import client_of
from shared.messaging.publisher import Outbound, Publisher
from shared.messaging.tables import SpineTables
from shared.messaging.watch import is_connected

BATCH = 1_000
PATIENCE_SECONDS = 10.0
IDLE_SECONDS = 0.5
"""How often it looks by itself: what another process wrote is published that much later."""
SPACING_SECONDS = 0.15
"""The least time between two batches: the first event of a quiet system goes at once, what is written one after another
goes in few big batches instead of many small ones, and so does everything that follows from it."""
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0)
"""How long to wait after failing in a row; the last is kept."""

log = logging.getLogger(__name__)


class Relay:
    """One per service. `wake` tells it that something was committed, so that an idle system answers at once."""

    def __init__(
        self, engine: AsyncEngine, tables: SpineTables, jetstream: JetStreamContext, now: Callable[[], datetime]
    ) -> None:
        self.engine = engine
        self.tables = tables
        self.jetstream = jetstream
        self.now = now
        self._publisher = Publisher(client_of(jetstream))
        self._woken = asyncio.Event()
        self._sent_at = 0.0

    def wake(self) -> None:
        self._woken.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Publishes until `stop` is set, and then once more what is left."""
        failed = 0
        while not stop.is_set():
            self._woken.clear()
            try:
                published = await self.publish_batch()
                failed = 0
            except (NatsError, SQLAlchemyError, TimeoutError, OSError) as error:
                failed += 1
                log.warning("the relay could not publish and tries again: %r", error)
                await self._pause(stop, PAUSES[min(failed, len(PAUSES)) - 1])
                continue
            if published < BATCH:
                await self._pause(stop, IDLE_SECONDS)
                await self._gather(stop, published)
        with contextlib.suppress(
            NatsError, SQLAlchemyError, TimeoutError, OSError
        ):  # what is left is published at the next start
            while await self.publish_batch():
                pass

    async def _gather(self, stop: asyncio.Event, published: int) -> None:
        """Waits for more, if the last batch has only just gone and was not of nothing."""
        if published and not stop.is_set():
            await asyncio.sleep(max(0.0, self._sent_at + SPACING_SECONDS - asyncio.get_running_loop().time()))

    async def _pause(self, stop: asyncio.Event, seconds: float) -> None:
        waiting = [asyncio.ensure_future(event.wait()) for event in (stop, self._woken)]
        _, pending = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for each in pending:
            each.cancel()

    async def publish_batch(self) -> int:
        """Publishes the oldest rows and marks those the stream has taken; how many those were.

        If one is refused, those after it are published all the same, and the error is raised once all are marked.
        """
        async with reading(self.engine) as connection:
            rows = await self._unsent(connection)
        if not rows:
            return 0
        taken, error = await self._publish(rows)
        self._sent_at = asyncio.get_running_loop().time()
        if taken:
            outbox = self.tables.outbox
            mark = update(outbox).where(outbox.c.position.in_(taken)).values(sent_at=self.now())
            async with transaction(self.engine) as connection:
                await connection.execute(mark)
        if error is not None:
            raise error
        return len(taken)

    async def _unsent(self, connection: AsyncConnection) -> list[tuple[int, Outbound]]:
        outbox = self.tables.outbox
        query = (
            select(outbox.c.position, outbox.c.subject, outbox.c.headers, outbox.c.body)
            .where(outbox.c.sent_at.is_(None))
            .order_by(outbox.c.position)
            .limit(BATCH)
        )
        return [(position, Outbound(*message)) for position, *message in await connection.execute(query)]

    async def _publish(self, rows: list[tuple[int, Outbound]]) -> tuple[list[int], Exception | None]:
        """The positions of what was taken, and the first error if anything was not."""
        if not is_connected(self.jetstream):
            raise ConnectionReconnectingError  # the driver would keep it all, and again at the next attempt
        answers = await self._publisher.publish([outbound for _, outbound in rows], PATIENCE_SECONDS)
        taken = [position for (position, _), failure in zip(rows, answers, strict=True) if failure is None]
        return taken, next((failure for failure in answers if failure is not None), None)
