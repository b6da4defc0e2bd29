"""What becomes of an expert's place: accepted, stepped back from, released; the place that came free is drawn again."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, delete

from services.incubator.domain import lifecycles
from services.incubator.store import changes, reviews
from services.incubator.store.review_tables import EXPERT, REVIEW
from services.incubator.store.tables import CARRIER, EXPERT_MARK, REPORT
from services.incubator.usecases.drawing import draw_places, last_rules, new_seed, reviewed_round
from services.incubator.usecases.experts import DeclareRelation, Line, tie
from services.incubator.usecases.telling_experts import tell_released
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.review import DrawImpossible


class AcceptReviews(BaseModel):
    """专家接受评审，并确认与这些单位没有利害关系。"""

    report_ids: list[str] = Field(min_length=1, max_length=1000)


class DeclareConflict(BaseModel):
    """专家申请回避一家单位，写明理由；系统补抽他人。"""

    report_id: str
    reason: Line = Field(max_length=1000)


class ReleaseExpert(BaseModel):
    """办公室解除一位专家对一家单位的评审，写明理由；系统补抽他人。"""

    report_id: str
    expert_id: str
    reason: Line = Field(max_length=1000)


class Replaced(BaseModel):
    """Whether somebody else was drawn. Who, and what was in the way, only the office is told."""

    replaced: bool


class Released(Replaced):
    by: str | None
    problem: str | None


async def accept_reviews(unit: Unit, order: AcceptReviews) -> int:
    """The expert takes these reviews and thereby says that nothing ties him to the units; how many."""
    for report_id in dict.fromkeys(order.report_ids):
        review = await own_review(unit, report_id)
        await changes.move(unit, lifecycles.REVIEW, REVIEW, review["id"], "accepted", "接受并确认无利害关系")
    return len(set(order.report_ids))


async def declare_conflict(unit: Unit, order: DeclareConflict) -> Replaced:
    """The expert steps back, at any time before the round is graded: his marks count no more, the tie is kept for draws
    to come, and somebody else is drawn in his place. If nobody can be, the place stays empty, and he is out as well."""
    review = await own_review(unit, order.report_id)
    expert_id, carrier_id = review["expert_id"], await _carrier_of(unit, order.report_id)
    round_ = await _left(unit, review, "conflict", order.reason)
    await tie(unit, DeclareRelation(expert_id=expert_id, kind="conflict", carrier_id=carrier_id, said=order.reason))
    found = await _replace(unit, round_, carrier_id, f"“{expert_id}”申请回避")
    return Replaced(replaced=found.replaced)


async def release_expert(unit: Unit, order: ReleaseExpert) -> Released:
    """The office releases an expert, who does not come back to this unit in this round; his marks count no more."""
    expert = await changes.found(unit.connection, EXPERT, order.expert_id, "专家")
    review = await reviews.one(unit.connection, order.report_id, order.expert_id)
    if review is None:
        raise DomainError("no-such-review", f"没有安排“{expert['name']}”评审这家单位", status=404)
    round_ = await _left(unit, review, "released", order.reason)
    carrier_id = await _carrier_of(unit, order.report_id)
    return await _replace(unit, round_, carrier_id, f"解除“{order.expert_id}”：{order.reason}")


async def _left(unit: Unit, review: RowMapping, after: str, reason: str) -> RowMapping:
    """The expert is out of this review, is told so, and what he gave counts no more; its round."""
    round_ = await reviewed_round(unit, review["round_id"])
    await changes.move(unit, lifecycles.REVIEW, REVIEW, review["id"], after, reason, reason=reason)
    own = (EXPERT_MARK.c.report_id == review["report_id"]) & (EXPERT_MARK.c.expert == review["expert_id"])
    await unit.connection.execute(delete(EXPERT_MARK).where(own))
    carrier = await changes.found(unit.connection, CARRIER, await _carrier_of(unit, review["report_id"]), "载体")
    kept = await reviews.standing(unit.connection, round_["id"], [review["expert_id"]])
    left = sum(each.units for each in kept)
    tell_released(unit, round_, review, carrier, after, left)
    return round_


async def acting_expert(unit: Unit) -> RowMapping:
    expert = await reviews.by_account(unit.connection, unit.by)
    if expert is None:
        raise DomainError("not-an-expert", "这个账号不是登记的评审专家", status=403)
    return expert


async def own_review(unit: Unit, report_id: str) -> RowMapping:
    """The review of this report that was given to whoever acts; nobody learns of any other."""
    expert = await acting_expert(unit)
    review = await reviews.one(unit.connection, report_id, expert["id"])
    if review is None:
        raise DomainError("not-assigned", f"没有安排您评审“{report_id}”", status=403)
    return review


async def _carrier_of(unit: Unit, report_id: str) -> str:
    carrier: str = (await changes.found(unit.connection, REPORT, report_id, "填报"))["carrier_id"]
    return carrier


async def _replace(unit: Unit, round_: RowMapping, carrier_id: str, why: str) -> Released:
    """Draws for one unit alone. That nobody can be drawn undoes nothing: the office is told, and completes it later."""
    rules = await last_rules(unit, round_["id"])
    try:
        drawn = await draw_places(unit, round_, rules, new_seed(), why, only=carrier_id)
    except DrawImpossible as impossible:
        return Released(replaced=False, by=None, problem=impossible.message)
    return Released(replaced=True, by="、".join(expert for _, expert in drawn.added), problem=None)
