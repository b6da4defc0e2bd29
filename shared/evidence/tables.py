"""The rows behind evidence. Each service has its own set in its own MetaData."""

from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table

from shared.db.types import Instant


class EvidenceTables(NamedTuple):
    """evidence: one row a file; its content lies in the store under its SHA-256, once for all rows that have it."""

    evidence: Table


def evidence_tables(metadata: MetaData) -> EvidenceTables:
    evidence = Table(
        "evidence",
        metadata,
        Column("id", String(32), primary_key=True),
        Column("owner_kind", String(50), nullable=False),
        Column("owner_id", String(200), nullable=False),
        Column("name", String(120), nullable=False),  # as it is shown, made safe
        Column("kind", String(10), nullable=False),
        Column("bytes", BigInteger, nullable=False),
        Column("sha256", String(64), nullable=False),
        Column("by", String(200), nullable=False),
        Column("at", Instant(), nullable=False),
        Column("state", String(20), nullable=False),
        Column("checked_at", Instant()),
        Column("signature", String(200)),  # what the scanner calls what it found
        Column("removed_by", String(200)),
        Column("removed_at", Instant()),
        Column("erased_at", Instant()),  # since when its content is no longer needed by this row
        # the check's own: when it is tried next, on the machine's clock; how often it failed, and what was said last
        Column("check_at", Instant()),
        Column("check_failures", Integer, nullable=False),
        Column("check_error", String(500)),
    )
    Index("ix_evidence_owner", evidence.c.owner_kind, evidence.c.owner_id)
    Index("ix_evidence_sha256", evidence.c.sha256)
    due = evidence.c.check_at.is_not(None)
    Index("ix_evidence_check", evidence.c.check_at, sqlite_where=due, postgresql_where=due)
    return EvidenceTables(evidence)
