"""The tables of the incubator service: one MetaData, every constraint named. Money is whole fen, instants are UTC."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.incubator.store import (  # noqa: F401 - their tables are always known
    after_grading_tables,
    draft_tables,
    evidence_tables,
    grade_tables,
    operator_tables,
    reporting_tables,
    review_tables,
    title_tables,
)
from services.incubator.store.base import METADATA, Base, instant, json_text, table_of
from shared.audit.tables import audit_tables
from shared.correspondence.tables import seen_table
from shared.ledger.tables import ledger_tables
from shared.messaging.tables import POSITION, spine_tables
from shared.objections.tables import objection_tables
from shared.scheduling.tables import schedule_table


class Organisation(Base, table=True):
    """The legal unit behind carriers. Its contact is told to others only in contact events."""

    __tablename__ = "organisation"
    id: str = Field(primary_key=True, max_length=200)
    name: str = Field(max_length=200)
    credit_code: str = Field(max_length=18)
    contact_name: str | None = Field(default=None, max_length=100)
    contact_email: str | None = Field(default=None, max_length=300)


class Carrier(Base, table=True):
    """A carrier in the register. `state`: registered by name alone, active, withdrawn."""

    __tablename__ = "carrier"
    id: str = Field(primary_key=True, max_length=200)
    organisation_id: str | None = Field(default=None, foreign_key="organisation.id", index=True, max_length=200)
    """Unknown only while it is registered by name alone."""
    kind: str = Field(index=True, max_length=50)
    level: str | None = Field(default=None, max_length=50)
    name: str = Field(max_length=200)
    district: str = Field(default="", max_length=100)
    address: str | None = Field(default=None, max_length=300)
    area: str | None = Field(default=None, max_length=20)
    """In m2, as an exact decimal; unknown until it is reported."""
    state: str = Field(max_length=20)
    prior: dict[str, str] = Field(default_factory=dict, sa_column=json_text())
    """Last year's grades, `city` and `national`."""
    note: str = Field(default="", max_length=1000)


class Tenancy(Base, table=True):
    """A tenant (在孵企业) at a carrier, from when to when, and when it became a 高新技术企业."""

    __tablename__ = "tenancy"
    tenant_id: str = Field(primary_key=True, max_length=200)
    carrier_id: str = Field(primary_key=True, foreign_key="carrier.id", index=True, max_length=200)
    name: str = Field(max_length=200)
    credit_code: str | None = Field(default=None, index=True, max_length=18)
    """Unknown for those entered before it was asked."""
    founded_on: date | None = None
    field: str | None = Field(default=None, max_length=100)
    """What the company works in, in words."""
    entered_on: date
    graduated_on: date | None = None
    hnte_on: date | None = None


class Round(Base, table=True):
    """The year's evaluation of one kind of carrier. `period` is the calendar year the figures cover."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("year", "kind"),)
    id: str = Field(primary_key=True, max_length=100)
    year: int = Field(index=True)
    period: int
    kind: str = Field(max_length=50)
    scheme: str = Field(max_length=100)
    document_no: str = Field(max_length=100)
    opens_on: date
    closes_on: date
    publicity_days: int
    publicity_in: str = Field(max_length=20)
    """working or calendar days."""
    decide_within: int
    """Working days within which an objection is decided."""
    corrections: int
    """How often a report may be returned."""
    district_until: date | None = None
    """The last day districts review first; unknown for rounds set up before it was asked."""
    experts_until: date | None = None
    """The last day experts mark."""
    state: str = Field(index=True, max_length=20)
    reminded_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    public_from: date | None = None
    public_until: date | None = None
    finalised_on: date | None = None


class Report(Base, table=True):
    """A carrier's report in a round; `id` is that of its evaluation, too. Every version is kept beside it."""

    __tablename__ = "report"
    id: str = Field(primary_key=True, max_length=200)
    round_id: str = Field(foreign_key="round.id", index=True, max_length=100)
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    state: str = Field(max_length=20)
    version: int = 0
    figures: dict[str, Any] | None = Field(default=None, sa_column=Column("figures", json_text().type, nullable=True))
    explanation: str = Field(default="", max_length=4000)
    returns: int = 0
    reasons: dict[str, str] = Field(default_factory=dict, sa_column=json_text())
    deadline: date | None = None
    submitted_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class ReportVersion(Base, table=True):
    __tablename__ = "report_version"
    report_id: str = Field(primary_key=True, foreign_key="report.id", max_length=200)
    version: int = Field(primary_key=True)
    figures: dict[str, Any] = Field(sa_column=json_text())
    explanation: str = Field(default="", max_length=4000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Evaluation(Base, table=True):
    """What a carrier's year came to: its total, its grade, each indicator explained."""

    __tablename__ = "evaluation"
    id: str = Field(primary_key=True, foreign_key="report.id", max_length=200)
    round_id: str = Field(foreign_key="round.id", index=True, max_length=100)
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    state: str = Field(max_length=20)
    total: str | None = Field(default=None, max_length=20)
    grade: str | None = Field(default=None, max_length=20)
    reason: str = Field(default="", max_length=1000)
    withdrawal_proposed: bool = False
    scores: list[dict[str, Any]] = Field(default_factory=list, sa_column=json_text())
    finalised_on: date | None = None


class CalendarDay(Base, table=True):
    """A day off or a make-up working day of a year the calendar package does not know."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    worked: bool


class Change(Base, table=True):
    """One step of a life: who moved what from where to where, when and why. Never changed."""

    __tablename__ = "change"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    noun: str = Field(max_length=30)
    of: str = Field(index=True, max_length=200)
    before: str | None = Field(default=None, max_length=20)
    after: str = Field(max_length=20)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())
    why: str = Field(default="", max_length=4000)


ORGANISATION, CARRIER, TENANCY = table_of(Organisation), table_of(Carrier), table_of(Tenancy)
ROUND, REPORT, REPORT_VERSION = table_of(Round), table_of(Report), table_of(ReportVersion)
EVALUATION, CALENDAR_DAY, CHANGE = table_of(Evaluation), table_of(CalendarDay), table_of(Change)
MESSAGE_SEEN, SCHEDULE_RUN = seen_table(METADATA), schedule_table(METADATA)
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
OBJECTIONS = objection_tables(METADATA, "evaluation")
OBJECTION, OBJECTION_CONTACT = OBJECTIONS.objection, OBJECTIONS.contact
LEDGER = ledger_tables(METADATA, subject="carrier_id", payee="organisation_id")
DECISION, BUDGET, CAUSE, LIMIT_KEY = LEDGER.decision, LEDGER.budget, LEDGER.cause, LEDGER.limit_key
SUBSIDY, SUBSIDY_KEY, PAYMENT, RECOVERY = LEDGER.subsidy, LEDGER.subsidy_key, LEDGER.payment, LEDGER.recovery
SHORTAGE, SHORTAGE_LINE, TOUCHED = LEDGER.shortage, LEDGER.shortage_line, LEDGER.touched
