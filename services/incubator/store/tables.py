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
    money_tables,
    operator_tables,
    reporting_tables,
    review_tables,
    title_tables,
)
from services.incubator.store.base import METADATA, Base, fen, instant, json_text, table_of
from services.incubator.store.ledger_tables import Cause, LimitKeyRow, Payment, Subsidy, SubsidyKey
from shared.audit.tables import audit_tables
from shared.messaging.tables import POSITION, spine_tables
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


class ExpertMark(Base, table=True):
    """What one expert gave one indicator of one report."""

    __tablename__ = "expert_mark"
    report_id: str = Field(primary_key=True, foreign_key="report.id", max_length=200)
    indicator: str = Field(primary_key=True, max_length=50)
    expert: str = Field(primary_key=True, max_length=100)
    mark: str = Field(max_length=20)
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


class Objection(Base, table=True):
    __tablename__ = "objection"
    id: str = Field(primary_key=True, max_length=200)
    evaluation_id: str = Field(foreign_key="evaluation.id", index=True, max_length=200)
    objector_id: str = Field(max_length=200)
    grounds: str = Field(max_length=4000)
    state: str = Field(index=True, max_length=20)
    filed_on: date
    decide_by: date
    reason: str | None = Field(default=None, max_length=4000)


class Decision(Base, table=True):
    """What the office decided about one matter where the text leaves room; the latest one holds."""

    __tablename__ = "decision"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    about: str = Field(index=True, max_length=200)
    """An evaluation's id, or the id of the event that is to be settled."""
    rate: str | None = Field(default=None, max_length=40)
    amount: str | None = Field(default=None, max_length=40)
    by: str = Field(max_length=200)
    on_date: date
    reason: str = Field(max_length=1000)


class Budget(Base, table=True):
    """What may be approved in a year; approving locks the row."""

    __tablename__ = "budget"
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    amount_fen: int = Field(sa_column=Column(fen().type, nullable=False))
    document_no: str = Field(max_length=100)


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


class MessageSeen(Base, table=True):
    """Where a letter has got to, as its owner told."""

    __tablename__ = "message_seen"
    message_id: str = Field(primary_key=True, max_length=200)
    letter: str = Field(max_length=100)
    cause_event_id: str = Field(index=True, max_length=200)
    recipient_id: str = Field(index=True, max_length=200)
    story: str = Field(index=True, max_length=200)
    state: str = Field(max_length=20)
    reason: str | None = Field(default=None, max_length=2000)
    at: datetime = Field(sa_column=instant())


ORGANISATION, CARRIER, TENANCY = table_of(Organisation), table_of(Carrier), table_of(Tenancy)
ROUND, REPORT, REPORT_VERSION, EXPERT_MARK = (table_of(each) for each in (Round, Report, ReportVersion, ExpertMark))
EVALUATION, OBJECTION, DECISION, BUDGET = (table_of(each) for each in (Evaluation, Objection, Decision, Budget))
CALENDAR_DAY, CHANGE, LIMIT_KEY, CAUSE = (table_of(each) for each in (CalendarDay, Change, LimitKeyRow, Cause))
SUBSIDY, SUBSIDY_KEY, PAYMENT = (table_of(each) for each in (Subsidy, SubsidyKey, Payment))
MESSAGE_SEEN, SCHEDULE_RUN = table_of(MessageSeen), schedule_table(METADATA)
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
