"""The tables of the ledger: what the settlement heard, what it entered, and how far each entry's payment is."""

from datetime import date, datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.incubator.store.base import Base, bytes_, fen, instant
from shared.messaging.tables import POSITION


class LimitKeyRow(Base, table=True):
    """A share of a limit, as a row to be locked: whoever reads what was counted under it, waits for whoever writes."""

    __tablename__ = "limit_key"
    key: str = Field(primary_key=True, max_length=400)


class Cause(Base, table=True):
    """An event the settlement heard, as it was asked. `root`: the event it computes again, itself for a first one."""

    __tablename__ = "cause"
    event_id: str = Field(primary_key=True, max_length=200)
    root: str = Field(index=True, max_length=200)
    about: str = Field(index=True, max_length=200)
    type: str = Field(max_length=100)
    body: bytes = Field(sa_column=bytes_())
    source: str = Field(max_length=200)
    happened_at: datetime = Field(sa_column=instant())
    story: str = Field(index=True, max_length=200)


class Subsidy(Base, table=True):
    """A row of the ledger, never changed: an amount, a ceiling that waits, a refusal, a block, or a reversal."""

    __tablename__ = "subsidy"
    # sums and counts of the whole ledger read this alone: a row with its explanation is large
    __table_args__ = (Index("ix_subsidy_outcome", "outcome", "year", "on_date", "article", "amount_fen"),)
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    id: str = Field(unique=True, max_length=40)
    root: str = Field(index=True, max_length=200)
    cause_event_id: str = Field(index=True, max_length=200)
    ref: str = Field(index=True, max_length=400)
    outcome: str = Field(max_length=20)
    """awarded, waiting, declined, blocked or reversal."""
    carrier_id: str = Field(index=True, max_length=200)
    organisation_id: str = Field(index=True, max_length=200)
    policy_version: str = Field(max_length=100)
    article: str | None = Field(default=None, max_length=20)
    rule: str | None = Field(default=None, max_length=100)
    reason: str | None = Field(default=None, max_length=1000)
    on_date: date
    year: int | None = None
    amount_fen: int | None = Field(default=None, sa_column=fen())
    floor_fen: int | None = Field(default=None, sa_column=fen())
    ceiling_fen: int | None = Field(default=None, sa_column=fen())
    reverses: str | None = Field(default=None, unique=True, foreign_key="subsidy.id", max_length=40)
    explanation: bytes = Field(sa_column=bytes_())
    explanation_hash: str | None = Field(default=None, max_length=64)
    story: str = Field(index=True, max_length=200)
    entered_at: datetime = Field(sa_column=instant())


class SubsidyKey(Base, table=True):
    """Under which limit keys a subsidy counts; one that is reversed counts under none. What a limit refused is noted
    under its keys as well, and does not count: if room comes free there, it is looked at again."""

    __tablename__ = "subsidy_key"
    key: str = Field(primary_key=True, max_length=400)
    subsidy_id: str = Field(primary_key=True, max_length=40, foreign_key="subsidy.id")
    counts: bool


class Payment(Base, table=True):
    """How far an awarded subsidy is on its way out: proposed, approved, paid; what was done stays in `change`."""

    __tablename__ = "payment"
    subsidy_id: str = Field(primary_key=True, foreign_key="subsidy.id", max_length=40)
    state: str = Field(index=True, max_length=20)
    budget_year: int = Field(index=True)
    amount_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    """What is paid: the award, less what a short budget cut."""
    proposed_by: str = Field(max_length=200)
    approved_by: str | None = Field(default=None, max_length=200)
    paid_on: date | None = None
    document_no: str | None = Field(default=None, max_length=100)
