"""Decide about a carrier's title: promote, order to rectify, withdraw or leave it; each with its event and letter."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select

from services.incubator.domain import lifecycles
from services.incubator.store import bars, changes, registers, titles, trail
from services.incubator.store.tables import CARRIER, EVALUATION, ROUND
from services.incubator.store.title_tables import RECTIFICATION, TITLE_DECISION
from services.incubator.usecases.registers import RecogniseCarrier, WithdrawTitle, recognise_carrier, withdraw_title
from services.incubator.usecases.title_applications import check_above
from shared.contracts.incubator import RectificationClosed, RectificationOrdered, WithdrawalDeclined
from shared.core.errors import DomainError
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit

TWO_FAILURES = "国科发区〔2018〕300号第十四条"
"""连续 2 次考核评价不合格的，取消其资格. Two failed years in a row: the title is withdrawn."""

RECOGNISED, PROMOTED, REFUSED = "recognised", "promoted", "refused"
RECTIFY, RECTIFIED, NOT_RECTIFIED = "rectification-ordered", "rectification-confirmed", "rectification-failed"
WITHDRAWN, KEPT = "withdrawn", "withdrawal-declined"
BARRED, LIFTED, ANNULLED = "barred", "bar-lifted", "bar-annulled"
ACTS = {
    RECOGNISED: "认定（备案）",
    PROMOTED: "晋级",
    REFUSED: "不予认定",
    RECTIFY: "限期整改",
    RECTIFIED: "整改合格",
    NOT_RECTIFIED: "整改不合格",
    WITHDRAWN: "取消资格",
    KEPT: "保留资格",
    BARRED: "失信惩戒",
    LIFTED: "提前解除惩戒",
    ANNULLED: "撤销惩戒决定",
}
"""What each act is called."""


class ByDocument(BaseModel):
    """What every decision says: its day, its document, why."""

    on: date
    document_no: str = Field(min_length=1, max_length=100)
    reason: str = Field(min_length=1, max_length=1500)


class PromoteCarrier(ByDocument):
    """将在册载体晋升到更高的级别；补助由系统按政策核算。"""

    carrier_id: str
    level: str


class OrderRectification(ByDocument):
    """要求载体在某日前整改：整改什么，什么时候以前。"""

    carrier_id: str
    what: str = Field(min_length=1, max_length=2000)
    until: date
    basis: str = Field(default="", max_length=300)


class CloseRectification(ByDocument):
    """对整改作出结论：合格或不合格。"""

    rectification_id: str
    outcome: Literal["confirmed", "failed"]


class WithdrawByDecision(ByDocument):
    """取消载体资格；连续两年不合格的，写明是哪一次考评提出的。"""

    carrier_id: str
    evaluation_id: str | None = None
    basis: str = Field(default="", max_length=300)


class DeclineWithdrawal(ByDocument):
    """连续两年不合格，决定不取消资格，写明理由。"""

    evaluation_id: str


def check_day(unit: Unit, on: date) -> None:
    """A document is dated before it is entered here."""
    if on > unit.today:
        raise DomainError("bad-dates", f"决定日期 {on} 还没有到，请核对")


async def enter_decision(
    unit: Unit,
    act: str,
    about: RowMapping | dict[str, Any],
    order: ByDocument,
    told: str,
    *,
    basis: str = "",
    id_: str | None = None,
    **more: object,
) -> str:
    """Enters a decision and its entry in the audit trail; answers its id. The same one twice is refused."""
    row = {
        "id": id_ or id_of(act, about["id"], order), "act": act, "organisation_id": about["organisation_id"],
        "carrier_id": about["id"], "name": about["name"], "kind": about["kind"], "level": about["level"],
        "application_id": None, "evaluation_id": None, "on_date": order.on, "document_no": order.document_no,
        "basis": basis, "reason": order.reason, "detail": {}, "event_id": told, "by": unit.by, "at": unit.now, **more,
    }  # fmt: skip
    if await titles.decision(unit.connection, str(row["id"])) is not None:
        told = f"这一决定（{ACTS[act]}，{order.document_no}）已经登记过，请刷新后核对"
        raise DomainError("already-decided", told, status=409)
    await unit.connection.execute(insert(TITLE_DECISION), [row])
    await trail.record(unit, trail.TITLE_DECISIONS, f"title:{act}", [row])
    return str(row["id"])


def id_of(act: str, about: str, order: ByDocument) -> str:
    """A decision's id follows from what it says, so that sent twice it is one."""
    return event_id("title-decision", act, about, order.document_no, order.on.isoformat())


async def titled(unit: Unit, carrier_id: str) -> RowMapping:
    """A carrier that holds a title now; nobody else decides about it until this transaction ends."""
    carrier = await changes.found(unit.connection, CARRIER, carrier_id, "载体", hold=True)
    if carrier["state"] != "active" or carrier["organisation_id"] is None:
        state = lifecycles.CARRIER.states[carrier["state"]]
        raise DomainError("carrier-without-title", f"载体“{carrier_id}”{state}，没有可以处理的资格", status=409)
    return carrier


async def promote_carrier(unit: Unit, order: PromoteCarrier) -> str:
    """Gives a higher level by a document; the event is settled like any recognition. Answers the decision's id."""
    check_day(unit, order.on)
    carrier = await titled(unit, order.carrier_id)
    await bars.check_free(unit.connection, carrier["organisation_id"], unit.today)
    check_above(carrier["level"], order.level)
    recognised = RecogniseCarrier(
        carrier_id=order.carrier_id, level=order.level, on=order.on, document_no=order.document_no
    )
    told = await recognise_carrier(unit, recognised)
    before = {"level_before": carrier["level"]}
    return await enter_decision(unit, PROMOTED, carrier, order, told, level=order.level, detail=before)


async def order_rectification(unit: Unit, order: OrderRectification) -> str:
    check_day(unit, order.on)
    if order.until <= max(order.on, unit.today):
        raise DomainError("bad-dates", f"整改期限 {order.until} 应在决定之日和今天以后，请核对")
    carrier = await titled(unit, order.carrier_id)
    id_ = id_of(RECTIFY, carrier["id"], order)
    event = RectificationOrdered(
        rectification_id=id_,
        carrier=registers.told(carrier),
        what=order.what,
        until=order.until.isoformat(),
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
        basis=order.basis or None,
    )
    detail = {"what": order.what, "until": order.until.isoformat()}
    told = unit.tell(event)
    await enter_decision(unit, RECTIFY, carrier, order, told, basis=order.basis, id_=id_, detail=detail)
    row = {
        "id": id_, "carrier_id": carrier["id"], "state": "ordered", "what": order.what, "until": order.until,
        "document_no": order.document_no, "closed_on": None,
    }  # fmt: skip
    await unit.connection.execute(insert(RECTIFICATION), [row])
    await changes.note(unit, "rectification", [(id_, None, "ordered")], order.document_no)
    return id_


async def close_rectification(unit: Unit, order: CloseRectification) -> str:
    """Confirms that a carrier put right what it was told to, or that it did not; what follows is another decision."""
    check_day(unit, order.on)
    life = lifecycles.RECTIFICATION
    row = await changes.move(
        unit, life, RECTIFICATION, order.rectification_id, order.outcome, order.reason, closed_on=order.on
    )
    carrier = await changes.found(unit.connection, CARRIER, row["carrier_id"], "载体")
    event = RectificationClosed(
        rectification_id=row["id"],
        carrier=registers.told(carrier),
        outcome=order.outcome,
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
    )
    act = RECTIFIED if order.outcome == "confirmed" else NOT_RECTIFIED
    detail = {"rectification": row["id"], "what": row["what"], "until": row["until"].isoformat()}
    told = unit.tell(event, story=row["id"])
    return await enter_decision(unit, act, carrier, order, told, id_=event_id(row["id"], order.outcome), detail=detail)


async def withdraw_by_decision(unit: Unit, order: WithdrawByDecision) -> str:
    """Takes a title back by a document. What was ordered to be rectified ends with it."""
    check_day(unit, order.on)
    carrier = await titled(unit, order.carrier_id)
    basis = order.basis
    if order.evaluation_id is not None:
        evaluation = await _proposed(unit, order.evaluation_id)
        if evaluation["carrier_id"] != carrier["id"]:
            raise DomainError("no-such-proposal", f"“{order.evaluation_id}”不是这家载体的考评", status=404)
        basis = basis or TWO_FAILURES
    withdrawn = WithdrawTitle(
        carrier_id=carrier["id"], on=order.on, document_no=order.document_no, reason=order.reason, basis=basis or None
    )
    told = await withdraw_title(unit, withdrawn)
    rectifications = select(RECTIFICATION.c.id).where(RECTIFICATION.c.carrier_id == carrier["id"])
    ids = list((await unit.connection.execute(rectifications.where(RECTIFICATION.c.state == "ordered"))).scalars())
    life = lifecycles.RECTIFICATION
    await changes.claim(unit, life, RECTIFICATION, ids, "ended", order.document_no, closed_on=order.on)
    return await enter_decision(unit, WITHDRAWN, carrier, order, told, basis=basis, evaluation_id=order.evaluation_id)


async def decline_withdrawal(unit: Unit, order: DeclineWithdrawal) -> str:
    """Leaves the title of a carrier whose withdrawal was proposed; it is not proposed again for the same year."""
    check_day(unit, order.on)
    evaluation = await _proposed(unit, order.evaluation_id)
    carrier = await titled(unit, evaluation["carrier_id"])
    round_ = await changes.found(unit.connection, ROUND, evaluation["round_id"], "考评批次")
    event = WithdrawalDeclined(
        evaluation_id=order.evaluation_id,
        carrier=registers.told(carrier),
        year=round_["year"],
        date=order.on.isoformat(),
        document_no=order.document_no,
        reason=order.reason,
    )
    told = unit.tell(event, story=order.evaluation_id)
    detail = {"year": round_["year"]}
    return await enter_decision(
        unit, KEPT, carrier, order, told, basis=TWO_FAILURES, evaluation_id=order.evaluation_id, detail=detail
    )


async def _proposed(unit: Unit, evaluation_id: str) -> RowMapping:
    """A second failure in a row that is final and that nobody has answered."""
    evaluation = await changes.found(unit.connection, EVALUATION, evaluation_id, "考评结果", hold=True)
    if not evaluation["withdrawal_proposed"] or evaluation["state"] != "finalised":
        told = f"考评结果“{evaluation_id}”没有提出取消资格，或等次还没有确定"
        raise DomainError("not-proposed", told, status=409)
    if await titles.decisions_of(unit.connection, evaluation_id=evaluation_id):
        raise DomainError("already-decided", f"对考评结果“{evaluation_id}”已经作出决定", status=409)
    return evaluation
