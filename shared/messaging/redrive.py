"""Handles parked messages again, when an official has asked for it: by the consumer that parked them and by no other.

The bytes that were kept go through the consumer as they would from the stream: one transaction, the inbox, the events
that follow. Nothing is published again, so nobody else hears it twice, and no right to publish is needed. The wish is a
row, so it can come from another process (`miaopu parked redrive`) and waits for a service that is not running.
"""

import asyncio
import logging
from collections.abc import Sequence

from sqlalchemy import RowMapping
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.contextvars import bound_contextvars

from shared.db.transaction import reading, transaction
from shared.messaging import parking
from shared.messaging.consumer import Hearing

LOOK_SECONDS = 1.0
MOST = 200
"""As many as one look takes; their bodies are held in memory."""

log = logging.getLogger(__name__)


async def redrive_parked(hearings: Sequence[Hearing], stop: asyncio.Event) -> None:
    """Redrives what is asked for until `stop` is set."""
    while hearings and not stop.is_set():
        try:
            await redrive_waiting(hearings, stop)
        except (SQLAlchemyError, OSError) as error:
            log.warning("parked events cannot be redriven now: %r", error)
        try:
            await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        except TimeoutError:
            continue


async def redrive_waiting(hearings: Sequence[Hearing], stop: asyncio.Event | None = None) -> int:
    """Redrives what waits for these consumers, oldest first; how many succeeded. One that fails is parked again."""
    by_durable = {hearing.consumer.durable: hearing for hearing in hearings}
    engine, tables = hearings[0].engine, hearings[0].tables
    async with reading(engine) as connection:
        rows = await parking.listed(connection, tables, parking.REDRIVING, MOST)
    done = 0
    for row in rows:
        hearing = by_durable.get(row["consumer"])
        if hearing is not None and not (stop is not None and stop.is_set()):
            done += await _redrive(hearing, row)
    return done


async def _redrive(hearing: Hearing, row: RowMapping) -> bool:
    number: int = row["id"]

    async def first(connection: AsyncConnection) -> None:
        await parking.redriven(connection, hearing.tables, number)

    with bound_contextvars(event_id=row["headers"].get("ce-id"), parked=number):
        try:
            heard = hearing.heard(row["headers"], bytes(row["body"]), row["subject"])
            await hearing.commit([heard], first)
        except parking.NotWaiting:
            return False  # another process was quicker
        except Exception as error:  # noqa: BLE001 - whatever it is, it is on the row again
            log.warning("parked event %d failed again: %r", number, error)
            async with transaction(hearing.engine) as connection:
                await parking.failed_again(connection, hearing.tables, number, error, hearing.now())
            hearing.tally.parked += 1
            return False
    log.info("parked event %d is redriven", number)
    hearing.committed()
    return True
