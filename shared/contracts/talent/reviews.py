"""What the talent service tells experts: what they were given to review, what no longer, what is still open.

An expert is told of by the id of his person alone; what he said of himself, and why, stays in the service's tables.
"""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Event, Id, LegalDate
from shared.contracts.talent.applications import APPLICATION, Programme

CALL: dict[str, Any] = {
    "programme": APPLICATION["programme"],
    "person_id": "reviewer-E1",
    "until": "2018-05-25",
}


class _OfACall(Event):
    """`until`: the last day of the review, to 24:00 in Shanghai; none if the call sets none."""

    programme: Programme
    person_id: Id
    until: LegalDate | None = None


class TalentReviewsAssigned(_OfACall):
    """A draw gave an expert applications to review: told once for each draw and expert."""

    type_: ClassVar[str] = "talent.reviews.assigned.v1"
    about_field: ClassVar[str] = "draw_id"
    example: ClassVar[dict[str, Any]] = {**CALL, "draw_id": "5b0c4a40-7d0e-5f0d-9b2e-0d6c6f1c9a52", "units": 12}
    draw_id: Id
    units: int
    """How many applications this draw gave him."""


class TalentReviewsDue(_OfACall):
    """An expert has applications he has not marked: the last day is near, or the office asks."""

    type_: ClassVar[str] = "talent.reviews.due.v1"
    about_field: ClassVar[str] = "call_id"
    example: ClassVar[dict[str, Any]] = {
        **CALL, "call_id": "young-star-2018", "left": 2, "units": 12, "stage": "closing",
    }  # fmt: skip
    call_id: Id
    left: int
    """Applications he has not marked,"""
    units: int
    """of all he has of this call."""
    stage: Literal["closing", "overdue"] = "closing"
    """Overdue: the last day has passed, and the call is not ranked yet."""


class TalentReviewReleased(_OfACall):
    """An application is no longer this expert's to review, for he stepped back or the office released him; what he gave
    counts no more."""

    type_: ClassVar[str] = "talent.review.released.v1"
    about_field: ClassVar[str] = "review_id"
    example: ClassVar[dict[str, Any]] = {
        **CALL,
        "review_id": "8c1d4a40-7d0e-5f0d-9b2e-0d6c6f1c9a52",
        "application_id": APPLICATION["application_id"],
        "outcome": "released",
        "units": 11,
    }
    review_id: Id
    application_id: Id
    outcome: Literal["conflict", "released"]
    """He stepped back himself, or the office released him."""
    units: int
    """How many applications he still has of this call."""
