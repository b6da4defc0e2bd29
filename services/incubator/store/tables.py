"""The tables of the incubator service: one MetaData, every constraint named. Money is whole fen, instants are UTC."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary, MetaData, Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from shared.db.engine import NAMING
from shared.messaging.tables import spine_tables

METADATA = MetaData(naming_convention=NAMING)


class Base(SQLModel, registry=registry(metadata=METADATA)):
    """The service's own registry: no other service's tables are in its MetaData."""


class LimitKeyRow(Base, table=True):
    """A share of a limit, as a row to be locked: whoever reads what was counted under it, waits for whoever writes."""

    __tablename__ = "limit_key"
    key: str = Field(primary_key=True, max_length=400)


class Subsidy(Base, table=True):
    """A row of the ledger, never changed: an amount, a ceiling that waits, a refusal of 0.00, or a visible block."""

    __tablename__ = "subsidy"
    id: str = Field(primary_key=True, max_length=40)
    cause_event_id: str = Field(index=True, max_length=200)
    ref: str = Field(index=True, max_length=400)
    outcome: str = Field(max_length=20)
    """awarded, waiting, declined or blocked."""
    carrier_id: str = Field(index=True, max_length=200)
    organisation_id: str = Field(index=True, max_length=200)
    policy_version: str = Field(max_length=100)
    article: str | None = Field(default=None, max_length=20)
    rule: str | None = Field(default=None, max_length=100)
    reason: str | None = Field(default=None, max_length=1000)
    on_date: date
    year: int | None = None
    amount_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    floor_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    ceiling_fen: int | None = Field(default=None, sa_column=Column(BigInteger))
    explanation: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    explanation_hash: str | None = Field(default=None, max_length=64)
    entered_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class SubsidyKey(Base, table=True):
    """Under which limit keys a subsidy counts."""

    __tablename__ = "subsidy_key"
    key: str = Field(primary_key=True, max_length=400)
    subsidy_id: str = Field(primary_key=True, max_length=40, foreign_key="subsidy.id")


def _table(model: type[Base]) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]  # a model with table=True has one
    return table


LIMIT_KEY, SUBSIDY, SUBSIDY_KEY = _table(LimitKeyRow), _table(Subsidy), _table(SubsidyKey)
SPINE = spine_tables(METADATA)
