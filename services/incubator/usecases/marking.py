"""Experts mark what was given to them, each by himself; the office decides about marks that lie apart."""

from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, delete, insert

from services.incubator.domain import lifecycles
from services.incubator.store import changes, reviews
from services.incubator.store.review_tables import MODERATION, REVIEW, REVIEW_MARK
from services.incubator.store.tables import EXPERT_MARK, REPORT
from services.incubator.usecases.drawing import reviewed_round
from services.incubator.usecases.experts import Line
from services.incubator.usecases.reports import RecordMarks, record_marks
from services.incubator.usecases.reviewing import own_review
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.messaging.unit import Unit

LEAST_REASON = 4
"""Characters a mark's reason has at least."""
OUTCOMES = {"kept": "保留", "set_aside": "不计入", "again": "请专家复核"}
"""What the office may decide about a mark."""


class Marked(BaseModel):
    """A mark and its reason."""

    mark: str
    reason: str = Field(max_length=1000)


class MarkUnit(BaseModel):
    """专家评分：一家单位的各项专家指标，逐项给分并写明理由。"""

    report_id: str
    marks: dict[str, Marked]


class Moderate(BaseModel):
    """办公室处理一位专家的一项评分：保留、不计入、请专家复核，写明理由。"""

    report_id: str
    expert: str
    indicator: str
    outcome: Literal["kept", "set_aside", "again"]
    reason: Line = Field(max_length=1000)


async def mark_unit(unit: Unit, order: MarkUnit) -> None:
    """The assigned expert marks every expert indicator of a unit he accepted, each with a reason. What he gave stays:
    it is given anew only when the office asks, and a mark the office set aside stays aside until it says otherwise."""
    review = await own_review(unit, order.report_id)
    round_ = await reviewed_round(unit, review["round_id"])
    asked = {each.code: each.label for each in load_scheme(round_["scheme"]).expert_indicators}
    wrong = [f"{label}没有评分" for code, label in asked.items() if code not in order.marks]
    wrong += [
        f"{asked[code]}的理由至少写 {LEAST_REASON} 个字"
        for code, given in order.marks.items()
        if code in asked and len("".join(given.reason.split())) < LEAST_REASON
    ]
    if wrong:
        raise DomainError("marks-incomplete", "评分还不完整：" + "；".join(wrong))
    await changes.move(unit, lifecycles.REVIEW, REVIEW, review["id"], "marked")
    expert = review["expert_id"]
    given = {code: {expert: each.mark} for code, each in order.marks.items()}
    await record_marks(unit, RecordMarks(report_id=order.report_id, marks=given))
    rows = [
        {"review_id": review["id"], "indicator": code, **each.model_dump(), "by": unit.by, "at": unit.now}
        for code, each in order.marks.items()
    ]
    await unit.connection.execute(insert(REVIEW_MARK), rows)
    decided = await reviews.moderations(unit.connection, review["round_id"])
    for code in asked:
        last = decided.get((order.report_id, expert, code))
        if last is not None and last["outcome"] == "set_aside":
            await _uncount(unit, order.report_id, expert, code)


async def moderate(unit: Unit, order: Moderate) -> None:
    """Records what the office decided about one mark and why, and does it: kept marks count, those set aside do not,
    and an expert who is asked again may give all his marks of the unit anew, which count as they are until then."""
    report = await changes.found(unit.connection, REPORT, order.report_id, "填报")
    await reviewed_round(unit, report["round_id"])
    key = (order.report_id, order.expert, order.indicator)
    counted = (await reviews.counted(unit.connection, report["round_id"])).get(order.report_id, {})
    others = counted.get(order.indicator, {})
    last = (await reviews.moderations(unit.connection, report["round_id"])).get(key)
    mark = others.get(order.expert)
    if mark is None:
        mark = await _aside(unit, report, last, order)
    if order.outcome == "set_aside":
        if not others.keys() - {order.expert}:
            raise DomainError("last-mark", "这是该项唯一计入的评分，不能不计入；请先补抽专家", status=409)
        await _uncount(unit, *key)
    elif order.outcome == "kept":
        marks = {order.indicator: {order.expert: mark}}
        await record_marks(unit, RecordMarks(report_id=order.report_id, marks=marks))
    else:
        await _ask_again(unit, order)
    row = order.model_dump() | {"mark": mark, "by": unit.by, "at": unit.now}
    await unit.connection.execute(insert(MODERATION), [row])
    about = f"{order.indicator}，{order.expert}，{mark} 分：{OUTCOMES[order.outcome]}；{order.reason}"
    await changes.note(unit, "moderation", [(f"{order.report_id}/{order.expert}"[:200], None, order.outcome)], about)


async def _aside(unit: Unit, report: RowMapping, last: RowMapping | None, order: Moderate) -> str:
    """The mark that was set aside: what the expert gave last, or what was decided about if he never gave it himself."""
    review = await reviews.one(unit.connection, order.report_id, order.expert)
    if (
        last is None
        or last["outcome"] != "set_aside"
        or (review is not None and review["state"] not in reviews.HOLDING)
    ):
        raise DomainError("no-such-mark", f"“{order.expert}”没有给过这一项评分，或其评分已随回避、解除失效", status=404)
    given = await reviews.latest_marks(unit.connection, report["round_id"])
    own = given.get((order.report_id, order.expert, order.indicator))
    mark: str = (own or last)["mark"]
    return mark


async def _ask_again(unit: Unit, order: Moderate) -> None:
    review = await reviews.one(unit.connection, order.report_id, order.expert)
    if review is None:
        raise DomainError("not-assigned", "这项评分由办公室代为记录，请直接更正记录", status=409)
    await changes.move(unit, lifecycles.REVIEW, REVIEW, review["id"], "accepted", f"请复核：{order.reason}")


async def _uncount(unit: Unit, report_id: str, expert: str, indicator: str) -> None:
    gone = delete(EXPERT_MARK).where(
        EXPERT_MARK.c.report_id == report_id, EXPERT_MARK.c.expert == expert, EXPERT_MARK.c.indicator == indicator
    )
    await unit.connection.execute(gone)
