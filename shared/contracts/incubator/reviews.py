"""What the incubator service tells experts: what they were given to review, what no longer, what is still open.

An expert is told of by the id of his person alone; what he said of himself, and why, stays in the incubator's tables.
"""

from typing import Any, ClassVar, Literal

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.incubator.carriers import CARRIER, Carrier

ROUND: dict[str, Any] = {
    "round_id": "2019-incubator",
    "year": 2019,
    "kind": "incubator",
    "person_id": "expert-P1",
    "until": "2019-12-13",
}


class _OfARound(Event):
    """`until`: the last day of the review, to 24:00 in Shanghai; none if the round sets none."""

    round_id: Id
    year: int
    kind: Text
    person_id: Id
    until: LegalDate | None = None


class ReviewsAssigned(_OfARound):
    """A draw gave an expert units to review: told once for each draw and expert."""

    type_: ClassVar[str] = "incubator.reviews.assigned.v1"
    about_field: ClassVar[str] = "draw_id"
    example: ClassVar[dict[str, Any]] = {**ROUND, "draw_id": "5b0c4a40-7d0e-5f0d-9b2e-0d6c6f1c9a52", "units": 6}
    draw_id: Id
    units: int
    """How many units this draw gave him."""


class ReviewsDue(_OfARound):
    """An expert has units he has not marked: the last day is near, or the office asks."""

    type_: ClassVar[str] = "incubator.reviews.due.v1"
    about_field: ClassVar[str] = "round_id"
    example: ClassVar[dict[str, Any]] = {**ROUND, "left": 2, "units": 6, "stage": "closing"}
    left: int
    """Units he has not marked,"""
    units: int
    """of all he has of this round."""
    stage: Literal["closing", "overdue"] = "closing"
    """Overdue: the last day has passed, and the round is not graded yet."""


class ReviewReleased(_OfARound):
    """A unit is no longer this expert's to review, for he stepped back or the office released him; what he gave counts
    no more."""

    type_: ClassVar[str] = "incubator.review.released.v1"
    about_field: ClassVar[str] = "review_id"
    example: ClassVar[dict[str, Any]] = {
        **ROUND,
        "review_id": "8c1d4a40-7d0e-5f0d-9b2e-0d6c6f1c9a52",
        "carrier": CARRIER,
        "outcome": "released",
        "units": 5,
    }
    review_id: Id
    carrier: Carrier
    outcome: Literal["conflict", "released"]
    """He stepped back himself, or the office released him."""
    units: int
    """How many units he still has of this round."""
