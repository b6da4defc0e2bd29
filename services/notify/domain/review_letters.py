"""What the letters to experts say. Which units they review they read on their page alone; no letter lists them."""

from typing import Any

from services.notify.domain.wording import day, kind_name, line
from shared.contracts.incubator import ReviewReleased, ReviewsAssigned, ReviewsDue

Values = dict[str, Any]


def _round(event: ReviewsAssigned | ReviewReleased | ReviewsDue) -> Values:
    return {
        "round": f"{event.year}年度{kind_name(event.kind)}考评",
        "units": event.units,
        "until": event.until and day(event.until),
    }


def invited(event: ReviewsAssigned) -> Values:
    return _round(event)


def reassigned(event: ReviewReleased) -> Values:
    return {**_round(event), "unit": line(event.carrier.name), "stepped_back": event.outcome == "conflict"}


def reminder(event: ReviewsDue) -> Values:
    return {**_round(event), "left": event.left, "overdue": event.stage == "overdue"}
