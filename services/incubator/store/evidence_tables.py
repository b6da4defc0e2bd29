"""The tables of evidence: the files themselves, where each stands in a report, and which files a hand-in had."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from services.incubator.store.base import METADATA, Base, instant, table_of
from shared.evidence.tables import evidence_tables

EVIDENCE = evidence_tables(METADATA)
"""All files of this service, whatever they belong to: `Owner("report", report_id)` has those of a report."""


class ReportFile(Base, table=True):
    """A file as it is attached to the draft of a report now; one file may stand in several places."""

    __tablename__ = "report_file"
    report_id: str = Field(primary_key=True, foreign_key="report.id", max_length=200)
    place: str = Field(primary_key=True, max_length=100)
    """A figure, or what experts read for an indicator (see `domain/attachments.py`); empty: the report as a whole."""
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id", max_length=32)
    name: str = Field(max_length=120)
    """As it was sent for this place; the same content may have come under another name first."""
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class ReportVersionFile(Base, table=True):
    """A file a version of a report was handed in with. Never changed, and its content is never erased, except when
    the virus scanner finds something in it."""

    __tablename__ = "report_version_file"
    __table_args__ = (
        ForeignKeyConstraint(["report_id", "version"], ["report_version.report_id", "report_version.version"]),
    )
    report_id: str = Field(primary_key=True, max_length=200)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: str = Field(primary_key=True, max_length=100)
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id", index=True, max_length=32)
    name: str = Field(max_length=120)
    bytes: int
    sha256: str = Field(max_length=64)


REPORT_FILE, REPORT_VERSION_FILE = table_of(ReportFile), table_of(ReportVersionFile)
