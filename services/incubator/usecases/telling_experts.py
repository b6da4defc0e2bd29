"""Tell experts what they were given, what no longer is theirs and what is still open: by ids and numbers alone."""

from collections.abc import Mapping
from typing import Any

from services.incubator.store import changes, registers
from services.incubator.store.tables import CARRIER
from services.incubator.usecases.contacts import tell_expert
from shared.contracts.contact import expert_person
from shared.contracts.incubator import ReviewReleased, ReviewsAssigned, ReviewsDue
from shared.messaging.unit import Unit
from shared.reviewing.area import Due, Left, ReviewedRound


def _of(round_: ReviewedRound, expert_id: str) -> Mapping[str, Any]:
    return {
        "round_id": round_.id,
        "year": round_.year,
        "kind": round_.row["kind"],
        "person_id": expert_person(expert_id),
        "until": round_.until and round_.until.isoformat(),
    }


class TellingExperts:
    """The events letters to experts follow from."""

    def contact(self, unit: Unit, expert_id: str, name: str, email: str, *, account: str, had: bool) -> None:
        tell_expert(unit, expert_id, name, email, account=account, had=had)

    def assigned(self, unit: Unit, round_: ReviewedRound, expert_id: str, units: int, draw_id: str) -> None:
        """Once for each expert however many units he got."""
        event = ReviewsAssigned.model_validate({**_of(round_, expert_id), "draw_id": draw_id, "units": units})
        unit.tell(event, expert_id, story=draw_id)

    async def released(self, unit: Unit, round_: ReviewedRound, review: Left, left: int) -> None:
        """Tells an expert that a unit is no longer his; `left`: how many he still has of the round."""
        carrier = registers.told(await changes.found(unit.connection, CARRIER, review.unit_id, "载体"))
        more = {"review_id": review.review_id, "carrier": carrier, "outcome": review.outcome, "units": left}
        event = ReviewReleased.model_validate({**_of(round_, review.expert_id), **more})
        unit.tell(event, story=review.draw_id)

    def due(self, unit: Unit, round_: ReviewedRound, standing: Due) -> str:
        """Tells an expert how much is open; answers the event's id."""
        more = {"left": standing.left, "units": standing.units, "stage": "overdue" if standing.late else "closing"}
        event = ReviewsDue.model_validate({**_of(round_, standing.expert_id), **more})
        # the first of a day is named by the day alone: whoever reminds at the same time tells the same event
        which = () if standing.number == 1 else (str(standing.number),)
        return unit.tell(event, standing.expert_id, str(unit.today), *which)
