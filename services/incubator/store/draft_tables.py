"""The table of drafts: what operators typed, version by version, before and between hand-ins."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from services.incubator.store.base import Base, instant, json_text, table_of


class ReportDraft(Base, table=True):
    """One version of a draft, complete, or a minute of one person's versions: `version` is the last of them, and
    `earlier` says by version where the others differ from it. Figures are here as typed, read or not."""

    __tablename__ = "report_draft"
    report_id: str = Field(primary_key=True, foreign_key="report.id", max_length=200)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    typed: dict[str, str] = Field(sa_column=json_text())
    explanations: dict[str, str] = Field(sa_column=json_text())
    earlier: dict[str, dict[str, str]] = Field(sa_column=json_text())
    both: list[dict[str, Any]] = Field(sa_column=json_text())
    """What somebody else had changed as well, with both texts."""
    base: int
    """The version it was edited from; 0 is the empty form."""
    after: int
    """The hand-in it follows: the report's version when it was saved, 0 before the first."""
    submitted_as: int | None = None
    """The version of the report it was handed in as."""
    signed_by: str | None = Field(default=None, max_length=100)
    by: str = Field(max_length=200)
    began_at: datetime = Field(sa_column=instant())
    at: datetime = Field(sa_column=instant())


REPORT_DRAFT = table_of(ReportDraft)
