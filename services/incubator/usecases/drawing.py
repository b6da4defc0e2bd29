"""Draw experts for the reports of a round: once for all, and again for places that came free."""

import secrets
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert

from services.incubator.domain import lifecycles
from services.incubator.store import changes, reviews
from services.incubator.store.review_tables import REVIEW, REVIEW_DRAW
from services.incubator.store.tables import ROUND
from services.incubator.usecases.experts import Line
from services.incubator.usecases.rounds import RoundNamed
from services.incubator.usecases.telling_experts import tell_assigned
from shared.core.canonical import sha256_of
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from shared.review import DrawImpossible, Drawn, Rules, draw, exclusions, record_of, replay


class WhoMayReview(RoundNamed):
    """抽取之前：每家单位有几位专家可以评审，其余专家为什么不能，按这样的规则能不能抽取。"""

    per_unit: int = Field(ge=1, le=50)
    most: int = Field(ge=1, le=1000)
    fields: list[str] = Field(default_factory=list, max_length=50)
    """要求的专业领域，有其中之一即可；不写为不限。"""


class DrawExperts(WhoMayReview):
    """随机抽取评审专家：每家单位几位，每位专家至多几家。"""

    seed: str | None = Field(default=None, min_length=1, max_length=100)
    """随机种子；不写由系统生成。都会记录，凭它可以重现抽取。"""


class CompleteDraw(RoundNamed):
    """补抽空缺的名额，已有的专家不变。"""

    most: int | None = Field(default=None, ge=1, le=1000)
    """每位专家至多几家；不写与上次相同。"""
    why: Line = Field(max_length=1000)


class VerifyDraw(BaseModel):
    """按记录的名单、规则和种子重新抽取一遍，核对结果。"""

    draw_id: str


class Candidates(BaseModel):
    """Of one unit: how many may review it, and each reason why another may not."""

    carrier_id: str
    carrier_name: str
    eligible: int
    excluded: dict[str, list[str]]


class MayReview(BaseModel):
    units: list[Candidates]
    impossible: str | None
    """What stands in the way of a draw by these rules."""


class DrawnExperts(BaseModel):
    """`added`: carrier and expert."""

    draw_id: str
    seed: str
    added: list[tuple[str, str]]


async def who_may_review(unit: Unit, order: WhoMayReview) -> MayReview:
    """Who could be drawn and who could not, before anybody is; no outcome is shown, so that none can be chosen."""
    round_ = await reviewed_round(unit, order.round_id)
    rules = _rules(round_, order.per_unit, order.most, order.fields)
    experts = await reviews.experts(unit.connection, order.round_id)
    units = await reviews.units(unit.connection, order.round_id)
    found = []
    for each in units:
        why = {expert.id: [one.reason for one in exclusions(expert, each, rules)] for expert in experts}
        excluded = {id_: reasons for id_, reasons in why.items() if reasons}
        found.append(
            Candidates(
                carrier_id=each.id,
                carrier_name=each.name,
                eligible=len(experts) - len(excluded),
                excluded=excluded,
            )
        )
    try:  # whether it is possible is the same with any seed
        draw(experts, units, rules, "", await reviews.holding(unit.connection, order.round_id))
    except DrawImpossible as impossible:
        return MayReview(units=found, impossible=impossible.message)
    return MayReview(units=found, impossible=None)


async def draw_experts(unit: Unit, order: DrawExperts) -> DrawnExperts:
    """Draws the experts of a round, once; nobody is drawn if not everybody can be."""
    round_ = await reviewed_round(unit, order.round_id)
    if await reviews.last_draw(unit.connection, order.round_id) is not None:
        raise DomainError("already-drawn", "本批次已经抽取过专家；空缺的名额请补抽，个别专家请解除后补抽", status=409)
    rules = _rules(round_, order.per_unit, order.most, order.fields)
    return await draw_places(unit, round_, rules, order.seed or new_seed(), "抽取")


async def complete_draw(unit: Unit, order: CompleteDraw) -> DrawnExperts:
    """Draws what is missing by the rules of the last draw: places that came free, reports that came later."""
    round_ = await reviewed_round(unit, order.round_id)
    rules = await last_rules(unit, order.round_id)
    rules = Rules(rules.per_unit, order.most or rules.most, rules.fields)
    return await draw_places(unit, round_, rules, new_seed(), order.why)


async def verify_draw(unit: Unit, order: VerifyDraw) -> bool:
    """Whether drawing again from what was recorded brings what was recorded."""
    row = await reviews.draw_named(unit.connection, order.draw_id)
    if row is None:
        raise DomainError("no-such-draw", f"没有抽取记录“{order.draw_id}”", status=404)
    again = replay(row["made_from"], row["seed"])
    same: bool = [list(pair) for pair in again.added] == row["added"]
    return same


def new_seed() -> str:
    """A seed nobody could foresee."""
    return secrets.token_hex(16)


async def reviewed_round(unit: Unit, round_id: str) -> RowMapping:
    """The round, held until this transaction ends; refused once it is graded, or if experts mark nothing."""
    round_ = await changes.found(unit.connection, ROUND, round_id, "考评批次", hold=True)
    if round_["state"] not in reviews.REVIEWED:
        label = lifecycles.ROUND.states[round_["state"]]
        raise DomainError("round-not-reviewed", f"本批次{label}，不在专家评审阶段", status=409)
    scheme = load_scheme(round_["scheme"])
    if not scheme.expert_indicators:
        raise DomainError("nothing-to-mark", f"方案“{scheme.title}”没有专家评分的指标，不需要专家评审", status=409)
    return round_


def _rules(round_: RowMapping, per_unit: int, most: int, fields: list[str]) -> Rules:
    return Rules(per_unit, most, {round_["kind"]: tuple(fields)} if fields else {})


async def last_rules(unit: Unit, round_id: str) -> Rules:
    last = await reviews.last_draw(unit.connection, round_id)
    if last is None:
        raise DomainError("not-drawn", "本批次还没有抽取专家", status=409)
    given: dict[str, Any] = last["rules"]
    fields = {kind: tuple(asked) for kind, asked in given["fields"].items()}
    return Rules(given["per_unit"], given["most"], fields)


async def draw_places(
    unit: Unit, round_: RowMapping, rules: Rules, seed: str, why: str, only: str | None = None
) -> DrawnExperts:
    """Draws what is missing, of the whole round or of one unit `only`, writes down all it was made from, and tells each
    expert who was drawn, once."""
    experts = await reviews.experts(unit.connection, round_["id"])
    units = [each for each in await reviews.units(unit.connection, round_["id"]) if only in (None, each.id)]
    if not units:
        raise DomainError("nothing-reported", "本批次还没有填报可以评审，请在填报提交后抽取", status=409)
    kept = await reviews.holding(unit.connection, round_["id"])
    drawn = draw(experts, units, rules, seed, kept)
    made_from = record_of(experts, units, rules, kept)
    id_ = event_id("review-draw", round_["id"], unit.now.isoformat(), seed)
    await _record(unit, round_["id"], id_, drawn, made_from, why)
    tell_assigned(unit, round_, id_, drawn.added)
    return DrawnExperts(draw_id=id_, seed=seed, added=list(drawn.added))


async def _record(unit: Unit, round_id: str, draw_id: str, drawn: Drawn, made_from: dict[str, Any], why: str) -> None:
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
    await unit.connection.execute(insert(REVIEW_DRAW), [row])
    proof = f"{why}；种子 {drawn.seed}，抽取依据 SHA-256 {sha256_of(made_from)}"
    await changes.note(unit, "draw", [(draw_id, None, "drawn")], proof)
    ids = [event_id("review", f"{round_id}-{carrier}", expert) for carrier, expert in drawn.added]
    given = [
        {
            "id": id_,
            "draw_id": draw_id,
            "round_id": round_id,
            "report_id": f"{round_id}-{carrier}",
            "expert_id": expert,
            "state": "invited",
            "reason": "",
            "invited_at": unit.now,
        }
        for id_, (carrier, expert) in zip(ids, drawn.added, strict=True)
    ]
    if given:
        await unit.connection.execute(insert(REVIEW), given)
    await changes.note(unit, "review", [(id_, None, "invited") for id_ in ids], why)
