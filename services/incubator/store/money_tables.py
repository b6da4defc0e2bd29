"""The tables of money that does not go as computed: what a short budget changed, what is to come back, whom a
reversal touches."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field

from services.incubator.store.base import Base, fen, instant, table_of


def _entry(*, optional: bool = False, first: bool = False) -> Column[str]:
    """The id of a row of the ledger."""
    return Column(String(40), ForeignKey("subsidy.id"), nullable=optional, primary_key=first, index=not first)


class Shortage(Base, table=True):
    """How the office dealt with a budget that does not hold all that was proposed: decided once, never changed."""

    __tablename__ = "shortage"
    id: str = Field(primary_key=True, max_length=40)
    budget_year: int = Field(index=True)
    way: str = Field(max_length=20)
    """proportional, by_rank or next_year."""
    envelope_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    """What was left of the budget when it was decided."""
    claimed_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    """What all the proposals came to."""
    document_no: str = Field(max_length=100)
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class ShortageLine(Base, table=True):
    """What a shortage did to one proposal: its amount before and after, the entry that cut it, or the year it waits
    for."""

    __tablename__ = "shortage_line"
    shortage_id: str = Field(primary_key=True, foreign_key="shortage.id", max_length=40)
    subsidy_id: str = Field(sa_column=_entry(first=True))
    entry_id: str | None = Field(default=None, sa_column=_entry(optional=True))
    before_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    after_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    carried_to: int | None = None


class Recovery(Base, table=True):
    """Money that was paid for an award reversed since: it comes back, or somebody waives it by a document."""

    __tablename__ = "recovery"
    subsidy_id: str = Field(sa_column=_entry(first=True))
    amount_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    state: str = Field(index=True, max_length=20)
    opened_on: date
    settled_on: date | None = None
    document_no: str | None = Field(default=None, max_length=100)


class TouchedAward(Base, table=True):
    """An entry that a reversal makes doubtful: a limit refused it, or gave it less, because of what was reversed."""

    __tablename__ = "touched_award"
    reversal_id: str = Field(sa_column=_entry(first=True))
    subsidy_id: str = Field(sa_column=_entry(first=True))
    requested_by: str | None = Field(default=None, max_length=200)
    """Who asked to compute it again; nobody has while it is empty."""
    requested_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


SHORTAGE, SHORTAGE_LINE = table_of(Shortage), table_of(ShortageLine)
RECOVERY, TOUCHED = table_of(Recovery), table_of(TouchedAward)
