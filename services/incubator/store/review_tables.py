"""The tables of the review by experts. They hold persons' names and ties: none of it goes into an event."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field

from services.incubator.store.base import Base, instant, json_text, table_of
from shared.messaging.tables import POSITION


class Expert(Base, table=True):
    """An expert in the register. `account`: the account under which he works himself."""

    __tablename__ = "expert"
    id: str = Field(primary_key=True, max_length=100)
    account: str = Field(unique=True, max_length=200)
    name: str = Field(max_length=100)
    employer: str = Field(max_length=200)
    employer_code: str = Field(default="", max_length=18)
    fields: list[str] = Field(default_factory=list, sa_column=json_text())
    contact_email: str = Field(default="", max_length=300)
    contact_phone: str = Field(default="", max_length=40)
    active: bool = True
    """False: kept for what he did, and drawn no more."""


class ExpertRelation(Base, table=True):
    """What ties an expert to an organisation, or to one carrier; one that was wrong is withdrawn, never removed."""

    __tablename__ = "expert_relation"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    expert_id: str = Field(foreign_key="expert.id", index=True, max_length=100)
    kind: str = Field(max_length=20)
    party_name: str = Field(default="", max_length=200)
    party_code: str = Field(default="", max_length=18)
    carrier_id: str | None = Field(default=None, foreign_key="carrier.id", max_length=200)
    said: str = Field(default="", max_length=1000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())
    withdrawn_at: datetime | None = Field(default=None, sa_column=instant(optional=True))


class ReviewDraw(Base, table=True):
    """A draw as it was made. From `made_from` and `seed` it can be made again; `added` is what it brought."""

    __tablename__ = "review_draw"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    id: str = Field(unique=True, max_length=40)
    round_id: str = Field(foreign_key="round.id", index=True, max_length=100)
    seed: str = Field(max_length=100)
    rules: dict[str, Any] = Field(sa_column=json_text())
    made_from: dict[str, Any] = Field(sa_column=json_text())
    added: list[list[str]] = Field(sa_column=json_text())
    """Carrier and expert."""
    why: str = Field(default="", max_length=1200)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Review(Base, table=True):
    """One expert's review of one report. `reason`: of a conflict, or of a release."""

    __tablename__ = "review"
    __table_args__ = (UniqueConstraint("report_id", "expert_id"),)
    id: str = Field(primary_key=True, max_length=40)
    draw_id: str = Field(foreign_key="review_draw.id", max_length=40)
    round_id: str = Field(foreign_key="round.id", index=True, max_length=100)
    report_id: str = Field(foreign_key="report.id", max_length=200)
    expert_id: str = Field(foreign_key="expert.id", index=True, max_length=100)
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=1000)
    invited_at: datetime = Field(sa_column=instant())


class ReviewMark(Base, table=True):
    """What an expert gave one indicator and why; the latest holds, and what counts of it stands in `expert_mark`."""

    __tablename__ = "review_mark"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    review_id: str = Field(foreign_key="review.id", index=True, max_length=40)
    indicator: str = Field(max_length=50)
    mark: str = Field(max_length=20)
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class Moderation(Base, table=True):
    """What the office decided about one expert's mark, and why; the latest about it holds."""

    __tablename__ = "moderation"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    report_id: str = Field(foreign_key="report.id", index=True, max_length=200)
    indicator: str = Field(max_length=50)
    expert: str = Field(max_length=100)
    mark: str = Field(max_length=20)
    """The mark it was about."""
    outcome: str = Field(max_length=20)
    """kept, set_aside or again."""
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class ReviewReminder(Base, table=True):
    """A reminder to one expert who has not marked everything he has of a round. `event_id`: what its letter follows
    from."""

    __tablename__ = "review_reminder"
    __table_args__ = (UniqueConstraint("round_id", "expert_id", "on_date", "number"),)
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    round_id: str = Field(foreign_key="round.id", index=True, max_length=100)
    expert_id: str = Field(foreign_key="expert.id", max_length=100)
    on_date: date
    number: int
    """Which one of that day, from 1; a second one only goes out when somebody says so."""
    event_id: str = Field(max_length=200)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


EXPERT, EXPERT_RELATION, REVIEW_DRAW = table_of(Expert), table_of(ExpertRelation), table_of(ReviewDraw)
REVIEW, REVIEW_MARK, MODERATION = table_of(Review), table_of(ReviewMark), table_of(Moderation)
REVIEW_REMINDER = table_of(ReviewReminder)
