"""The tables of the selection: what an application came to, what was seen on site, what the panel changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, table_of
from shared.messaging.tables import POSITION


class Result(Base, table=True):
    """What an application came to when its call was ranked, and, if it was selected, how long that is public. Totals
    are points to two places, exact."""

    __tablename__ = "result"
    # a call is placed, counted and paged without reading what was scored
    __table_args__ = (Index("ix_result_ranked", "programme_id", "rank", "application_id", "total"),)
    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=40)
    programme_id: str = Field(foreign_key="call.programme_id", max_length=100)
    computed: str | None = Field(default=None, max_length=20)
    """What the experts' marks come to; none if they come to nothing."""
    total: str | None = Field(default=None, max_length=20)
    """What counts: the same, or what the panel or a decision on an objection made of it."""
    scores: list[dict[str, Any]] = Field(sa_column=json_text())
    """Each criterion, explained."""
    rank: int | None = None
    public_from: date | None = None
    public_until: date | None = None
    chosen_for: str = Field(default="", max_length=1000)
    """Why it was selected though the ranking alone did not."""
    at: datetime = Field(sa_column=instant())


class SiteVisit(Base, table=True):
    """What was seen on site, where the programme says that somebody goes and looks; never changed."""

    __tablename__ = "site_visit"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    application_id: str = Field(foreign_key="application.id", index=True, max_length=40)
    on_date: date
    visitors: str = Field(max_length=500)
    findings: str = Field(max_length=4000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class PanelDecision(Base, table=True):
    """What the panel made of a total, and why; the latest holds. Never changed."""

    __tablename__ = "panel_decision"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    application_id: str = Field(foreign_key="application.id", index=True, max_length=40)
    before: str | None = Field(default=None, max_length=20)
    after: str | None = Field(default=None, max_length=20)
    """None: it takes no part in the ranking any more."""
    reason: str = Field(max_length=1000)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


RESULT, SITE_VISIT, PANEL_DECISION = table_of(Result), table_of(SiteVisit), table_of(PanelDecision)
