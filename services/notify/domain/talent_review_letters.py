"""What the letters to experts of the talent programmes say. Which applications they review they read on their page
alone; no letter lists them."""

from collections.abc import Callable, Mapping
from typing import Any

from services.notify.domain.wording import day, line
from shared.contracts.talent import TalentReviewReleased, TalentReviewsAssigned, TalentReviewsDue

Values = dict[str, Any]


def _of(event: TalentReviewsAssigned | TalentReviewReleased | TalentReviewsDue) -> Values:
    return {
        "programme": line(event.programme.name),
        "units": event.units,
        "until": event.until and day(event.until),
        "page": "/talent/reviews",
    }


def invited(event: TalentReviewsAssigned) -> Values:
    return _of(event)


def reassigned(event: TalentReviewReleased) -> Values:
    return {
        **_of(event),
        "application_id": line(event.application_id),
        "stepped_back": event.outcome == "conflict",
    }


def reminder(event: TalentReviewsDue) -> Values:
    return {**_of(event), "left": event.left, "overdue": event.stage == "overdue"}


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-review-invited": invited,
    "talent-review-reassigned": reassigned,
    "talent-review-reminder": reminder,
}
"""What each letter to an expert of the talent programmes says."""
