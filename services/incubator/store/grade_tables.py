"""The tables of grades people decide themselves: by hand before they are public, and corrected after they are final."""

from datetime import date, datetime

from sqlalchemy import Column
from sqlmodel import Field

from services.incubator.store.base import Base, instant, table_of
from shared.messaging.tables import POSITION


class HandGrade(Base, table=True):
    """A grade given by hand before publicity, or taken back. Never changed: the latest of an evaluation holds, also
    when its round is graded again."""

    __tablename__ = "hand_grade"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    evaluation_id: str = Field(foreign_key="evaluation.id", index=True, max_length=200)
    grade: str | None = Field(default=None, max_length=20)
    """None: the grade of the scheme holds again."""
    instead_of: str | None = Field(default=None, max_length=20)
    """The grade it had before."""
    reason: str = Field(max_length=1000)
    document_no: str = Field(default="", max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class GradeCorrection(Base, table=True):
    """A final grade corrected by a decision of its own. Never changed; one that was wrong is corrected by another."""

    __tablename__ = "grade_correction"
    position: int | None = Field(default=None, sa_column=Column(POSITION, primary_key=True, autoincrement=True))
    id: str = Field(unique=True, max_length=200)
    evaluation_id: str = Field(foreign_key="evaluation.id", index=True, max_length=200)
    grade: str = Field(max_length=20)
    instead_of: str = Field(max_length=20)
    reason: str = Field(max_length=1000)
    document_no: str = Field(max_length=100)
    corrected_on: date
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


HAND_GRADE, GRADE_CORRECTION = table_of(HandGrade), table_of(GradeCorrection)
