"""The rows behind a schedule. Each service has its own set in its own MetaData."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from shared.db.types import Instant


def schedule_table(metadata: MetaData) -> Table:
    """schedule_run: when each last ran, what it did, when it last did anything, and what went wrong."""
    return Table(
        "schedule_run",
        metadata,
        Column("name", String(100), primary_key=True),
        Column("last_at", Instant(), nullable=False),
        Column("did", Integer, nullable=False),
        Column("last_did_at", Instant()),
        Column("error", String(4000)),
    )
