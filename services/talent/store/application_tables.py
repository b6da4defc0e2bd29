"""The tables of applications: the draft as it is typed, what was handed in, the team, the unit's recommendation."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, sealed, table_of


class Application(Base, table=True):
    """An applicant's application to one call. `typed` is the form as it stands, without the identity number, which is
    in `id_number` and sealed."""

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("programme_id", "applicant_id"),
        # its state is known, by call and by id, without reading what was typed
        Index("ix_application_list", "programme_id", "state", "unit_id", "id"),
        # sorted and counted without reading what was typed
        Index("ix_application_sorted", "handed_in_at", "id", "applicant_id", "unit_id", "handed_in"),
        Index("ix_application_project", "project", "id"),  # searched without reading what was typed
    )
    id: str = Field(primary_key=True, max_length=40)
    programme_id: str = Field(foreign_key="call.programme_id", max_length=100)
    applicant_id: str = Field(foreign_key="applicant.id", index=True, max_length=40)
    unit_id: str | None = Field(default=None, foreign_key="recommending_unit.id", index=True, max_length=100)
    state: str = Field(max_length=20)
    version: int
    """Of the draft; each save that changes something is the next."""
    typed: dict[str, str] = Field(sa_column=json_text())
    id_number: bytes | None = Field(default=None, sa_column=sealed())
    id_mark: str | None = Field(default=None, index=True, max_length=64)
    project: str = Field(default="", max_length=200)
    project_mark: str = Field(default="", index=True, max_length=64)
    """By which the same content is found again."""
    company_code: str | None = Field(default=None, index=True, max_length=18)
    handed_in: int = 0
    """How often it was."""
    handed_in_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    recommend_until: date | None = None
    """The last day on which its unit may say something of what was handed in."""
    correct_until: date | None = None
    reasons: dict[str, str] = Field(sa_column=json_text())
    """By field, what the office or the unit wants put right."""
    reason: str = Field(default="", max_length=2000)
    erased_at: datetime | None = Field(default=None, sa_column=instant(optional=True))
    """Since when it holds nothing personal any more."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class HandIn(Base, table=True):
    """An application as it was handed in; never changed, until what is personal in it is erased. `checked`: the
    conditions as they stood then."""

    __tablename__ = "hand_in"
    __table_args__ = (Index("ix_hand_in_receipt", "receipt", "application_id"),)
    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    receipt: str = Field(unique=True, max_length=60)
    unit_id: str = Field(max_length=100)
    typed: dict[str, str] = Field(sa_column=json_text())
    id_number: bytes | None = Field(default=None, sa_column=sealed())
    checked: list[dict[str, Any]] = Field(sa_column=json_text())
    signed_by: str = Field(max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Member(Base, table=True):
    """A member of a team, named by its leader, who confirms it himself under a link in a mail."""

    __tablename__ = "member"
    id: str = Field(primary_key=True, max_length=40)
    application_id: str = Field(foreign_key="application.id", index=True, max_length=40)
    name: str = Field(max_length=100)
    email: str = Field(max_length=300)
    duty: str = Field(default="", max_length=200)
    state: str = Field(max_length=20)
    token_hash: str | None = Field(default=None, unique=True, max_length=64)
    asked_at: datetime = Field(sa_column=instant())
    answered_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class Recommendation(Base, table=True):
    """What a unit said of an application it was handed; never changed."""

    __tablename__ = "recommendation"
    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The hand-in it is about."""
    unit_id: str = Field(foreign_key="recommending_unit.id", max_length=100)
    recommended: bool
    opinion: str = Field(max_length=2000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


APPLICATION, HAND_IN = table_of(Application), table_of(HandIn)
MEMBER, RECOMMENDATION = table_of(Member), table_of(Recommendation)
