"""The letters sent to organisations, each with the event it tells: a question for the list of letters."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import MESSAGE_SEEN, SPINE
from shared.core.clock import legal_date

HELD = "held"
"""A letter nobody has released yet is not sent: its receiver learns of it when it is."""
OUTBOX = SPINE.outbox


def letters_to(organisations: Collection[str]) -> Select[Any]:
    """The letters that are on their way to these organisations, or have come or failed."""
    return (
        select(MESSAGE_SEEN, OUTBOX.c.subject, OUTBOX.c.headers, OUTBOX.c.body)
        .outerjoin(OUTBOX, OUTBOX.c.event_id == MESSAGE_SEEN.c.cause_event_id)
        .where(MESSAGE_SEEN.c.recipient_id.in_(organisations), MESSAGE_SEEN.c.state != HELD)
    )


async def years(connection: AsyncConnection, organisations: Collection[str]) -> list[int]:
    """The years letters were sent in, the newest first."""
    query = select(func.min(MESSAGE_SEEN.c.at), func.max(MESSAGE_SEEN.c.at)).where(
        MESSAGE_SEEN.c.recipient_id.in_(organisations), MESSAGE_SEEN.c.state != HELD
    )
    first, last = (await connection.execute(query)).one()
    return [] if first is None else list(range(legal_date(last).year, legal_date(first).year - 1, -1))


async def kinds(connection: AsyncConnection, organisations: Collection[str]) -> list[str]:
    """The kinds of letter that were sent to them."""
    query = (
        select(MESSAGE_SEEN.c.letter)
        .where(MESSAGE_SEEN.c.recipient_id.in_(organisations), MESSAGE_SEEN.c.state != HELD)
        .distinct()
        .order_by(MESSAGE_SEEN.c.letter)
    )
    return list((await connection.execute(query)).scalars())
