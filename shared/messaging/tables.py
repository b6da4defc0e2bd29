"""The rows behind the spine. Each service has its own set in its own MetaData."""

from typing import NamedTuple

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

POSITION = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER column


class SpineTables(NamedTuple):
    """outbox: events to publish, in order; inbox: what each consumer has handled; parked: what it could not handle."""

    outbox: Table
    inbox: Table
    parked: Table


def spine_tables(metadata: MetaData) -> SpineTables:
    outbox = Table(
        "outbox",
        metadata,
        Column("position", POSITION, primary_key=True, autoincrement=True),
        Column("event_id", String(200), nullable=False, unique=True),
        Column("subject", String(400), nullable=False),
        Column("headers", JSON, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("correlation_id", Text, index=True),  # as in the headers, to find everything of one story
        Column("written_at", DateTime(timezone=True), nullable=False),
        Column("sent_at", DateTime(timezone=True)),
    )
    Index(
        "ix_outbox_unsent",
        outbox.c.position,
        sqlite_where=outbox.c.sent_at.is_(None),
        postgresql_where=outbox.c.sent_at.is_(None),
    )
    inbox = Table(
        "inbox",
        metadata,
        Column("consumer", String(100), primary_key=True),
        Column("event_id", String(200), primary_key=True),
        Column("handled_at", DateTime(timezone=True), nullable=False),
    )
    parked = Table(
        "parked",
        metadata,
        Column("id", POSITION, primary_key=True, autoincrement=True),
        Column("consumer", String(100), nullable=False),
        Column("stream", String(100), nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("subject", String(400), nullable=False),
        Column("headers", JSON, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("code", String(100), nullable=False),
        Column("error", Text, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("parked_at", DateTime(timezone=True), nullable=False),
        Column("state", String(20), nullable=False),
        Column("settled_by", String(200)),
        Column("settled_at", DateTime(timezone=True)),
        Column("reason", Text),
    )
    Index("uq_parked_message", parked.c.consumer, parked.c.stream, parked.c.sequence, unique=True)
    return SpineTables(outbox, inbox, parked)
