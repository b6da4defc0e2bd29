"""Pay: propose, approve within the year's budget, pay by a document. Who proposes does not approve."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, insert, select, update

from services.incubator.domain import lifecycles
from services.incubator.store import changes, ledger, shortages, trail
from services.incubator.store.tables import PAYMENT, SUBSIDY
from services.incubator.usecases.decisions import Reason
from services.incubator.usecases.entries import policy_of, steps_of, yuan
from services.incubator.usecases.questions import carriers_of
from shared.contracts.incubator import SubsidyApproved, SubsidyPaid
from shared.core.errors import DomainError
from shared.core.money import in_yuan, yuan_text
from shared.ledger import outcomes
from shared.messaging.unit import Unit


class ProposePayments(BaseModel):
    """提出拨付：哪些补助，列入哪一年的预算。"""

    subsidy_ids: list[str] = Field(min_length=1)
    budget_year: int = Field(ge=2000, le=2100)


class ApprovePayments(BaseModel):
    """批准拨付；提出人不能批准。"""

    subsidy_ids: list[str] = Field(min_length=1)


class PaySubsidies(BaseModel):
    """登记已经拨付：日期和资金文件号。"""

    subsidy_ids: list[str] = Field(min_length=1)
    paid_on: date
    document_no: str = Field(min_length=1, max_length=100)


class WithdrawProposals(BaseModel):
    """撤回还没有批准的拨付。"""

    subsidy_ids: list[str] = Field(min_length=1)
    reason: Reason


class WithdrawApprovals(BaseModel):
    """撤销已经批准、还没有拨付的拨付。"""

    subsidy_ids: list[str] = Field(min_length=1)
    reason: Reason


async def propose_payments(unit: Unit, order: ProposePayments) -> int:
    """Proposes awards that stand and are not under way, each with what a short budget left of it; how many.

    A proposal that was withdrawn may be made again.
    """
    held = select(SUBSIDY.c.id).where(SUBSIDY.c.id.in_(order.subsidy_ids)).order_by(SUBSIDY.c.id).with_for_update()
    await unit.connection.execute(held)  # a reversing entry refers to its row and waits for us, or we for it
    rows = await _awards(unit, order.subsidy_ids)
    of_each = await shortages.due(unit.connection, list(rows.values()))
    query = select(PAYMENT.c.subsidy_id, PAYMENT.c.state).where(PAYMENT.c.subsidy_id.in_(list(rows)))
    known = {row.subsidy_id: row.state for row in await unit.connection.execute(query)}
    under_way = [id_ for id_, state in known.items() if state != "cancelled"]
    if under_way:
        raise DomainError("already-proposed", f"{len(under_way)} 笔已经提出拨付，例如 {under_way[0]}", status=409)
    nothing = [id_ for id_, fen in of_each.items() if fen <= 0]
    if nothing:
        raise DomainError("nothing-to-pay", f"“{nothing[0]}”因预算不足已决定不予安排，没有可以拨付的金额", status=409)
    new = [
        {
            "subsidy_id": id_,
            "state": "proposed",
            "budget_year": order.budget_year,
            "amount_fen": of_each[id_],
            "proposed_by": unit.by,
        }
        for id_ in rows
        if id_ not in known
    ]
    if new:
        await unit.connection.execute(insert(PAYMENT), new)
    for id_ in known:
        again = update(PAYMENT).where(PAYMENT.c.subsidy_id == id_, PAYMENT.c.state == "cancelled")
        values = {"state": "proposed", "budget_year": order.budget_year, "amount_fen": of_each[id_]}
        moved = await unit.connection.execute(again.values(**values, proposed_by=unit.by, approved_by=None))
        if moved.rowcount == 0:
            raise _moved()
    proposed = [(id_, known.get(id_), "proposed") for id_ in rows]
    await changes.note(unit, "payment", proposed, f"{order.budget_year} 年预算")
    await trail.record(unit, trail.LEDGER, "subsidy:to-be-paid", rows.values())
    return len(rows)


async def approve_payments(unit: Unit, order: ApprovePayments) -> int:
    """Approves what somebody else proposed, as long as the year's budget holds; locks the budget before it adds up."""
    rows = await _awards(unit, order.subsidy_ids)
    years = {payment["budget_year"] for payment in (await _payments(unit, order.subsidy_ids)).values()}
    locked = await shortages.hold_budgets(unit.connection, years)
    payments = await _payments(unit, order.subsidy_ids)  # as they are now that no shortage can be decided
    own = [id_ for id_, payment in payments.items() if payment["proposed_by"] == unit.by]
    if own:
        raise DomainError("own-proposal", f"{len(own)} 笔是您本人提出的，须由他人批准", status=403)
    _may_move(payments, "approved")
    if years != {payment["budget_year"] for payment in payments.values()}:
        raise _moved()
    for year in sorted(years):
        wanted = sum(payment["amount_fen"] for payment in payments.values() if payment["budget_year"] == year)
        await _within_budget(unit, year, locked.get(year), wanted)
    await _move(unit, payments, "approved", "", approved_by=unit.by)
    times = await shortages.approvals(unit.connection, list(payments))
    for id_, granted in (await _granted(unit, rows, payments)).items():
        event = SubsidyApproved(**granted, approved_by=unit.by)
        again = (str(times[id_]),) if times[id_] > 1 else ()  # approved before, and taken back
        unit.tell(event, id_, *again, story=rows[id_]["story"], cause=rows[id_]["cause_event_id"])
    return len(payments)


async def _within_budget(unit: Unit, year: int, budget: RowMapping | None, wanted: int) -> None:
    if budget is None:
        raise DomainError("no-budget", f"还没有设定 {year} 年的预算，请先设定", status=409)
    taken = await ledger.approved(unit.connection, year)
    if taken + wanted > budget["amount_fen"]:
        left = yuan_text(in_yuan(budget["amount_fen"] - taken))
        asked = yuan_text(in_yuan(wanted))
        raise DomainError(
            "over-budget", f"{year} 年预算还剩 {left}，这次需要 {asked}，请减少笔数或调整预算", status=409
        )


async def withdraw_proposals(unit: Unit, order: WithdrawProposals) -> int:
    """Takes proposals back that nobody has approved; they may be proposed again."""
    return await _withdraw(unit, order.subsidy_ids, "proposed", order.reason)


async def withdraw_approvals(unit: Unit, order: WithdrawApprovals) -> int:
    """Takes approvals back before anything was paid; the budget has their share again."""
    return await _withdraw(unit, order.subsidy_ids, "approved", order.reason)


async def _withdraw(unit: Unit, ids: Sequence[str], state: str, reason: str) -> int:
    payments = await _payments(unit, ids)
    for id_, payment in payments.items():
        if payment["state"] != state:
            now, only = lifecycles.PAYMENT.states[payment["state"]], lifecycles.PAYMENT.states[state]
            raise DomainError(f"payment-is-{payment['state']}", f"“{id_}”现在是“{now}”，只能撤回“{only}”的", status=409)
    change = (
        update(PAYMENT)
        .where(PAYMENT.c.subsidy_id.in_(list(payments)), PAYMENT.c.state == state)
        .values(state="cancelled")
    )
    if (await unit.connection.execute(change)).rowcount != len(payments):
        raise _moved()
    await changes.note(unit, "payment", [(id_, state, "cancelled") for id_ in payments], reason)
    return len(payments)


async def pay_subsidies(unit: Unit, order: PaySubsidies) -> int:
    """Notes that approved subsidies were paid, when and by which document."""
    if order.paid_on > unit.today:
        raise DomainError("bad-dates", f"拨付日期 {order.paid_on} 还没有到，请核对")
    rows = await _awards(unit, order.subsidy_ids)
    payments = await _payments(unit, order.subsidy_ids)
    values = {"paid_on": order.paid_on, "document_no": order.document_no}
    await _move(unit, payments, "paid", order.document_no, **values)
    for id_, granted in (await _granted(unit, rows, payments)).items():
        event = SubsidyPaid(**granted, paid_on=order.paid_on.isoformat(), document_no=order.document_no)
        unit.tell(event, id_, story=rows[id_]["story"], cause=rows[id_]["cause_event_id"])
    return len(payments)


async def _awards(unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    """The awards that stand, each with a positive amount; the first that does not is named."""
    query = ledger.standing().where(SUBSIDY.c.id.in_(ids), SUBSIDY.c.outcome == outcomes.AWARDED)
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


def _may_move(payments: dict[str, RowMapping], after: str) -> None:
    for id_, payment in payments.items():
        lifecycles.PAYMENT.check(payment["state"], after, id_)


async def _move(unit: Unit, payments: dict[str, RowMapping], after: str, why: str, **values: object) -> None:
    _may_move(payments, after)
    moved = await changes.claim(unit, lifecycles.PAYMENT, PAYMENT, list(payments), after, why, **values)
    if len(moved) != len(payments):
        raise _moved()


def _moved() -> DomainError:
    return DomainError("payment-moved", "有的拨付刚刚被别人改动，请刷新后再试", status=409)


async def _granted(
    unit: Unit, rows: dict[str, RowMapping], payments: dict[str, RowMapping]
) -> dict[str, dict[str, Any]]:
    """What an event says of each payment: its amount, and, if a short budget cut it, what was computed and why."""
    carriers = await carriers_of(unit.connection, {row["root"] for row in rows.values()})
    taken: dict[str, list[dict[str, Any]]] = {}
    for award, entry in await shortages.cuts(unit.connection, list(rows)):
        taken.setdefault(award, []).extend(steps_of(entry))
    return {
        id_: {
            "subsidy_id": id_,
            "carrier": carriers[row["root"]],
            "cause_event_id": row["cause_event_id"],
            "policy": policy_of(row["policy_version"]),
            "policy_version": row["policy_version"],
            "article": row["article"],
            "rule": row["rule"],
            "explanation": steps_of(row),
            "explanation_hash": row["explanation_hash"],
            "amount": yuan(payments[id_]["amount_fen"]),
            "computed": yuan(row["amount_fen"]) if id_ in taken else None,
            "cut": taken.get(id_, []),
        }
        for id_, row in rows.items()
    }
