"""Draw experts for what is reviewed in a round: once for all, and again for places that came free."""

import secrets
from collections import Counter
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import insert

from shared.core.canonical import sha256_of
from shared.core.errors import DomainError
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.review import DrawImpossible, Drawn, Rules, draw, exclusions, record_of, replay
from shared.reviewing import expert_rows, review_rows
from shared.reviewing.area import ReviewedRound, Reviewing
from shared.reviewing.register import Line


class WhoMayReview(BaseModel):
    """抽取之前：每家单位有几位专家可以评审，其余专家为什么不能，按这样的规则能不能抽取。"""

    round_id: str
    per_unit: int = Field(ge=1, le=50)
    most: int = Field(ge=1, le=1000)
    fields: list[str] = Field(default_factory=list, max_length=50)
    """要求的专业领域，有其中之一即可；不写为不限。"""
    until: date | None = None
    """专家评审的最后一天，邀请信里写明，截止前自动提醒；不写照批次原来的。"""


class DrawExperts(WhoMayReview):
    """随机抽取评审专家：每家单位几位，每位专家至多几家。"""

    seed: str | None = Field(default=None, min_length=1, max_length=100)
    """随机种子；不写由系统生成。都会记录，凭它可以重现抽取。"""


class CompleteDraw(BaseModel):
    """补抽空缺的名额，已有的专家不变。"""

    round_id: str
    most: int | None = Field(default=None, ge=1, le=1000)
    """每位专家至多几家；不写与上次相同。"""
    why: Line = Field(max_length=1000)


class VerifyDraw(BaseModel):
    """按记录的名单、规则和种子重新抽取一遍，核对结果。"""

    draw_id: str


class Candidates(BaseModel):
    """Of one unit: how many may review it, and each reason why another may not."""

    unit_id: str
    unit_name: str
    eligible: int
    excluded: dict[str, list[str]]


class MayReview(BaseModel):
    units: list[Candidates]
    impossible: str | None
    """What stands in the way of a draw by these rules."""
    places: int
    """How many places would be drawn, each a unit with an expert."""


class DrawnExperts(BaseModel):
    """`added`: unit and expert."""

    draw_id: str
    seed: str
    added: list[tuple[str, str]]


async def who_may_review(unit: Unit, order: WhoMayReview, area: Reviewing) -> MayReview:
    """Who could be drawn and who could not, before anybody is; no outcome is shown, so that none can be chosen."""
    round_ = await reviewed_round(unit, order.round_id, area)
    rules = _rules(round_, order.per_unit, order.most, order.fields)
    _check_until(unit, area, order.until)
    experts = await expert_rows.experts(unit.connection, area, order.round_id)
    units = await area.units(unit.connection, order.round_id)
    places, found = len(units) * order.per_unit, []
    for each in units:
        why = {expert.id: [one.reason for one in exclusions(expert, each, rules)] for expert in experts}
        excluded = {id_: reasons for id_, reasons in why.items() if reasons}
        eligible = len(experts) - len(excluded)
        found.append(Candidates(unit_id=each.id, unit_name=each.name, eligible=eligible, excluded=excluded))
    try:  # whether it is possible is the same with any seed
        draw(experts, units, rules, "", await review_rows.holding(unit.connection, area, order.round_id))
    except DrawImpossible as impossible:
        return MayReview(units=found, impossible=impossible.message, places=places)
    return MayReview(units=found, impossible=None, places=places)


async def draw_experts(unit: Unit, order: DrawExperts, area: Reviewing) -> DrawnExperts:
    """Draws the experts of a round, once; nobody is drawn if not everybody can be."""
    round_ = await reviewed_round(unit, order.round_id, area)
    if await review_rows.last_draw(unit.connection, area, order.round_id) is not None:
        raise DomainError("already-drawn", "本批次已经抽取过专家；空缺的名额请补抽，个别专家请解除后补抽", status=409)
    _check_until(unit, area, order.until)
    if order.until is not None and area.ends is not None:
        round_ = await area.ends(unit, round_, order.until)
    rules = _rules(round_, order.per_unit, order.most, order.fields)
    return await draw_places(unit, area, round_, rules, order.seed or new_seed(), "抽取")


async def complete_draw(unit: Unit, order: CompleteDraw, area: Reviewing) -> DrawnExperts:
    """Draws what is missing by the rules of the last draw: places that came free, units that came later."""
    round_ = await reviewed_round(unit, order.round_id, area)
    rules = await last_rules(unit, order.round_id, area)
    rules = Rules(rules.per_unit, order.most or rules.most, rules.fields)
    return await draw_places(unit, area, round_, rules, new_seed(), order.why)


async def verify_draw(unit: Unit, order: VerifyDraw, area: Reviewing) -> bool:
    """Whether drawing again from what was recorded brings what was recorded."""
    row = await review_rows.draw_named(unit.connection, area, order.draw_id)
    if row is None:
        raise DomainError("no-such-draw", f"没有抽取记录“{order.draw_id}”", status=404)
    again = replay(row["made_from"], row["seed"])
    same: bool = [list(pair) for pair in again.added] == row["added"]
    return same


def new_seed() -> str:
    """A seed nobody could foresee."""
    return secrets.token_hex(16)


async def reviewed_round(unit: Unit, round_id: str, area: Reviewing) -> ReviewedRound:
    """The round, held until this transaction ends; refused while nobody reviews in it, or if experts mark nothing."""
    round_ = await area.round(unit.connection, round_id, hold=True)
    if not round_.open:
        raise DomainError("round-not-reviewed", f"本批次{round_.state}，不在专家评审阶段", status=409)
    if not round_.indicators:
        raise DomainError("nothing-to-mark", f"{round_.rules}没有专家评分的指标，不需要专家评审", status=409)
    return round_


def _check_until(unit: Unit, area: Reviewing, until: date | None) -> None:
    if until is None:
        return
    if area.ends is None:
        raise DomainError("no-deadline-here", "评审截止日期在批次里设定，不在抽取时定")
    if until < unit.today:
        raise DomainError("bad-dates", f"评审截止 {until} 早于今天（{unit.today}），请核对")


def _rules(round_: ReviewedRound, per_unit: int, most: int, fields: list[str]) -> Rules:
    return Rules(per_unit, most, dict.fromkeys(round_.kinds, tuple(fields)) if fields else {})


async def last_rules(unit: Unit, round_id: str, area: Reviewing) -> Rules:
    last = await review_rows.last_draw(unit.connection, area, round_id)
    if last is None:
        raise DomainError("not-drawn", "本批次还没有抽取专家", status=409)
    given: dict[str, Any] = last["rules"]
    fields = {kind: tuple(asked) for kind, asked in given["fields"].items()}
    return Rules(given["per_unit"], given["most"], fields)


async def draw_places(
    unit: Unit, area: Reviewing, round_: ReviewedRound, rules: Rules, seed: str, why: str, only: str | None = None
) -> DrawnExperts:
    """Draws what is missing, of the whole round or of one unit `only`, writes down all it was made from, and tells each
    expert who was drawn, once."""
    experts = await expert_rows.experts(unit.connection, area, round_.id)
    units = [each for each in await area.units(unit.connection, round_.id) if only in (None, each.id)]
    if not units:
        what = area.subjects.label
        raise DomainError("nothing-reported", f"本批次还没有{what}可以评审，请在{what}提交后抽取", status=409)
    kept = await review_rows.holding(unit.connection, area, round_.id)
    drawn = draw(experts, units, rules, seed, kept)
    made_from = record_of(experts, units, rules, kept)
    id_ = event_id("review-draw", round_.id, unit.now.isoformat(), seed)
    await _record(unit, area, round_.id, id_, drawn, made_from, why)
    for expert, given in sorted(Counter(expert for _, expert in drawn.added).items()):
        area.telling.assigned(unit, round_, expert, given, id_)
    return DrawnExperts(draw_id=id_, seed=seed, added=list(drawn.added))


async def _record(
    unit: Unit, area: Reviewing, round_id: str, draw_id: str, drawn: Drawn, made_from: dict[str, Any], why: str
) -> None:
    row = {
        "id": draw_id,
        "round_id": round_id,
        "seed": drawn.seed,
        "rules": made_from["rules"],
        "made_from": made_from,
        "added": [list(pair) for pair in drawn.added],
        "why": why,
        "by": unit.by,
        "at": unit.now,
    }
    await unit.connection.execute(insert(area.tables.draw), [row])
    proof = f"{why}；种子 {drawn.seed}，抽取依据 SHA-256 {sha256_of(made_from)}"
    await area.changes.note(unit, "draw", [(draw_id, None, "drawn")], proof)
    given = [
        {
            "id": event_id("review", subject, expert),
            "draw_id": draw_id,
            "round_id": round_id,
            area.tables.subject_name: subject,
            "expert_id": expert,
            "state": "invited",
            "reason": "",
            "invited_at": unit.now,
        }
        for subject, expert in ((area.subject_of(round_id, its), expert) for its, expert in drawn.added)
    ]
    if given:
        await unit.connection.execute(insert(area.tables.review), given)
    await area.changes.note(unit, "review", [(str(each["id"]), None, "invited") for each in given], why)
