"""Tell experts what they were given, what no longer is theirs and what is still open: by ids and numbers alone."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from services.incubator.store import registers
from shared.contracts.contact import expert_person
from shared.contracts.incubator import ReviewReleased, ReviewsAssigned, ReviewsDue
from shared.messaging.unit import Unit


def _of(round_: RowMapping, expert_id: str) -> Mapping[str, Any]:
    until = round_["experts_until"]
    return {
        "round_id": round_["id"],
        "year": round_["year"],
        "kind": round_["kind"],
        "person_id": expert_person(expert_id),
        "until": until and until.isoformat(),
    }


def tell_assigned(unit: Unit, round_: RowMapping, draw_id: str, added: Iterable[tuple[str, str]]) -> None:
    """Tells what a draw added (carrier and expert), once for each expert however many units he got."""
    for expert, units in sorted(Counter(expert for _, expert in added).items()):
        event = ReviewsAssigned.model_validate({**_of(round_, expert), "draw_id": draw_id, "units": units})
        unit.tell(event, expert, story=draw_id)


def tell_released(
    unit: Unit, round_: RowMapping, review: RowMapping, carrier: RowMapping, outcome: str, left: int
) -> None:
    """Tells an expert that a unit is no longer his; `left`: how many he still has of the round."""
    of = _of(round_, review["expert_id"])
    more = {"review_id": review["id"], "carrier": registers.told(carrier), "outcome": outcome, "units": left}
    unit.tell(ReviewReleased.model_validate({**of, **more}), story=review["draw_id"])


def tell_due(unit: Unit, round_: RowMapping, expert_id: str, left: int, units: int, number: int) -> str:
    """Tells an expert how much is open; `number`: which reminder of the day it is. Answers the event's id."""
    late = round_["experts_until"] is not None and round_["experts_until"] < unit.today
    more = {"left": left, "units": units, "stage": "overdue" if late else "closing"}
    event = ReviewsDue.model_validate({**_of(round_, expert_id), **more})
    # the first of a day is named by the day alone: whoever reminds at the same time tells the same event
    which = () if number == 1 else (str(number),)
    return unit.tell(event, expert_id, str(unit.today), *which)
