"""The rows behind correspondence. Each service has its own set in its own MetaData."""

from sqlalchemy import Column, MetaData, String, Table

from shared.db.types import Instant


def seen_table(metadata: MetaData) -> Table:
    """message_seen: where a letter has got to, as its owner told."""
    return Table(
        "message_seen",
        metadata,
        Column("message_id", String(200), primary_key=True),
        Column("letter", String(100), nullable=False),
        Column("cause_event_id", String(200), nullable=False, index=True),
        Column("recipient_id", String(200), nullable=False, index=True),
        Column("story", String(200), nullable=False, index=True),
        Column("state", String(20), nullable=False),
        Column("reason", String(2000)),
        Column("at", Instant(), nullable=False),
    )
