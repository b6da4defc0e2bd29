"""Rank a call: what the experts' marks come to, what was seen on site, what the panel makes of it."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, bindparam, insert, update

from services.talent.domain import lifecycles
from services.talent.store import changes, selections, trail
from services.talent.store.application_tables import APPLICATION
from services.talent.store.selection_tables import PANEL_DECISION, RESULT, SITE_VISIT
from services.talent.store.tables import CALL
from services.talent.usecases.standing import standing
from shared.core.errors import DomainError
from shared.core.exact import parse_decimal, two_decimals
from shared.db.entering import enter
from shared.evaluation import score
from shared.messaging.unit import Unit
from shared.programme.load import load_programme

LEAST, MOST = Decimal(0), Decimal(100)


class RankCall(BaseModel):
    """评审结束，按专家评分排名。"""

    programme_id: str


class RecordVisit(BaseModel):
    """登记现场考察：日期、考察人和情况。"""

    application_id: str
    on: date
    visitors: str = Field(min_length=1, max_length=500)
    findings: str = Field(min_length=1, max_length=4000)


class DecideAsPanel(BaseModel):
    """评审组调整一份申报的得分，或取消其排名，写明理由。"""

    application_id: str
    total: str | None = Field(default=None, max_length=20)
    """0 到 100 分；不写即不参加排名。"""
    reason: str = Field(min_length=1, max_length=1000)


async def rank_call(unit: Unit, order: RankCall) -> int:
    """Ranks the accepted applications of a closed call by the mean of their experts' marks, once every place is marked;
    how many have a total. Ranked again, what the panel decided stands."""
    call = await changes.found(unit.connection, CALL, order.programme_id, "申报批次", hold=True)
    if call["state"] not in ("closed", "reviewed"):
        told = f"申报批次现在是“{lifecycles.CALL.states[call['state']]}”，申报截止以后、公示以前才能排名"
        raise DomainError("call-not-reviewed", told, status=409)
    open_ = await selections.open_reviews(unit.connection, order.programme_id)
    if open_:
        raise DomainError("reviews-open", f"还有 {open_} 份评审没有评完；请提醒专家，或解除后补抽", status=409)
    programme = load_programme(order.programme_id)
    results = score(programme.review.scheme, await selections.marked(unit.connection, order.programme_id))
    if not results:
        raise DomainError("nothing-to-rank", "本批次没有已受理的申报，不能排名", status=409)
    before = {row["application_id"]: row for row in await selections.standing(unit.connection, order.programme_id)}
    rows = [
        {
            "application_id": each.unit.id, "programme_id": programme.id,
            "computed": _written(each.total), "total": _counts(before.get(each.unit.id), _written(each.total)),
            "scores": [one.as_json() for one in each.scores], "rank": None, "public_from": None, "public_until": None,
            "chosen_for": "", "at": unit.now,
        }
        for each in results
    ]  # fmt: skip
    await enter(unit.connection, RESULT, rows)
    if call["state"] == "closed":
        await changes.move(unit, lifecycles.CALL, CALL, programme.id, "reviewed")
    await place(unit, programme.id)
    await changes.note(unit, "result", [(each.unit.id, None, "ranked") for each in results])
    return sum(1 for each in results if each.total is not None)


def _written(total: Decimal | None) -> str | None:
    return None if total is None else two_decimals(f"{total:f}")


def _counts(before: RowMapping | None, computed: str | None) -> str | None:
    """What the panel made of it stands; otherwise what the marks come to."""
    if before is not None and before["total"] != before["computed"]:
        kept: str | None = before["total"]
        return kept
    return computed


async def place(unit: Unit, programme_id: str) -> None:
    """Notes everybody's rank anew."""
    found = (await standing(unit.connection, programme_id)).bands
    rows = await selections.standing(unit.connection, programme_id)
    ranks = {each.id: each.rank for each in found.among(selections.scored(rows)).placed}
    moved = [
        {"ranked": row["application_id"], "now": ranks.get(row["application_id"])}
        for row in rows
        if ranks.get(row["application_id"]) != row["rank"]
    ]
    if moved:
        change = update(RESULT).where(RESULT.c.application_id == bindparam("ranked"))
        await unit.connection.execute(change.values(rank=bindparam("now")), moved)


async def record_visit(unit: Unit, order: RecordVisit) -> None:
    """Notes what was seen on site, where the programme has such visits."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报", hold=True)
    if not load_programme(row["programme_id"]).review.visit:
        raise DomainError("no-visits", "这一计划没有现场考察", status=409)
    if row["state"] != "accepted":
        state = lifecycles.APPLICATION.states[row["state"]]
        raise DomainError("application-not-reviewed", f"这份申报{state}，不在评审", status=409)
    if order.on > unit.today:
        raise DomainError("bad-dates", f"考察日期 {order.on} 还没有到，请核对")
    seen: dict[str, Any] = {
        "application_id": row["id"], "on_date": order.on, "visitors": order.visitors.strip(),
        "findings": order.findings.strip(), "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(SITE_VISIT), [seen])
    await trail.record(unit, trail.VISITS, "visit:recorded", [seen])


async def decide_as_panel(unit: Unit, order: DecideAsPanel) -> None:
    """The panel's word on one total, before anything is public; it is shown beside what the marks come to."""
    row = await changes.found(unit.connection, APPLICATION, order.application_id, "申报", hold=True)
    call = await changes.found(unit.connection, CALL, row["programme_id"], "申报批次", hold=True)
    result = await selections.result_of(unit.connection, row["id"])
    if call["state"] != "reviewed" or result is None or row["state"] != "accepted":
        raise DomainError("not-ranked", "排名以后、公示以前，评审组才能调整得分", status=409)
    total = None if order.total is None or not order.total.strip() else points(order.total)
    await change_total(unit, result, total, order.reason)


def points(typed: str) -> str:
    """A total as a row holds it: 0 to 100 points with at most two places."""
    number = parse_decimal(typed.strip())
    if number is None or not LEAST <= number <= MOST or number != round(number, 2):
        raise DomainError("bad-total", f"得分“{typed.strip()[:20]}”不是 0 到 100 之间、至多两位小数的数字，请核对")
    return two_decimals(f"{number:f}")


async def change_total(unit: Unit, result: RowMapping, total: str | None, reason: str) -> None:
    """Puts another total in the place of what counted, keeps the decision, and ranks the call anew."""
    decided = {
        "application_id": result["application_id"], "before": result["total"], "after": total,
        "reason": reason.strip(), "by": unit.by, "at": unit.now,
    }  # fmt: skip
    await unit.connection.execute(insert(PANEL_DECISION), [decided])
    await trail.record(unit, trail.PANEL_DECISIONS, "panel:decided", [decided])
    change = update(RESULT).where(RESULT.c.application_id == result["application_id"])
    await unit.connection.execute(change.values(total=total))
    await changes.note(unit, "result", [(result["application_id"], "ranked", "ranked")], reason)
    await place(unit, result["programme_id"])
