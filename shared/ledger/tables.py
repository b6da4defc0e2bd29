"""The rows behind a ledger. Each service has its own set in its own MetaData. Money is whole fen, instants are UTC."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table

from shared.db.columns import bytes_, fen
from shared.db.types import Instant
from shared.messaging.tables import POSITION


@dataclass(frozen=True)
class LedgerTables:
    """`cause`: an event the settlement heard, as it was asked. `subsidy`: a row of the ledger, never changed.
    `subsidy_key`, `limit_key`: what a row counts under, and the locks of that. `payment`: how far an award is on its
    way out. `decision`, `budget`: what the office decided, what may be approved in a year. `shortage`, `shortage_line`:
    how a budget that did not hold everything was dealt with. `recovery`: money that is to come back. `touched`:
    entries that a reversal makes doubtful."""

    limit_key: Table
    cause: Table
    subsidy: Table
    subsidy_key: Table
    payment: Table
    decision: Table
    budget: Table
    shortage: Table
    shortage_line: Table
    recovery: Table
    touched: Table
    subject_name: str
    payee_name: str

    @property
    def subject(self) -> Column[str]:
        """Whom or what an entry is about."""
        return self.subsidy.c[self.subject_name]

    @property
    def payee(self) -> Column[str]:
        """Who gets the money of an entry."""
        return self.subsidy.c[self.payee_name]


def ledger_tables(metadata: MetaData, *, subject: str = "subject_id", payee: str = "payee_id") -> LedgerTables:
    """`subject` and `payee` are what the service's columns are called: the audit trail's digests hold these names."""
    limit_key = Table("limit_key", metadata, Column("key", String(400), primary_key=True))
    cause = Table(
        "cause",
        metadata,
        Column("event_id", String(200), primary_key=True),
        Column("root", String(200), nullable=False, index=True),  # the event it computes again, or itself
        Column("about", String(200), nullable=False, index=True),
        Column("type", String(100), nullable=False),
        Column("body", bytes_().type, nullable=False),
        Column("source", String(200), nullable=False),
        Column("happened_at", Instant(), nullable=False),
        Column("story", String(200), nullable=False, index=True),
    )
    subsidy = _subsidy(metadata, subject, payee)
    subsidy_key = Table(
        "subsidy_key",
        metadata,
        Column("key", String(400), primary_key=True),
        _entry("subsidy_id", primary_key=True),
        # False: what a limit refused, noted under its keys: if room comes free there, it is looked at again
        Column("counts", Boolean, nullable=False),
    )
    return LedgerTables(
        limit_key, cause, subsidy, subsidy_key, _payment(metadata), _decision(metadata), _budget(metadata),
        *_shortage(metadata), _recovery(metadata), _touched(metadata), subject, payee,
    )  # fmt: skip


def _entry(name: str, **more: Any) -> Column[str]:  # noqa: ANN401 - what a Column takes
    """The id of a row of the ledger."""
    return Column(name, String(40), ForeignKey("subsidy.id"), **more)


def _fen(name: str) -> Column[int]:
    """An amount in whole fen that is always there."""
    return Column(name, fen().type, nullable=False)


def _subsidy(metadata: MetaData, subject: str, payee: str) -> Table:
    """An amount, a ceiling that waits, a refusal, a block, a cut, or a reversal."""
    return Table(
        "subsidy",
        metadata,
        Column("position", POSITION, primary_key=True, autoincrement=True),
        Column("id", String(40), nullable=False, unique=True),
        Column("root", String(200), nullable=False, index=True),
        Column("cause_event_id", String(200), nullable=False, index=True),
        Column("ref", String(400), nullable=False, index=True),
        Column("outcome", String(20), nullable=False),  # see outcomes
        Column(subject, String(200), nullable=False, index=True),
        Column(payee, String(200), nullable=False, index=True),
        Column("policy_version", String(100), nullable=False),
        Column("article", String(20)),
        Column("rule", String(100)),
        Column("reason", String(1000)),
        Column("on_date", Date, nullable=False),
        Column("year", Integer),
        Column("amount_fen", fen().type),
        Column("floor_fen", fen().type),
        Column("ceiling_fen", fen().type),
        _entry("reverses", unique=True),
        Column("explanation", bytes_().type, nullable=False),
        Column("explanation_hash", String(64)),
        Column("story", String(200), nullable=False, index=True),
        Column("entered_at", Instant(), nullable=False),
        # sums and counts of the whole ledger read this alone: a row with its explanation is large
        Index("ix_subsidy_outcome", "outcome", "year", "on_date", "article", "amount_fen"),
    )


def _payment(metadata: MetaData) -> Table:
    """Proposed, approved, paid; what was done stays in the table of changes."""
    return Table(
        "payment",
        metadata,
        _entry("subsidy_id", primary_key=True),
        Column("state", String(20), nullable=False, index=True),
        Column("budget_year", Integer, nullable=False, index=True),
        _fen("amount_fen"),  # what is paid: the award, less what a short budget cut
        Column("proposed_by", String(200), nullable=False),
        Column("approved_by", String(200)),
        Column("paid_on", Date),
        Column("document_no", String(100)),
    )


def _decision(metadata: MetaData) -> Table:
    """What the office decided about one matter where the text leaves room; the latest one holds."""
    return Table(
        "decision",
        metadata,
        Column("position", POSITION, primary_key=True, autoincrement=True),
        Column("about", String(200), nullable=False, index=True),  # a matter, or the event that is to be settled
        Column("rate", String(40)),
        Column("amount", String(40)),
        Column("by", String(200), nullable=False),
        Column("on_date", Date, nullable=False),
        Column("reason", String(1000), nullable=False),
    )


def _budget(metadata: MetaData) -> Table:
    """What may be approved in a year; approving locks the row."""
    return Table(
        "budget",
        metadata,
        Column("year", Integer, primary_key=True, autoincrement=False),
        _fen("amount_fen"),
        Column("document_no", String(100), nullable=False),
    )


def _shortage(metadata: MetaData) -> tuple[Table, Table]:
    """How the office dealt with a budget that does not hold all that was proposed: decided once, never changed; and
    what that did to each proposal: the entry that cut it, or the year it waits for."""
    shortage = Table(
        "shortage",
        metadata,
        Column("id", String(40), primary_key=True),
        Column("budget_year", Integer, nullable=False, index=True),
        Column("way", String(20), nullable=False),  # proportional, by_rank or next_year
        _fen("envelope_fen"),  # what was left of the budget when it was decided
        _fen("claimed_fen"),  # what all the proposals came to
        Column("document_no", String(100), nullable=False),
        Column("reason", String(1000), nullable=False),
        Column("by", String(200), nullable=False),
        Column("at", Instant(), nullable=False),
    )
    line = Table(
        "shortage_line",
        metadata,
        Column("shortage_id", String(40), ForeignKey("shortage.id"), primary_key=True),
        _entry("subsidy_id", primary_key=True),
        _entry("entry_id", index=True),
        _fen("before_fen"),
        _fen("after_fen"),
        Column("carried_to", Integer),
    )
    return shortage, line


def _recovery(metadata: MetaData) -> Table:
    """Money that was paid for an award reversed since: it comes back, or somebody waives it by a document."""
    return Table(
        "recovery",
        metadata,
        _entry("subsidy_id", primary_key=True),
        _fen("amount_fen"),
        Column("state", String(20), nullable=False, index=True),
        Column("opened_on", Date, nullable=False),
        Column("settled_on", Date),
        Column("document_no", String(100)),
    )


def _touched(metadata: MetaData) -> Table:
    """An entry that a reversal makes doubtful: a limit refused it, or gave it less, because of what was reversed."""
    return Table(
        "touched_award",
        metadata,
        _entry("reversal_id", primary_key=True),
        _entry("subsidy_id", primary_key=True),
        Column("requested_by", String(200)),  # who asked to compute it again; nobody has while it is empty
        Column("requested_at", Instant()),
    )
