"""What is to be published: rows written in the transaction that decided them. Nothing else publishes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.event import Event
from shared.messaging.tables import SpineTables
from shared.messaging.tracing import current_traceparent

NAMESPACE = uuid5(NAMESPACE_URL, "urn:miaopu:event")
NO_TRACES: Mapping[str, str | None] = {}


def event_id(cause: str, *what: str) -> str:
    """The id of what follows from a cause: doing it twice yields the same id, hence the same row."""
    return str(uuid5(NAMESPACE, "\x1f".join((cause, *what))))


class Outgoing(NamedTuple):
    """An event with its id and the story it belongs to; `body`: its data, if that is written already."""

    id: str
    event: Event
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    body: bytes | None = None


async def publish(
    connection: AsyncConnection,
    tables: SpineTables,
    source: str,
    outgoing: Sequence[Outgoing],
    now: datetime,
    traces: Mapping[str, str | None] = NO_TRACES,
) -> None:
    """Writes the events beside the rows of the same transaction; the relay publishes them after the commit.

    `traces` are those of the events that caused them, by id; what follows from none is in the current trace.
    """
    rows = []
    here = current_traceparent()
    for each in outgoing:
        about = each.event.about()
        cause = each.causation_id
        trace = each.traceparent or (cause and traces.get(cause)) or here
        envelope = Envelope(each.id, source, now, about, each.correlation_id, cause, trace)
        rows.append(
            {
                "event_id": each.id,
                "subject": each.event.subject(),
                "headers": headers_of(each.event, envelope),
                "body": each.body or body_of(each.event),
                "correlation_id": each.correlation_id,
                "written_at": now,
            }
        )
    if rows:
        await connection.execute(insert(tables.outbox), rows)


class Backlog(NamedTuple):
    """How far behind the relay is: rows not yet published, and when the oldest was written."""

    rows: int
    oldest_at: datetime | None


async def backlog(connection: AsyncConnection, tables: SpineTables) -> Backlog:
    unsent = select(func.count(), func.min(tables.outbox.c.written_at)).where(tables.outbox.c.sent_at.is_(None))
    rows, oldest_at = (await connection.execute(unsent)).one()
    return Backlog(rows, oldest_at)
