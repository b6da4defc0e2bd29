"""What a service does by itself after an erasure: the messages that carried what was erased leave its stream."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from sqlalchemy import Table, select, update
from sqlalchemy.exc import SQLAlchemyError

from shared.contracts.event import Event
from shared.contracts.streams import stream_of
from shared.messaging.erasing import NatsError, take_out
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.running.service import Task

LOOK_SECONDS = 5.0
AGAIN_SECONDS = 60.0
"""How long what somebody has not heard yet is left alone."""
MOST = 5_000
"""How many are looked for in one reading of the stream."""

log = logging.getLogger(__name__)


Told = Callable[[str], Event]
"""The event that tells of a story that its words were erased."""


async def take_out_erased(running: Running, erased: Table, told: Told) -> bool:
    """Takes the messages of these events out of the stream, notes that they are gone, and tells whoever has copies of a
    story of which all are; whether none is left.

    `erased` holds event_id, subject, story and gone_at. One the relay has yet to publish goes out without what was
    erased, and is waited for.
    """
    outbox = running.service.spine.outbox
    query = (
        select(erased.c.event_id, erased.c.subject)
        .join(outbox, outbox.c.event_id == erased.c.event_id)
        .where(erased.c.gone_at.is_(None), outbox.c.sent_at.is_not(None))
        .order_by(erased.c.event_id)
        .limit(MOST)
    )
    async with running.look() as connection:
        found = {row.event_id: row.subject for row in await connection.execute(query)}
    if not found:
        return True
    gone = await take_out(running.jetstream, stream_of(next(iter(found.values()))).name, found)
    async with running.unit("stream-eraser") as unit:
        await _note(unit, erased, sorted(gone), told)
    return len(gone) == len(found) < MOST


async def _note(unit: Unit, erased: Table, gone: Sequence[str], told: Told) -> None:
    of = erased.c.event_id.in_(gone)
    await unit.connection.execute(update(erased).where(of, erased.c.gone_at.is_(None)).values(gone_at=unit.now))
    left = select(erased.c.story).where(erased.c.gone_at.is_(None))
    over = select(erased.c.story).where(of, erased.c.story.not_in(left)).distinct().order_by(erased.c.story)
    for story in (await unit.connection.execute(over)).scalars().all():
        unit.tell(told(story), unit.now.isoformat(), gone[0], story=story)


def eraser(erased: Table, told: Told) -> Task:
    """The task of a service that erases what its events said."""

    async def take_out_of_stream(running: Running) -> None:
        while not running.stop.is_set():
            pause = LOOK_SECONDS
            try:
                if not await take_out_erased(running, erased, told):
                    pause = AGAIN_SECONDS
            except (NatsError, SQLAlchemyError, TimeoutError, OSError) as error:
                log.warning("erased messages could not be taken out of the stream; tried again: %r", error)
            try:
                await asyncio.wait_for(running.stop.wait(), pause)
            except TimeoutError:
                continue

    return take_out_of_stream
