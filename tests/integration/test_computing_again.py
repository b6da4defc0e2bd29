"""Computing again: facts supplied, decisions, reversals. The ledger is corrected by entries, never by changes."""

from datetime import date
from functools import partial

import pytest
from sqlalchemy import select

from services.incubator.store.tables import PAYMENT
from services.incubator.usecases import bookkeeping, registers
from shared.contracts.incubator import SettlementRequested
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.ledger import budgeting, deciding, paying, reversing
from shared.messaging.unit import Unit
from tests.integration.accounts import confirm_accounts
from tests.integration.book import Ledger, graded, hnte, now, received


async def test_a_supplied_fact_turns_a_block_into_an_amount_that_says_who_supplied_it(book: Ledger) -> None:
    cause = graded(1, cost=None)
    await book.settle(cause)
    assert await book.standing() == [("blocked", None, "c1")]
    order = deciding.SupplyFacts(
        cause_event_id=cause.envelope.id, facts={"operating_cost_prev_year": "200000.00"}, reason="补交审计报告"
    )
    await book.do(lambda unit: bookkeeping.supply_facts(unit, order))
    assert await book.standing() == [("awarded", 14_000_000, "c1")]
    (_, row) = await book.rows()
    assert "补交审计报告" in bytes(row["explanation"]).decode()
    assert (row["root"], row["story"]) == (cause.envelope.id, "story")
    assert row["cause_event_id"] != cause.envelope.id


async def test_a_lower_rate_decided_later_reverses_the_first_amount_and_enters_the_second(book: Ledger) -> None:
    cause = graded(1, cost="200000.00")
    await book.settle(cause)
    order = deciding.Decide(about="2018-makerspace-c1", rate="0.50", reason="含往年设备款")
    await book.do(lambda unit: bookkeeping.decide(unit, order), by="head-1")
    rows = await book.rows()
    assert [(row["outcome"], row["amount_fen"]) for row in rows] == [
        ("awarded", 14_000_000), ("reversal", -14_000_000), ("awarded", 10_000_000),
    ]  # fmt: skip
    assert rows[1]["reverses"] == rows[0]["id"]
    assert await book.standing() == [("awarded", 10_000_000, "c1")]
    assert [event.type_.split(".")[2] for event in book.told] == ["computed", "requested", "reversed", "computed"]


async def test_a_decision_made_before_the_grade_is_read_when_it_comes(book: Ledger) -> None:
    order = deciding.Decide(about="2018-makerspace-c1", rate="0.50", reason="含往年设备款")
    assert await book.do(lambda unit: bookkeeping.decide(unit, order)) == []
    await book.settle(graded(1, cost="200000.00"))
    assert await book.standing() == [("awarded", 10_000_000, "c1")]


async def test_computing_again_what_has_not_changed_moves_nothing(book: Ledger) -> None:
    cause, refused = hnte("t1"), hnte("t1", "c2", "o2")
    await book.settle(cause, refused)
    before = await book.rows()
    for each in (cause, refused, cause):
        order = deciding.SupplyFacts(cause_event_id=each.envelope.id, reason="复核")
        await book.do(partial(bookkeeping.supply_facts, order=order))
    assert await book.rows() == before


async def test_a_reversed_award_gives_its_share_back_and_whom_it_had_shut_out_is_looked_at_again(book: Ledger) -> None:
    await book.settle(*[hnte(f"t{number}") for number in range(6)])
    assert [row[0] for row in await book.standing()] == ["awarded"] * 5 + ["declined"]
    first = (await book.rows())[0]
    order = reversing.ReverseSubsidy(subsidy_id=first["id"], reason="证书被撤销")
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    standing = await book.standing()
    assert [row[:2] for row in standing] == [("awarded", 10_000_000)] * 5
    assert {row["year"] for row in await book.rows() if row["outcome"] == "reversal"} == {2018}  # the award's own
    total = sum(row["amount_fen"] or 0 for row in await book.rows())
    assert total == 50_000_000
    with pytest.raises(DomainError, match="already-reversed"):
        await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))


async def test_the_other_carrier_of_a_tenant_is_paid_once_the_first_is_reversed(book: Ledger) -> None:
    await book.settle(hnte("t1"), hnte("t1", "c2", "o2"))
    first = (await book.rows())[0]
    order = reversing.ReverseSubsidy(subsidy_id=first["id"], reason="企业不在该载体")
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    assert await book.standing() == [("awarded", 10_000_000, "c2")]


async def test_what_the_office_took_back_is_not_given_again_by_computing_again(book: Ledger) -> None:
    cause = hnte("t1")
    await book.settle(cause)
    taken = reversing.ReverseSubsidy(subsidy_id=(await book.rows())[0]["id"], reason="证书被撤销")
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, taken))
    order = deciding.SupplyFacts(cause_event_id=cause.envelope.id, reason="复核")
    await book.do(lambda unit: bookkeeping.supply_facts(unit, order))
    assert await book.standing() == []


async def test_a_request_about_an_event_never_heard_is_refused(book: Ledger) -> None:
    body = {"request_id": "r", "cause_event_id": "nobody", "by": "x", "reason": "x"}
    with pytest.raises(DomainError, match="no-such-cause"):
        await book.settle(received(SettlementRequested.model_validate(body)))
    order = deciding.SupplyFacts(cause_event_id="nobody", reason="x")
    with pytest.raises(DomainError, match="no-such-cause"):
        await book.do(lambda unit: bookkeeping.supply_facts(unit, order))


async def test_payments_are_proposed_by_one_approved_by_another_within_the_budget_and_paid_once(book: Ledger) -> None:
    await book.settle(*[hnte(f"t{number}") for number in range(3)])
    ids = [row["id"] for row in await book.rows()]
    propose = paying.ProposePayments(subsidy_ids=ids, budget_year=2019)
    approve = paying.ApprovePayments(subsidy_ids=ids)
    pay = paying.PaySubsidies(subsidy_ids=ids, paid_on=legal_date(now()), document_no="样例财〔2019〕3号")
    budget = budgeting.SetBudget(year=2019, amount="250000.00", document_no="样例财〔2019〕1号")
    await book.do(lambda unit: bookkeeping.propose_payments(unit, propose), by="clerk-1")
    for by, work, code in (
        ("clerk-1", lambda unit: bookkeeping.propose_payments(unit, propose), "already-proposed"),
        ("clerk-1", lambda unit: bookkeeping.approve_payments(unit, approve), "own-proposal"),
        (" clerk-1 ", lambda unit: bookkeeping.approve_payments(unit, approve), "own-proposal"),
        ("head-1", lambda unit: bookkeeping.approve_payments(unit, approve), "no-budget"),
        ("finance-1", lambda unit: bookkeeping.pay_subsidies(unit, pay), "payment-is-proposed"),
    ):
        with pytest.raises(DomainError, match=code):
            await book.do(work, by=by)
    await book.do(lambda unit: bookkeeping.set_budget(unit, budget))
    with pytest.raises(DomainError, match="over-budget"):
        await book.do(lambda unit: bookkeeping.approve_payments(unit, approve), by="head-1")
    wide = budget.model_copy(update={"amount": "300000.00"})
    await book.do(lambda unit: bookkeeping.set_budget(unit, wide))
    await book.do(lambda unit: bookkeeping.approve_payments(unit, approve), by="head-1")
    early = pay.model_copy(update={"paid_on": date(2999, 1, 1)})
    with pytest.raises(DomainError, match="bad-dates"):
        await book.do(lambda unit: bookkeeping.pay_subsidies(unit, early), by="finance-1")
    before = pay.model_copy(update={"paid_on": date(2019, 2, 15)})
    with pytest.raises(DomainError, match="paid-before-approval"):
        await book.do(lambda unit: bookkeeping.pay_subsidies(unit, before), by="finance-1")
    with pytest.raises(DomainError, match="budget-too-small"):
        await book.do(lambda unit: bookkeeping.set_budget(unit, budget))
    with pytest.raises(DomainError, match="account-not-confirmed"):
        await book.do(lambda unit: bookkeeping.pay_subsidies(unit, pay), by="finance-1")
    await book.do(_account_confirmed)
    await book.do(lambda unit: bookkeeping.pay_subsidies(unit, pay), by="finance-1")
    with pytest.raises(DomainError, match="payment-is-paid"):
        await book.do(lambda unit: bookkeeping.pay_subsidies(unit, pay), by="finance-1")
    told = [event.type_ for event in book.told]
    assert told.count("incubator.subsidy.paid.v1") == told.count("incubator.subsidy.approved.v1") == 3


async def _account_confirmed(unit: Unit) -> None:
    order = registers.RegisterOrganisation(id="o1", name="样例单位 1", credit_code="91000000MA00000001")
    await registers.register_organisation(unit, order)
    await confirm_accounts(unit, ["o1"])


async def test_a_payment_under_way_is_cancelled_by_a_reversal_and_cannot_be_proposed_again(book: Ledger) -> None:
    await book.settle(hnte("t1"))
    id_ = (await book.rows())[0]["id"]
    propose = paying.ProposePayments(subsidy_ids=[id_], budget_year=2019)
    await book.do(lambda unit: bookkeeping.propose_payments(unit, propose))
    order = reversing.ReverseSubsidy(subsidy_id=id_, reason="证书被撤销")
    await book.do(lambda unit: bookkeeping.reverse_subsidy(unit, order))
    assert [row["state"] for row in await book.rows(select(PAYMENT))] == ["cancelled"]
    approve = paying.ApprovePayments(subsidy_ids=[id_])
    with pytest.raises(DomainError, match="nothing-to-pay"):
        await book.do(lambda unit: bookkeeping.approve_payments(unit, approve), by="head-1")
