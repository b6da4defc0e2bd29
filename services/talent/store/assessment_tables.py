"""The tables of assessments: each with its draft, what was handed in, what the unit said, what the office concluded."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, table_of


class Assessment(Base, table=True):
    """An assessment of an award, yearly, at mid-term or final. `key` tells it from the award's others (yearly-2)."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("award_id", "key"),)
    id: str = Field(primary_key=True, max_length=40)
    award_id: str = Field(foreign_key="award.id", max_length=40)
    key: str = Field(max_length=30)
    kind: str = Field(max_length=20)
    name: str = Field(max_length=100)
    number: int
    due_on: date = Field(index=True)
    """Where it is to be rectified: until when."""
    state: str = Field(index=True, max_length=20)
    version: int = 0
    """Of the draft; each save that changes something is the next."""
    typed: dict[str, str] = Field(sa_column=json_text())
    handed_in: int = 0
    """How often it was."""
    handed_in_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    reason: str = Field(default="", max_length=2000)
    """Why it was given back, or has to be rectified."""
    reasons: dict[str, str] = Field(sa_column=json_text())
    concluded: int = 0
    """How often the office concluded on it."""
    concluded_on: date | None = None


class AssessmentHandIn(Base, table=True):
    """An assessment as it was handed in, beside the version of the contract it was held against; never changed."""

    __tablename__ = "assessment_hand_in"
    assessment_id: str = Field(primary_key=True, foreign_key="assessment.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    receipt: str = Field(unique=True, max_length=60)
    contract_number: int
    typed: dict[str, str] = Field(sa_column=json_text())
    found: dict[str, Any] = Field(sa_column=json_text())
    """Targets and spending, planned and real, and what does not match."""
    signed_by: str = Field(max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AssessmentOpinion(Base, table=True):
    """What the unit said of what was handed in; never changed."""

    __tablename__ = "assessment_opinion"
    assessment_id: str = Field(primary_key=True, foreign_key="assessment.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The hand-in it is about."""
    unit_id: str = Field(foreign_key="recommending_unit.id", max_length=100)
    agrees: bool
    opinion: str = Field(max_length=2000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AssessmentConclusion(Base, table=True):
    """What the office concluded, and what that did to the money; never changed."""

    __tablename__ = "assessment_conclusion"
    assessment_id: str = Field(primary_key=True, foreign_key="assessment.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    hand_in: int
    """The hand-in it is about; 0: nothing was handed in."""
    conclusion: str = Field(max_length=20)
    reason: str = Field(max_length=2000)
    experts: str = Field(default="", max_length=5000)
    """The opinion of experts, where some were asked."""
    rectify_until: date | None = None
    effect: str = Field(max_length=20)
    instalments: list[int] = Field(sa_column=json_text())
    recovery_proposed: bool
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class AssessmentReminder(Base, table=True):
    """A reminder that was sent; a due date that moves is reminded of anew."""

    __tablename__ = "assessment_reminder"
    assessment_id: str = Field(primary_key=True, foreign_key="assessment.id", max_length=40)
    due_on: date = Field(primary_key=True)
    which: str = Field(primary_key=True, max_length=20)
    on_date: date
    event_id: str = Field(max_length=40)
    at: datetime = Field(sa_column=instant())


ASSESSMENT, ASSESSMENT_HAND_IN = table_of(Assessment), table_of(AssessmentHandIn)
ASSESSMENT_OPINION, ASSESSMENT_CONCLUSION = table_of(AssessmentOpinion), table_of(AssessmentConclusion)
ASSESSMENT_REMINDER = table_of(AssessmentReminder)
