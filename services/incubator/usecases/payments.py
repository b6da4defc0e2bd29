"""Pay: propose, approve within the year's budget, pay by a document. Who proposes does not approve."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select

from services.incubator.domain import lifecycles
from services.incubator.store import changes, ledger, trail
from services.incubator.store.tables import BUDGET, PAYMENT, SUBSIDY
from services.incubator.usecases.entries import policy_of, steps_of, yuan
from services.incubator.usecases.questions import carriers_of
from shared.contracts.incubator import Carrier, SubsidyApproved, SubsidyPaid
from shared.core.errors import DomainError
from shared.core.money import yuan_text
from shared.messaging.unit import Unit


class ProposePayments(BaseModel):
    """提出拨付：哪些补助，列入哪一年的预算。"""

    subsidy_ids: list[str] = Field(min_length=1)
    budget_year: int


class ApprovePayments(BaseModel):
    """批准拨付；提出人不能批准。"""

    subsidy_ids: list[str] = Field(min_length=1)


class PaySubsidies(BaseModel):
    """登记已经拨付：日期和资金文件号。"""

    subsidy_ids: list[str] = Field(min_length=1)
    paid_on: date
    document_no: str = Field(min_length=1)


async def propose_payments(unit: Unit, order: ProposePayments) -> int:
    """Proposes awards that stand and are not under way; how many."""
    held = select(SUBSIDY.c.id).where(SUBSIDY.c.id.in_(order.subsidy_ids)).order_by(SUBSIDY.c.id).with_for_update()
    await unit.connection.execute(held)  # a reversing entry refers to its row and waits for us, or we for it
    rows = await _awards(unit, order.subsidy_ids)
    query = select(PAYMENT.c.subsidy_id).where(PAYMENT.c.subsidy_id.in_(list(rows)))
    under_way = list((await unit.connection.execute(query)).scalars())
    if under_way:
        raise DomainError("already-proposed", f"{len(under_way)} 笔已经提出拨付，例如 {under_way[0]}", status=409)
    payments = [
        {"subsidy_id": id_, "state": "proposed", "budget_year": order.budget_year, "proposed_by": unit.by}
        for id_ in rows
    ]
    await unit.connection.execute(insert(PAYMENT), payments)
    await changes.note(unit, "payment", [(id_, None, "proposed") for id_ in rows], f"{order.budget_year} 年预算")
    await trail.record(unit, trail.LEDGER, "subsidy:to-be-paid", rows.values())
    return len(payments)


async def approve_payments(unit: Unit, order: ApprovePayments) -> int:
    """Approves what somebody else proposed, as long as the year's budget holds; locks the budget before it adds up."""
    rows = await _awards(unit, order.subsidy_ids)
    payments = await _payments(unit, order.subsidy_ids)
    own = [id_ for id_, payment in payments.items() if payment["proposed_by"] == unit.by]
    if own:
        raise DomainError("own-proposal", f"{len(own)} 笔是您本人提出的，须由他人批准", status=403)
    for year in sorted({payment["budget_year"] for payment in payments.values()}):
        wanted = sum(rows[id_]["amount_fen"] for id_, payment in payments.items() if payment["budget_year"] == year)
        await _within_budget(unit, year, wanted)
    await _move(unit, payments, "approved", "", approved_by=unit.by)
    carriers = await carriers_of(unit.connection, {row["root"] for row in rows.values()})
    for id_, row in rows.items():
        event = SubsidyApproved(**_told(row, carriers[row["root"]]), approved_by=unit.by)
        unit.tell(event, id_, story=row["story"], cause=row["cause_event_id"])
    return len(payments)


async def _within_budget(unit: Unit, year: int, wanted: int) -> None:
    budget = (
        (await unit.connection.execute(select(BUDGET).where(BUDGET.c.year == year).with_for_update()))
        .mappings()
        .first()
    )
    if budget is None:
        raise DomainError("no-budget", f"还没有设定 {year} 年的预算，请先设定", status=409)
    taken = await ledger.approved(unit.connection, year)
    if taken + wanted > budget["amount_fen"]:
        left = yuan_text(ledger.in_yuan(budget["amount_fen"] - taken))
        asked = yuan_text(ledger.in_yuan(wanted))
        raise DomainError(
            "over-budget", f"{year} 年预算还剩 {left}，这次需要 {asked}，请减少笔数或调整预算", status=409
        )


async def pay_subsidies(unit: Unit, order: PaySubsidies) -> int:
    """Notes that approved subsidies were paid, when and by which document."""
    if order.paid_on > unit.today:
        raise DomainError("bad-dates", f"拨付日期 {order.paid_on} 还没有到，请核对")
    rows = await _awards(unit, order.subsidy_ids)
    payments = await _payments(unit, order.subsidy_ids)
    values = {"paid_on": order.paid_on, "document_no": order.document_no}
    await _move(unit, payments, "paid", order.document_no, **values)
    carriers = await carriers_of(unit.connection, {row["root"] for row in rows.values()})
    for id_, row in rows.items():
        told = _told(row, carriers[row["root"]])
        event = SubsidyPaid(**told, paid_on=order.paid_on.isoformat(), document_no=order.document_no)
        unit.tell(event, id_, story=row["story"], cause=row["cause_event_id"])
    return len(payments)


async def _awards(unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    """The awards that stand, each with a positive amount; the first that does not is named."""
    query = ledger.standing().where(SUBSIDY.c.id.in_(ids), SUBSIDY.c.outcome == ledger.AWARDED)
    rows = {row["id"]: row for row in (await unit.connection.execute(query)).mappings()}
    for id_ in ids:
        if id_ not in rows or not rows[id_]["amount_fen"]:
            raise DomainError("nothing-to-pay", f"“{id_}”没有可以拨付的金额：不在台账、已冲销或金额为 0", status=409)
    return rows


async def _payments(unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    rows = (await unit.connection.execute(select(PAYMENT).where(PAYMENT.c.subsidy_id.in_(ids)))).mappings()
    found = {row["subsidy_id"]: row for row in rows}
    for id_ in ids:
        if id_ not in found:
            raise DomainError("not-proposed", f"“{id_}”还没有提出拨付", status=409)
    return found


async def _move(unit: Unit, payments: dict[str, RowMapping], after: str, why: str, **values: object) -> None:
    for id_, payment in payments.items():
        lifecycles.PAYMENT.check(payment["state"], after, id_)
    moved = await changes.claim(unit, lifecycles.PAYMENT, PAYMENT, list(payments), after, why, **values)
    if len(moved) != len(payments):
        raise DomainError("payment-moved", "有的拨付刚刚被别人改动，请刷新后再试", status=409)


def _told(row: RowMapping, carrier: Carrier) -> dict[str, Any]:
    return {
        "subsidy_id": row["id"],
        "carrier": carrier,
        "cause_event_id": row["cause_event_id"],
        "policy": policy_of(row["policy_version"]),
        "policy_version": row["policy_version"],
        "article": row["article"],
        "rule": row["rule"],
        "explanation": steps_of(row),
        "explanation_hash": row["explanation_hash"],
        "amount": yuan(row["amount_fen"]),
    }
