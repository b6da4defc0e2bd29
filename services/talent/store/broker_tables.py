"""The tables of technology brokers (技术经纪人): who is registered, the deals they report, and each claim as it was
made."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, table_of
from shared.db.columns import fen

HOLDS_CONTRACT = text("state NOT IN ('refused', 'withdrawn')")


class Broker(Base, table=True):
    """A broker: a person or a company. Its id says nothing of whose it is, for it goes into events."""

    __tablename__ = "broker"
    id: str = Field(primary_key=True, max_length=40)
    account: str | None = Field(default=None, unique=True, max_length=200)
    """Whose login reports its deals; none: the office enters them from paper."""
    sort: str = Field(max_length=20)
    """person or company."""
    name: str = Field(index=True, max_length=200)
    credit_code: str | None = Field(default=None, unique=True, max_length=18)
    """Of a company."""
    contact_name: str = Field(max_length=100)
    email: str = Field(max_length=300)
    phone: str = Field(default="", max_length=40)
    state: str = Field(index=True, max_length=20)
    answer: str = Field(default="", max_length=1000)
    """What the office wrote when it decided."""
    asked_on: date
    registered_on: date | None = None
    erased_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    """When a person's name, addresses and papers were erased."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Deal(Base, table=True):
    """A technology contract a broker brought about. One contract is one deal, whoever reports it; one that was refused
    or withdrawn holds it no longer."""

    __tablename__ = "broker_deal"
    __table_args__ = (
        Index(
            "uq_broker_deal_contract", "contract_key", unique=True, sqlite_where=HOLDS_CONTRACT,
            postgresql_where=HOLDS_CONTRACT,
        ),
    )  # fmt: skip
    id: str = Field(primary_key=True, max_length=40)
    broker_id: str = Field(foreign_key="broker.id", index=True, max_length=40)
    contract_no: str = Field(max_length=100)
    contract_key: str = Field(max_length=100)
    """The number in its one form, by which the same contract is known again."""
    title: str = Field(max_length=200)
    seller: str = Field(max_length=200)
    buyer: str = Field(max_length=200)
    value_fen: int | None = Field(default=None, sa_column=fen())
    """What the contract says."""
    completed_on: date
    state: str = Field(index=True, max_length=20)
    claims: int = 0
    """How often its reward was claimed; after a return it is claimed again."""
    claimed_on: date | None = Field(default=None, index=True)
    """The day the reward was claimed on, by which the policy is asked."""
    actual_fen: int | None = Field(default=None, sa_column=fen())
    """What was really paid under the contract, as it was claimed last."""
    answer: str = Field(default="", max_length=2000)
    decided_on: date | None = None
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class DealClaim(Base, table=True):
    """A claim as it was made: what was said, and with which files, by hash. Never changed."""

    __tablename__ = "broker_deal_claim"
    deal_id: str = Field(primary_key=True, foreign_key="broker_deal.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    claimed_on: date
    completed_on: date
    actual_fen: int | None = Field(default=None, sa_column=fen())
    paper: str = Field(default="", max_length=500)
    """What lies on paper, if the office entered it."""
    files: list[dict[str, str]] = Field(sa_column=json_text())
    """place, evidence_id, sha256 of each."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


BROKER, DEAL, DEAL_CLAIM = table_of(Broker), table_of(Deal), table_of(DealClaim)
