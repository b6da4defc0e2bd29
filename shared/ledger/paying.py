"""Pay: propose, approve within the year's budget, pay by a document. Who proposes does not approve."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import RowMapping, func, insert, select, update

from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.money import fen_text, in_yuan, yuan_text
from shared.ledger.entries import steps_of, told_of
from shared.ledger.lifecycles import PAYMENT
from shared.ledger.orders import Reason
from shared.ledger.outcomes import AWARDED
from shared.ledger.questions import parties_of
from shared.ledger.service import Ledger
from shared.messaging.unit import Unit

NAMED = 5
"""So many payees are named; of more, how many there are."""


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


async def propose_payments(ledger: Ledger, unit: Unit, order: ProposePayments) -> int:
    """Proposes awards that stand and are not under way, each with what a short budget left of it; how many.

    A proposal that was withdrawn may be made again.
    """
    subsidy, payment = ledger.tables.subsidy, ledger.tables.payment
    await ledger.withheld(unit.connection, order.subsidy_ids, hold=True)  # before entries are held, always
    held = select(subsidy.c.id).where(subsidy.c.id.in_(order.subsidy_ids)).order_by(subsidy.c.id).with_for_update()
    await unit.connection.execute(held)  # a reversing entry refers to its row and waits for us, or we for it
    rows = await _awards(ledger, unit, order.subsidy_ids)
    of_each = await ledger.shortfalls.due(unit.connection, list(rows.values()))
    query = select(payment.c.subsidy_id, payment.c.state).where(payment.c.subsidy_id.in_(list(rows)))
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
        await unit.connection.execute(insert(payment), new)
    for id_ in known:
        again = update(payment).where(payment.c.subsidy_id == id_, payment.c.state == "cancelled")
        values = {"state": "proposed", "budget_year": order.budget_year, "amount_fen": of_each[id_]}
        moved = await unit.connection.execute(again.values(**values, proposed_by=unit.by, approved_by=None))
        if moved.rowcount == 0:
            raise _moved()
    proposed = [(id_, known.get(id_), "proposed") for id_ in rows]
    await ledger.changes.note(unit, "payment", proposed, f"{order.budget_year} 年预算")
    await ledger.trailing.record(unit, ledger.recorded.entries, "subsidy:to-be-paid", rows.values())
    return len(rows)


async def approve_payments(ledger: Ledger, unit: Unit, order: ApprovePayments) -> int:
    """Approves what somebody else proposed, as long as the year's budget holds; locks the budget before it adds up."""
    rows = await _awards(ledger, unit, order.subsidy_ids)
    years = {payment["budget_year"] for payment in (await _payments(ledger, unit, order.subsidy_ids)).values()}
    locked = await ledger.shortfalls.hold_budgets(unit.connection, years)
    payments = await _payments(ledger, unit, order.subsidy_ids)  # as they are now that no shortage can be decided
    own = [id_ for id_, payment in payments.items() if payment["proposed_by"] == unit.by]
    if own:
        raise DomainError("own-proposal", f"{len(own)} 笔是您本人提出的，须由他人批准", status=403)
    _may_move(payments, "approved")
    if years != {payment["budget_year"] for payment in payments.values()}:
        raise _moved()
    for year in sorted(years):
        wanted = sum(payment["amount_fen"] for payment in payments.values() if payment["budget_year"] == year)
        await _within_budget(ledger, unit, year, locked.get(year), wanted)
    await _move(ledger, unit, payments, "approved", "", approved_by=unit.by)
    times = await ledger.shortfalls.approvals(unit.connection, ledger.changes.table, list(payments))
    for id_, granted in (await _granted(ledger, unit, rows, payments)).items():
        event = ledger.telling.approved.model_validate({**granted, "approved_by": unit.by})
        again = (str(times[id_]),) if times[id_] > 1 else ()  # approved before, and taken back
        unit.tell(event, id_, *again, story=rows[id_]["story"], cause=rows[id_]["cause_event_id"])
    return len(payments)


async def _within_budget(ledger: Ledger, unit: Unit, year: int, budget: RowMapping | None, wanted: int) -> None:
    if budget is None:
        raise DomainError("no-budget", f"还没有设定 {year} 年的预算，请先设定", status=409)
    taken = await ledger.rows.approved(unit.connection, year)
    if taken + wanted > budget["amount_fen"]:
        left = yuan_text(in_yuan(budget["amount_fen"] - taken))
        asked = yuan_text(in_yuan(wanted))
        raise DomainError(
            "over-budget", f"{year} 年预算还剩 {left}，这次需要 {asked}，请减少笔数或调整预算", status=409
        )


async def withdraw_proposals(ledger: Ledger, unit: Unit, order: WithdrawProposals) -> int:
    """Takes proposals back that nobody has approved; they may be proposed again."""
    return await _withdraw(ledger, unit, order.subsidy_ids, "proposed", order.reason)


async def withdraw_approvals(ledger: Ledger, unit: Unit, order: WithdrawApprovals) -> int:
    """Takes approvals back before anything was paid; the budget has their share again."""
    return await _withdraw(ledger, unit, order.subsidy_ids, "approved", order.reason)


async def _withdraw(ledger: Ledger, unit: Unit, ids: Sequence[str], state: str, reason: str) -> int:
    payments = await _payments(ledger, unit, ids)
    for id_, payment in payments.items():
        if payment["state"] != state:
            now, only = PAYMENT.states[payment["state"]], PAYMENT.states[state]
            raise DomainError(f"payment-is-{payment['state']}", f"“{id_}”现在是“{now}”，只能撤回“{only}”的", status=409)
    table = ledger.tables.payment
    of_these = table.c.subsidy_id.in_(list(payments)), table.c.state == state
    change = update(table).where(*of_these).values(state="cancelled")
    if (await unit.connection.execute(change)).rowcount != len(payments):
        raise _moved()
    await ledger.changes.note(unit, "payment", [(id_, state, "cancelled") for id_ in payments], reason)
    return len(payments)


async def pay_subsidies(ledger: Ledger, unit: Unit, order: PaySubsidies) -> int:
    """Notes that approved subsidies were paid, when and by which document.

    account-not-confirmed if somebody among the payees has not said which account is his: money sent anywhere else is
    not noted as paid, and money is sent nowhere before he has.
    """
    if order.paid_on > unit.today:
        raise DomainError("bad-dates", f"拨付日期 {order.paid_on} 还没有到，请核对")
    rows = await _awards(ledger, unit, order.subsidy_ids)
    payments = await _payments(ledger, unit, order.subsidy_ids)
    _may_move(payments, "paid")
    await _after_approval(ledger, unit, order)
    await _to_confirmed_accounts(ledger, unit, rows)
    values = {"paid_on": order.paid_on, "document_no": order.document_no}
    told = {"paid_on": order.paid_on.isoformat(), "document_no": order.document_no}
    await _move(ledger, unit, payments, "paid", order.document_no, **values)
    for id_, granted in (await _granted(ledger, unit, rows, payments)).items():
        event = ledger.telling.paid.model_validate({**granted, **told})
        unit.tell(event, id_, story=rows[id_]["story"], cause=rows[id_]["cause_event_id"])
    return len(payments)


async def _after_approval(ledger: Ledger, unit: Unit, order: PaySubsidies) -> None:
    """Nothing is paid before the day it was approved, counted as people here count days."""
    change = ledger.changes.table
    approved = select(change.c.of, func.max(change.c.at).label("at")).where(
        change.c.noun == PAYMENT.noun, change.c.after == "approved", change.c.of.in_(order.subsidy_ids)
    )
    rows = (await unit.connection.execute(approved.group_by(change.c.of).order_by(change.c.of))).all()
    latest = max((legal_date(row.at) for row in rows), default=None)
    if latest is not None and order.paid_on < latest:
        told = f"拨付日期 {order.paid_on} 早于批准的日期 {latest}，请核对；先批准，后拨付"
        raise DomainError("paid-before-approval", told)


async def _to_confirmed_accounts(ledger: Ledger, unit: Unit, rows: dict[str, RowMapping]) -> None:
    payees = {row[ledger.tables.payee_name] for row in rows.values()}
    missing = await ledger.unconfirmed(unit.connection, payees)
    if missing:
        raise DomainError("account-not-confirmed", unconfirmed_text(ledger.payees, missing), status=409)


def unconfirmed_text(payees: str, names: Sequence[str]) -> str:
    """Who has confirmed no account money could go to, and what to do about it. `payees`: what they are called."""
    more = f"等 {len(names)} 家" if len(names) > NAMED else ""
    named = "、".join(names[:NAMED]) + more
    return f"{len(names)} 家{payees}还没有确认收款账户：{named}。请先请他们在系统里确认，再拨付。"


async def _awards(ledger: Ledger, unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    """The awards that stand, each with a positive amount, and nothing keeps back; the first that is not is named."""
    subsidy = ledger.tables.subsidy
    query = ledger.rows.standing().where(subsidy.c.id.in_(ids), subsidy.c.outcome == AWARDED)
    rows = {row["id"]: row for row in (await unit.connection.execute(query)).mappings()}
    for id_ in ids:
        if id_ not in rows or not rows[id_]["amount_fen"]:
            raise DomainError("nothing-to-pay", f"“{id_}”没有可以拨付的金额：不在台账、已冲销或金额为 0", status=409)
    for id_, why in (await ledger.withheld(unit.connection, list(rows), hold=True)).items():
        raise DomainError("withheld", f"“{id_}”现在不能拨付：{why}", status=409)
    return rows


async def _payments(ledger: Ledger, unit: Unit, ids: Sequence[str]) -> dict[str, RowMapping]:
    payment = ledger.tables.payment
    rows = (await unit.connection.execute(select(payment).where(payment.c.subsidy_id.in_(ids)))).mappings()
    found = {row["subsidy_id"]: row for row in rows}
    for id_ in ids:
        if id_ not in found:
            raise DomainError("not-proposed", f"“{id_}”还没有提出拨付", status=409)
    return found


def _may_move(payments: dict[str, RowMapping], after: str) -> None:
    for id_, payment in payments.items():
        PAYMENT.check(payment["state"], after, id_)


async def _move(
    ledger: Ledger, unit: Unit, payments: dict[str, RowMapping], after: str, why: str, **values: object
) -> None:
    _may_move(payments, after)
    moved = await ledger.changes.claim(unit, PAYMENT, ledger.tables.payment, list(payments), after, why, **values)
    if len(moved) != len(payments):
        raise _moved()


def _moved() -> DomainError:
    return DomainError("payment-moved", "有的拨付刚刚被别人改动，请刷新后再试", status=409)


async def _granted(
    ledger: Ledger, unit: Unit, rows: dict[str, RowMapping], payments: dict[str, RowMapping]
) -> dict[str, dict[str, Any]]:
    """What an event says of each payment: its amount, and, if a short budget cut it, what was computed and why."""
    parties = await parties_of(ledger, unit.connection, {row["root"] for row in rows.values()})
    taken: dict[str, list[dict[str, Any]]] = {}
    for award, entry in await ledger.shortfalls.cuts(unit.connection, list(rows)):
        taken.setdefault(award, []).extend(steps_of(entry))
    return {
        id_: {
            **told_of(ledger, row, parties[row["root"]]),
            "amount": fen_text(payments[id_]["amount_fen"]),
            "computed": fen_text(row["amount_fen"]) if id_ in taken else None,
            "cut": taken.get(id_, []),
        }
        for id_, row in rows.items()
    }
