"""Experts mark what was given to them, each by himself; the office decides about marks that lie apart."""

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, delete, insert

from shared.core.errors import DomainError
from shared.core.exact import parse_decimal
from shared.db.entering import enter
from shared.evaluation.figures import text
from shared.messaging.unit import Unit
from shared.reviewing import review_rows
from shared.reviewing.area import Indicator, Marks, ReviewedRound, Reviewing
from shared.reviewing.drawing import reviewed_round
from shared.reviewing.life import HOLDING, REVIEW
from shared.reviewing.places import own_review
from shared.reviewing.register import Line

LEAST_REASON = 4
"""Characters a mark's reason has at least."""
OUTCOMES = {"kept": "保留", "set_aside": "不计入", "again": "请专家复核"}
"""What the office may decide about a mark."""


class Marked(BaseModel):
    """A mark and its reason."""

    mark: str
    reason: str = Field(max_length=1000)


class MarkUnit(BaseModel):
    """An expert's marks of one subject, by indicator, each with its reason."""

    subject_id: str
    marks: dict[str, Marked]


class Moderate(BaseModel):
    """What the office decides about one expert's mark of one indicator, and why."""

    subject_id: str
    expert: str
    indicator: str
    outcome: Literal["kept", "set_aside", "again"]
    reason: Line = Field(max_length=1000)


async def count_marks(unit: Unit, area: Reviewing, round_: ReviewedRound, subject_id: str, marks: Marks) -> None:
    """Lets these marks count: one of each expert, between 0 and the indicator's full mark; given again, it replaces."""
    rows = []
    for code, given in marks.items():
        indicator = round_.indicator(code)
        if indicator is None:
            raise DomainError("no-such-indicator", f"{round_.rules}没有专家评分指标 {code}")
        for expert, mark in given.items():
            if not _fits(indicator, mark):
                told = f"“{mark}”不是 0 至 {text(indicator.full)} 的分数（{indicator.label}，{expert}）"
                raise DomainError("bad-mark", told)
            subject = {area.tables.subject_name: subject_id}
            rows.append({**subject, "indicator": code, "expert": expert, "mark": mark, "by": unit.by, "at": unit.now})
    if rows:
        await enter(unit.connection, area.tables.counted, rows)
        await area.trailing.decided(unit, "marks", subject_id, marks=marks)


async def mark_unit(unit: Unit, order: MarkUnit, area: Reviewing) -> None:
    """The assigned expert marks every indicator of a unit he accepted, each with a reason. What he gave stays: it is
    given anew only when the office asks, and a mark the office set aside stays aside until it says otherwise."""
    review = await own_review(unit, order.subject_id, area)
    round_ = await reviewed_round(unit, review["round_id"], area)
    asked = {each.code: each.label for each in round_.indicators}
    _check(round_.indicators, order.marks)
    await area.changes.move(unit, REVIEW, area.tables.review, review["id"], "marked")
    expert = review["expert_id"]
    given = {code: {expert: each.mark} for code, each in order.marks.items()}
    await count_marks(unit, area, round_, order.subject_id, given)
    rows = [
        {"review_id": review["id"], "indicator": code, **each.model_dump(), "by": unit.by, "at": unit.now}
        for code, each in order.marks.items()
    ]
    await unit.connection.execute(insert(area.tables.mark), rows)
    decided = await review_rows.moderations(unit.connection, area, review["round_id"])
    for code in asked:
        last = decided.get((order.subject_id, expert, code))
        if last is not None and last["outcome"] == "set_aside":
            await _uncount(unit, area, order.subject_id, expert, code)


def _check(indicators: Sequence[Indicator], marks: Mapping[str, Marked]) -> None:
    """Everything wrong with what an expert gave, at once and by what each indicator is called to him."""
    lacking = [f"{each.label}没有评分" for each in indicators if each.code not in marks]
    given = [(each, marks[each.code]) for each in indicators if each.code in marks]
    lacking += [
        f"{each.label}的理由至少写 {LEAST_REASON} 个字"
        for each, mark in given
        if len("".join(mark.reason.split())) < LEAST_REASON
    ]
    bad = [
        f"{each.label}：“{mark.mark}”不是 0 至 {text(each.full)} 的分数"
        for each, mark in given
        if not _fits(each, mark.mark)
    ]
    if lacking:
        raise DomainError("marks-incomplete", "评分还不完整：" + "；".join([*lacking, *bad]))
    if bad:
        raise DomainError("bad-mark", "请改正评分：" + "；".join(bad))


def _fits(indicator: Indicator, mark: str) -> bool:
    value = parse_decimal(mark)
    return value is not None and 0 <= value <= indicator.full


def moderation_of(subject_id: str, expert_id: str) -> str:
    """Under which id it is noted what was decided about an expert's marks of a subject."""
    return f"{subject_id}/{expert_id}"[:200]


async def moderate(unit: Unit, order: Moderate, area: Reviewing) -> None:
    """Records what the office decided about one mark and why, and does it: kept marks count, those set aside do not,
    and an expert who is asked again may give all his marks of the unit anew, which count as they are until then."""
    of = area.subjects
    subject = await area.changes.found(unit.connection, of.table, order.subject_id, of.label)
    round_ = await reviewed_round(unit, subject[of.round], area)
    key = (order.subject_id, order.expert, order.indicator)
    of_subject = await review_rows.counted(unit.connection, area, round_.id, [order.subject_id])
    counted = of_subject.get(order.subject_id, {})
    others = counted.get(order.indicator, {})
    last = (await review_rows.moderations(unit.connection, area, round_.id)).get(key)
    mark = others.get(order.expert)
    if mark is None:
        mark = await _aside(unit, area, round_, last, order)
    if order.outcome == "set_aside":
        if not others.keys() - {order.expert}:
            raise DomainError("last-mark", "这是该项唯一计入的评分，不能不计入；请先补抽专家", status=409)
        await _uncount(unit, area, *key)
    elif order.outcome == "kept":
        await count_marks(unit, area, round_, order.subject_id, {order.indicator: {order.expert: mark}})
    else:
        await _ask_again(unit, area, order)
    row = order.model_dump(exclude={"subject_id"}) | {"mark": mark, "by": unit.by, "at": unit.now}
    moderation = insert(area.tables.moderation)
    await unit.connection.execute(moderation, [row | {area.tables.subject_name: order.subject_id}])
    about = f"{order.indicator}，{order.expert}，{mark} 分：{OUTCOMES[order.outcome]}；{order.reason}"
    decided = (moderation_of(order.subject_id, order.expert), None, order.outcome)
    await area.changes.note(unit, "moderation", [decided], about)


async def _aside(unit: Unit, area: Reviewing, round_: ReviewedRound, last: RowMapping | None, order: Moderate) -> str:
    """The mark that was set aside: what the expert gave last, or what was decided about if he never gave it himself."""
    review = await review_rows.one(unit.connection, area, order.subject_id, order.expert)
    if last is None or last["outcome"] != "set_aside" or (review is not None and review["state"] not in HOLDING):
        raise DomainError("no-such-mark", f"“{order.expert}”没有给过这一项评分，或其评分已随回避、解除失效", status=404)
    given = await review_rows.latest_marks(unit.connection, area, round_.id, [order.subject_id])
    own = given.get((order.subject_id, order.expert, order.indicator))
    mark: str = (own or last)["mark"]
    return mark


async def _ask_again(unit: Unit, area: Reviewing, order: Moderate) -> None:
    review = await review_rows.one(unit.connection, area, order.subject_id, order.expert)
    if review is None:
        raise DomainError("not-assigned", "这项评分由办公室代为记录，请直接更正记录", status=409)
    await area.changes.move(unit, REVIEW, area.tables.review, review["id"], "accepted", f"请复核：{order.reason}")


async def _uncount(unit: Unit, area: Reviewing, subject_id: str, expert: str, indicator: str) -> None:
    counted = area.tables.counted
    gone = delete(counted).where(
        area.tables.subject(counted) == subject_id, counted.c.expert == expert, counted.c.indicator == indicator
    )
    await unit.connection.execute(gone)
