"""The tables of titles: applications for one, what the office decided about titles, rectifications, bars."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.incubator.store.base import Base, instant, json_text, table_of
from shared.messaging.tables import POSITION


class TitleApplication(Base, table=True):
    """An organisation asks for a title. Figures stand as they were typed, readable or not."""

    __tablename__ = "title_application"
    id: str = Field(primary_key=True, max_length=40)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=200)
    carrier_id: str | None = Field(default=None, foreign_key="carrier.id", index=True, max_length=200)
    """None: what asks is not in the register yet; recognising it enters it."""
    kind: str = Field(max_length=50)
    level: str = Field(max_length=50)
    """The level wanted."""
    name: str = Field(max_length=200)
    district: str = Field(index=True, max_length=100)
    track: str | None = Field(default=None, max_length=50)
    """The way it applies, where the title knows several."""
    typed: dict[str, str] = Field(default_factory=dict, sa_column=json_text())
    statement: str = Field(default="", max_length=4000)
    version: int
    state: str = Field(index=True, max_length=20)
    submitted: int = 0
    """How often it was handed in: the number of the last submission."""
    submitted_on: date | None = Field(default=None, index=True)
    reasons: dict[str, str] = Field(default_factory=dict, sa_column=json_text())
    """By figure, what was wrong with it when it was returned."""
    reason: str = Field(default="", max_length=2000)
    """Why it was returned as a whole, or refused."""
    opinion: str = Field(default="", max_length=2000)
    """What the district recommends it with."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())
    """Who typed into it last, and when."""


class TitleSubmission(Base, table=True):
    """An application as it was handed in, with the commitment of who signed it. Never changed."""

    __tablename__ = "title_submission"
    application_id: str = Field(primary_key=True, foreign_key="title_application.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    receipt: str = Field(max_length=60)
    conditions: str = Field(max_length=100)
    """The title of the library it was held against."""
    on_date: date
    """The day of application: periods run up to it."""
    name: str = Field(max_length=200)
    district: str = Field(max_length=100)
    track: str | None = Field(default=None, max_length=50)
    typed: dict[str, str] = Field(sa_column=json_text())
    statement: str = Field(max_length=4000)
    signed_by: str = Field(max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class TitleDecision(Base, table=True):
    """A decision of the office about a title, by a document. Never changed."""

    __tablename__ = "title_decision"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    id: str = Field(unique=True, max_length=40)
    act: str = Field(index=True, max_length=30)
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=200)
    carrier_id: str | None = Field(default=None, foreign_key="carrier.id", index=True, max_length=200)
    """None: the application of somebody not in the register was refused."""
    name: str = Field(max_length=200)
    """What the carrier was called when it was decided."""
    kind: str = Field(max_length=50)
    level: str | None = Field(default=None, max_length=50)
    """The level given, or held when it was decided."""
    application_id: str | None = Field(default=None, foreign_key="title_application.id", index=True, max_length=40)
    evaluation_id: str | None = Field(default=None, foreign_key="evaluation.id", index=True, max_length=200)
    """The second failure in a row it answers."""
    on_date: date
    document_no: str = Field(max_length=100)
    basis: str = Field(default="", max_length=300)
    """The article it rests on."""
    reason: str = Field(max_length=2000)
    detail: dict[str, Any] = Field(default_factory=dict, sa_column=json_text())
    """What only this act has: what to rectify and until when, a bar's ground and period."""
    event_id: str = Field(max_length=200)
    """What its letter and its money follow from."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Rectification(Base, table=True):
    """A carrier ordered to put something right until a day, inclusive."""

    __tablename__ = "rectification"
    id: str = Field(primary_key=True, max_length=40)
    """That of the decision that ordered it."""
    carrier_id: str = Field(foreign_key="carrier.id", index=True, max_length=200)
    state: str = Field(index=True, max_length=20)
    what: str = Field(max_length=2000)
    until: date
    document_no: str = Field(max_length=100)
    closed_on: date | None = None


class Bar(Base, table=True):
    """An organisation barred for dishonesty, from one day to another, both inclusive."""

    __tablename__ = "bar"
    id: str = Field(primary_key=True, max_length=40)
    """That of the decision that imposed it."""
    organisation_id: str = Field(foreign_key="organisation.id", index=True, max_length=200)
    state: str = Field(index=True, max_length=20)
    ground: str = Field(max_length=50)
    from_on: date
    until: date
    ended_on: date | None = None
    """The first day it holds no more, if it was lifted early."""
    document_no: str = Field(max_length=100)


class BarHold(Base, table=True):
    """An event that a bar kept from being settled. `on_date`: the day of the event."""

    __tablename__ = "bar_hold"
    __table_args__ = (UniqueConstraint("bar_id", "root"),)
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    bar_id: str = Field(foreign_key="bar.id", index=True, max_length=40)
    root: str = Field(max_length=200)
    on_date: date


TITLE_APPLICATION, TITLE_SUBMISSION = table_of(TitleApplication), table_of(TitleSubmission)
TITLE_DECISION = table_of(TitleDecision)
RECTIFICATION, BAR, BAR_HOLD = table_of(Rectification), table_of(Bar), table_of(BarHold)
