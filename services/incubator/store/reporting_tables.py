"""The tables of what the district says of a report, and of the reminders to those who have not reported."""

from datetime import date, datetime

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.incubator.store.base import Base, instant, table_of
from shared.messaging.tables import POSITION


class DistrictReview(Base, table=True):
    """A district's first review of one version of a report; never changed, the latest of a version holds."""

    __tablename__ = "district_review"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    report_id: str = Field(foreign_key="report.id", index=True, max_length=200)
    version: int
    """The version of the report it is about: a correction is reviewed anew."""
    recommended: bool
    opinion: str = Field(max_length=2000)
    site_checked_on: date | None = None
    """When somebody was at the carrier's place; none if nobody was."""
    site_note: str = Field(default="", max_length=2000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Reminder(Base, table=True):
    """A reminder to one carrier whose report is missing. `event_id` is what its letter follows from."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("report_id", "on_date", "number"),)
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    report_id: str = Field(foreign_key="report.id", index=True, max_length=200)
    on_date: date
    number: int
    """Which one of that day, from 1; a second one only goes out when somebody says so."""
    event_id: str = Field(max_length=200)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


DISTRICT_REVIEW, REMINDER = table_of(DistrictReview), table_of(Reminder)
