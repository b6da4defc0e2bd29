"""What becomes of an expert's place: accepted, stepped back from, released; the place that came free is drawn again."""

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, delete

from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.review import DrawImpossible
from shared.reviewing import expert_rows, review_rows
from shared.reviewing.area import Left, ReviewedRound, Reviewing
from shared.reviewing.drawing import draw_places, last_rules, new_seed, reviewed_round
from shared.reviewing.life import REVIEW
from shared.reviewing.register import DeclareRelation, Line, tie


class AcceptReviews(BaseModel):
    """The expert takes what was given to him, and affirms that nothing ties him to it."""

    subject_ids: list[str] = Field(min_length=1, max_length=1000)


class DeclareConflict(BaseModel):
    """The expert steps back from a subject and says why; somebody else is drawn."""

    subject_id: str
    reason: Line = Field(max_length=1000)


class ReleaseExpert(BaseModel):
    """The office releases an expert from a subject and says why; somebody else is drawn."""

    subject_id: str
    expert_id: str
    reason: Line = Field(max_length=1000)


class Replaced(BaseModel):
    """Whether somebody else was drawn. Who, and what was in the way, only the office is told."""

    replaced: bool


class Released(Replaced):
    by: str | None
    problem: str | None


async def accept_reviews(unit: Unit, order: AcceptReviews, area: Reviewing) -> int:
    """The expert takes these reviews and thereby says that nothing ties him to the units; how many."""
    for subject_id in dict.fromkeys(order.subject_ids):
        review = await own_review(unit, subject_id, area)
        await area.changes.move(unit, REVIEW, area.tables.review, review["id"], "accepted", "接受并确认无利害关系")
    return len(set(order.subject_ids))


async def declare_conflict(unit: Unit, order: DeclareConflict, area: Reviewing) -> Replaced:
    """The expert steps back, at any time before the review is over: his marks count no more, the tie is kept for draws
    to come, and somebody else is drawn in his place. If nobody can be, the place stays empty, and he is out as well."""
    review = await own_review(unit, order.subject_id, area)
    expert_id, unit_id = review["expert_id"], await _unit_of(unit, order.subject_id, area)
    round_ = await _left(unit, area, review, unit_id, "conflict", order.reason)
    tied = DeclareRelation(expert_id=expert_id, kind="conflict", unit_id=unit_id, said=order.reason)
    await tie(unit, tied, area)
    expert = await area.changes.found(unit.connection, area.tables.expert, expert_id, "专家")
    found = await _replace(unit, area, round_, unit_id, f"“{expert['name']}”申请回避")
    return Replaced(replaced=found.replaced)


async def release_expert(unit: Unit, order: ReleaseExpert, area: Reviewing) -> Released:
    """The office releases an expert, who does not come back to this unit in this round; his marks count no more."""
    expert = await area.changes.found(unit.connection, area.tables.expert, order.expert_id, "专家")
    review = await review_rows.one(unit.connection, area, order.subject_id, order.expert_id)
    if review is None:
        raise DomainError("no-such-review", f"没有安排“{expert['name']}”评审{area.words.this}", status=404)
    unit_id = await _unit_of(unit, order.subject_id, area)
    round_ = await _left(unit, area, review, unit_id, "released", order.reason)
    return await _replace(unit, area, round_, unit_id, f"解除“{expert['name']}”：{order.reason}")


async def end_reviews(unit: Unit, subject_id: str, reason: str, area: Reviewing) -> None:
    """What was to be reviewed was taken back: whoever has it is released and told, and nobody is drawn for it. Once a
    round is over its reviews stay as they are."""
    for review in await review_rows.held_of(unit.connection, area, subject_id):
        if (await area.round(unit.connection, review["round_id"])).open:
            await _left(unit, area, review, await _unit_of(unit, subject_id, area), "released", reason)


async def _left(
    unit: Unit, area: Reviewing, review: RowMapping, unit_id: str, after: str, reason: str
) -> ReviewedRound:
    """The expert is out of this review, is told so, and what he gave counts no more; its round."""
    round_ = await reviewed_round(unit, review["round_id"], area)
    await area.changes.move(unit, REVIEW, area.tables.review, review["id"], after, reason, reason=reason)
    counted = area.tables.counted
    own = (area.tables.subject(counted) == review["subject_id"]) & (counted.c.expert == review["expert_id"])
    await unit.connection.execute(delete(counted).where(own))
    kept = await expert_rows.standing(unit.connection, area, round_.id, [review["expert_id"]])
    left = Left(review["id"], review["draw_id"], review["expert_id"], review["subject_id"], unit_id, after)
    await area.telling.released(unit, round_, left, sum(each.units for each in kept))
    return round_


async def acting_expert(unit: Unit, area: Reviewing) -> RowMapping:
    expert = await expert_rows.by_account(unit.connection, area, unit.by)
    if expert is None:
        raise DomainError("not-an-expert", "这个账号不是登记的评审专家", status=403)
    return expert


async def own_review(unit: Unit, subject_id: str, area: Reviewing) -> RowMapping:
    """The review of this subject that was given to whoever acts; nobody learns of any other."""
    expert = await acting_expert(unit, area)
    review = await review_rows.one(unit.connection, area, subject_id, expert["id"])
    if review is None:
        raise DomainError("not-assigned", f"没有安排您评审“{subject_id}”", status=403)
    return review


async def _unit_of(unit: Unit, subject_id: str, area: Reviewing) -> str:
    of = area.subjects
    unit_id: str = (await area.changes.found(unit.connection, of.table, subject_id, of.label))[of.unit]
    return unit_id


async def _replace(unit: Unit, area: Reviewing, round_: ReviewedRound, unit_id: str, why: str) -> Released:
    """Draws for one unit alone. That nobody can be drawn undoes nothing: the office is told, and completes it later."""
    rules = await last_rules(unit, round_.id, area)
    try:
        drawn = await draw_places(unit, area, round_, rules, new_seed(), why, only=unit_id)
    except DrawImpossible as impossible:
        return Released(replaced=False, by=None, problem=impossible.message)
    return Released(replaced=True, by="、".join(expert for _, expert in drawn.added), problem=None)
