"""The tables of awards: the award itself, its instalments, its 任务书 with every version, and changes applied for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, table_of
from shared.db.columns import fen


class Award(Base, table=True):
    """What a selected application is given, and how far it has come. The unit and the person are those of today: an
    approved change gives others."""

    __tablename__ = "award"
    id: str = Field(primary_key=True, max_length=40)
    application_id: str = Field(foreign_key="application.id", unique=True, max_length=40)
    programme_id: str = Field(foreign_key="call.programme_id", index=True, max_length=100)
    applicant_id: str = Field(foreign_key="applicant.id", index=True, max_length=40)
    unit_id: str = Field(foreign_key="recommending_unit.id", index=True, max_length=100)
    state: str = Field(index=True, max_length=20)
    contract_no: str = Field(unique=True, max_length=60)
    project: str = Field(max_length=200)
    amount_fen: int | None = Field(default=None, sa_column=fen())
    """None where interest is paid."""
    decided: dict[str, str] = Field(sa_column=json_text())
    """amount (yuan), by, on, reason, where the edition says "up to"; otherwise empty."""
    own_fen: int | None = Field(default=None, sa_column=fen())
    """The self-raised money that the application promised."""
    document_no: str = Field(max_length=100)
    awarded_on: date
    begins_on: date | None = None
    """The day the contract began."""
    ends_on: date | None = None
    """The due date of the last assessment."""
    extended_months: int = 0
    ended_on: date | None = None
    ended_by_document: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=2000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AwardInstalment(Base, table=True):
    """An instalment of an award. `passed`: what it waits for has happened; `holds`: the assessments that hold it."""

    __tablename__ = "award_instalment"
    __table_args__ = (UniqueConstraint("award_id", "number"),)
    id: str = Field(primary_key=True, max_length=40)
    award_id: str = Field(foreign_key="award.id", max_length=40)
    number: int
    when: str = Field(max_length=20)
    says: str = Field(max_length=200)
    amount_fen: int = Field(sa_column=fen())
    state: str = Field(max_length=20)
    passed: bool = False
    holds: list[str] = Field(sa_column=json_text())
    paid_on: date | None = None
    paid_by_document: str = Field(default="", max_length=100)


class Contract(Base, table=True):
    """The 任务书 of an award, under the award's id. `typed` is the form as it stands; what was confirmed is in the
    versions, and `number` is the latest of them."""

    __tablename__ = "contract"
    award_id: str = Field(primary_key=True, foreign_key="award.id", max_length=40)
    state: str = Field(max_length=20)
    version: int
    """Of the draft; each save that changes something is the next."""
    typed: dict[str, str] = Field(sa_column=json_text())
    number: int = 0
    in_force: int | None = None
    """The version that is in force."""
    reason: str = Field(default="", max_length=2000)
    """Why it was given back to be edited."""
    reasons: dict[str, str] = Field(sa_column=json_text())
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class ContractVersion(Base, table=True):
    """A 任务书 as its talent confirmed it, or as an approved change made it; never changed."""

    __tablename__ = "contract_version"
    award_id: str = Field(primary_key=True, foreign_key="award.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    typed: dict[str, str] = Field(sa_column=json_text())
    change_id: str | None = Field(default=None, max_length=40)
    signed_by: str = Field(max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AwardChange(Base, table=True):
    """A change of unit, plan, length or leader that was applied for. `asked`: what exactly, by name."""

    __tablename__ = "award_change"
    id: str = Field(primary_key=True, max_length=40)
    award_id: str = Field(foreign_key="award.id", index=True, max_length=40)
    kind: str = Field(max_length=20)
    state: str = Field(index=True, max_length=20)
    reason: str = Field(max_length=2000)
    asked: dict[str, Any] = Field(sa_column=json_text())
    unit_agrees: bool | None = None
    unit_opinion: str = Field(default="", max_length=2000)
    decision: str = Field(default="", max_length=2000)
    document_no: str = Field(default="", max_length=100)
    decided_on: date | None = None
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AwardChangeAnswer(Base, table=True):
    """What the unit said that an award was to change to, or who was to lead it; never changed."""

    __tablename__ = "award_change_answer"
    change_id: str = Field(primary_key=True, foreign_key="award_change.id", max_length=40)
    unit_id: str | None = Field(default=None, foreign_key="recommending_unit.id", max_length=100)
    """None of a leader: the change says who that is."""
    agrees: bool
    opinion: str = Field(max_length=2000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


AWARD, INSTALMENT, CONTRACT = table_of(Award), table_of(AwardInstalment), table_of(Contract)
CONTRACT_VERSION, AWARD_CHANGE = table_of(ContractVersion), table_of(AwardChange)
CHANGE_ANSWER = table_of(AwardChangeAnswer)
