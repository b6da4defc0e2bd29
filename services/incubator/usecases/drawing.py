"""Draw experts for the reports of a round: once for all, and again for places that came free."""

from functools import partial

from pydantic import BaseModel

from services.incubator.usecases.reviewed import REVIEWING
from shared.messaging.unit import Unit
from shared.reviewing import drawing
from shared.reviewing.drawing import CompleteDraw, DrawExperts, DrawnExperts, VerifyDraw, WhoMayReview, new_seed

__all__ = [
    "Candidates",
    "CompleteDraw",
    "DrawExperts",
    "DrawnExperts",
    "MayReview",
    "VerifyDraw",
    "WhoMayReview",
    "complete_draw",
    "draw_experts",
    "new_seed",
    "verify_draw",
    "who_may_review",
]


class Candidates(BaseModel):
    """Of one carrier: how many may review it, and each reason why another may not."""

    carrier_id: str
    carrier_name: str
    eligible: int
    excluded: dict[str, list[str]]


class MayReview(BaseModel):
    units: list[Candidates]
    impossible: str | None
    """What stands in the way of a draw by these rules."""


async def who_may_review(unit: Unit, order: WhoMayReview) -> MayReview:
    """Who could be drawn and who could not, before anybody is."""
    found = await drawing.who_may_review(unit, order, REVIEWING)
    units = [
        Candidates(carrier_id=each.unit_id, carrier_name=each.unit_name, eligible=each.eligible, excluded=each.excluded)
        for each in found.units
    ]
    return MayReview(units=units, impossible=found.impossible)


draw_experts = partial(drawing.draw_experts, area=REVIEWING)
complete_draw = partial(drawing.complete_draw, area=REVIEWING)
verify_draw = partial(drawing.verify_draw, area=REVIEWING)
