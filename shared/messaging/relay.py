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
from nats.js.api import PubAck
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts.streams import stream_of
from shared.db.transaction import reading, transaction
from shared.messaging.tables import SpineTables
from shared.messaging.watch import is_connected

BATCH = 1_000
PATIENCE_SECONDS = 10.0
IDLE_SECONDS = 0.2
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
        self._woken = asyncio.Event()

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
        with contextlib.suppress(
            NatsError, SQLAlchemyError, TimeoutError, OSError
        ):  # what is left is published at the next start
            while await self.publish_batch():
                pass

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
        if taken:
            outbox = self.tables.outbox
            mark = update(outbox).where(outbox.c.position.in_(taken)).values(sent_at=self.now())
            async with transaction(self.engine) as connection:
                await connection.execute(mark)
        if error is not None:
            raise error
        return len(taken)

    async def _unsent(self, connection: AsyncConnection) -> list[tuple[int, str, dict[str, str], bytes]]:
        outbox = self.tables.outbox
        query = (
            select(outbox.c.position, outbox.c.subject, outbox.c.headers, outbox.c.body)
            .where(outbox.c.sent_at.is_(None))
            .order_by(outbox.c.position)
            .limit(BATCH)
        )
        return [tuple(row) for row in await connection.execute(query)]

    async def _publish(
        self, rows: list[tuple[int, str, dict[str, str], bytes]]
    ) -> tuple[list[int], BaseException | None]:
        if not is_connected(self.jetstream):
            raise ConnectionReconnectingError  # the driver would keep it all, and again at the next attempt
        futures: list[asyncio.Future[PubAck]] = []
        try:
            # one patience for the batch: a timeout for each would cost a task and a packet of its own for each
            async with asyncio.timeout(PATIENCE_SECONDS):
                for _, subject, headers, body in rows:
                    stream = stream_of(subject).name  # without it a publish to no stream would be lost in silence
                    sent = self.jetstream.publish_async(subject, body, stream=stream, headers=dict(headers))
                    futures.append(await sent)
                answers = await asyncio.gather(*futures, return_exceptions=True)
        finally:
            for future in futures:
                future.cancel()  # one that nobody awaits would hold its place among the driver's pending for ever
        taken = [row[0] for row, answer in zip(rows, answers, strict=True) if not isinstance(answer, BaseException)]
        return taken, next((answer for answer in answers if isinstance(answer, BaseException)), None)
