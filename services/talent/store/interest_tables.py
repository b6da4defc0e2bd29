"""The tables of interest claims: a year's claim of an award as it stands, and each hand-in as it was made."""

from datetime import date, datetime

from sqlalchemy import Index, text
from sqlmodel import Field

from services.talent.store.base import Base, instant, json_text, table_of
from shared.db.columns import fen

UNDECIDED = ("draft", "claimed", "returned")
HOLDS_YEAR = text("state IN ('draft', 'claimed', 'returned')")


class InterestClaim(Base, table=True):
    """A claim of the interest subsidy for one year. An award has one at a time for a year that is not decided."""

    __tablename__ = "interest_claim"
    __table_args__ = (
        Index(
            "uq_interest_claim_year", "award_id", "year", unique=True, sqlite_where=HOLDS_YEAR,
            postgresql_where=HOLDS_YEAR,
        ),
    )  # fmt: skip
    id: str = Field(primary_key=True, max_length=40)
    award_id: str = Field(foreign_key="award.id", index=True, max_length=40)
    year: int
    state: str = Field(index=True, max_length=20)
    typed: dict[str, str] = Field(sa_column=json_text())
    """The form as it stands."""
    handed_in: int = 0
    """How often it was; after a return it is handed in again."""
    claimed_on: date | None = None
    """The day it was handed in first, by which the policy is asked."""
    answer: str = Field(default="", max_length=2000)
    decided_on: date | None = None
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


class InterestHandIn(Base, table=True):
    """A claim as it was handed in: the loan, the days, and with which files, by hash. Never changed."""

    __tablename__ = "interest_hand_in"
    claim_id: str = Field(primary_key=True, foreign_key="interest_claim.id", max_length=40)
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    loan_no: str = Field(max_length=100)
    principal_fen: int = Field(sa_column=fen())
    interest_from: date
    interest_until: date
    """Interest is counted up to this day and not for it."""
    files: list[dict[str, str]] = Field(sa_column=json_text())
    """place, evidence_id, sha256 of each."""
    signed_by: str = Field(max_length=100)
    by: str = Field(max_length=200)
    at: datetime = Field(sa_column=instant())


INTEREST_CLAIM, INTEREST_HAND_IN = table_of(InterestClaim), table_of(InterestHandIn)
