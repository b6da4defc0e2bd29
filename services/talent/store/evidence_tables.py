"""The tables of evidence: the files themselves, where each stands in an application, and what each hand-in had, of an
application or an assessment."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlmodel import Field

from services.talent.store.base import METADATA, Base, instant, table_of
from shared.evidence.tables import evidence_tables

EVIDENCE = evidence_tables(METADATA)
"""All files of this service: `Owner("application", application_id)` has those of an application, `Owner("assessment",
assessment_id)` those of an assessment."""


class ApplicationFile(Base, table=True):
    """A file as it is attached to an application now; one file may stand in several places."""

    __tablename__ = "application_file"
    application_id: str = Field(primary_key=True, foreign_key="application.id", max_length=40)
    place: str = Field(primary_key=True, max_length=100)
    """One of the documents the programme asks for; empty: the application as a whole."""
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id", max_length=32)
    name: str = Field(max_length=120)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class HandInFile(Base, table=True):
    """A file an application was handed in with. Never changed."""

    __tablename__ = "hand_in_file"
    __table_args__ = (ForeignKeyConstraint(["application_id", "number"], ["hand_in.application_id", "hand_in.number"]),)
    application_id: str = Field(primary_key=True, max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: str = Field(primary_key=True, max_length=100)
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id", index=True, max_length=32)
    name: str = Field(max_length=120)
    bytes: int
    sha256: str = Field(max_length=64)


class AssessmentFile(Base, table=True):
    """A file an assessment was handed in with. Never changed."""

    __tablename__ = "assessment_file"
    __table_args__ = (
        ForeignKeyConstraint(
            ["assessment_id", "number"], ["assessment_hand_in.assessment_id", "assessment_hand_in.number"]
        ),
    )
    assessment_id: str = Field(primary_key=True, max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    evidence_id: str = Field(primary_key=True, foreign_key="evidence.id", index=True, max_length=32)
    name: str = Field(max_length=120)
    bytes: int
    sha256: str = Field(max_length=64)


APPLICATION_FILE, HAND_IN_FILE = table_of(ApplicationFile), table_of(HandInFile)
ASSESSMENT_FILE = table_of(AssessmentFile)
