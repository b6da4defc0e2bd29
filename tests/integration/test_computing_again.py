"""Computing again: facts supplied, decisions, reversals. The ledger is corrected by entries, never by changes."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.base import METADATA
from services.incubator.store.tables import PAYMENT, SPINE, SUBSIDY
from services.incubator.usecases import decisions, payments, registers
from services.incubator.usecases.settle import settle
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested, TenantHnteRecognised
from shared.core.errors import DomainError
from shared.db.transaction import reading
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit, unit_of_work
from shared.policy import Policy


class Ledger:
    """The settlement at work on one database: what happens is settled, and what that asks for, until nothing is left."""

    def __init__(self, engine: AsyncEngine, policy: Policy) -> None:
        self.engine = engine
        self.policy = policy
        self.told: list[Event] = []

    async def settle(self, *received: Received[Any]) -> None:
        await self.do(lambda unit: settle(received, unit, self.policy))

    async def do(self, work: Callable[[Unit], Awaitable[Any]], by: str = "clerk-1") -> Any:
        async with unit_of_work(self.engine, SPINE, "/incubator", now, by) as unit:
            result = await work(unit)
        self.told += [each.event for each in unit.outgoing]
        for each in unit.outgoing:
            if isinstance(each.event, SettlementRequested):
                envelope = Envelope(each.id, "/incubator", unit.now, each.event.about(), each.correlation_id)
                await self.settle(Received(each.event, envelope))
        return result

    async def rows(self, query: Any = None) -> list[Any]:
        async with reading(self.engine) as connection:
            chosen = select(SUBSIDY).order_by(SUBSIDY.c.position) if query is None else query
            return list((await connection.execute(chosen)).mappings())

    async def standing(self) -> list[tuple[str, int | None, str]]:
        rows = await self.rows(ledger.standing().order_by(SUBSIDY.c.position))
        return [(row["outcome"], row["amount_fen"], row["carrier_id"]) for row in rows]


def now() -> datetime:
    return datetime.now(UTC)


def received(event: Event) -> Received[Any]:
    return Received(event, Envelope(str(uuid4()), "/test", now(), event.about(), "story"))


def graded(number: int, cost: str | None = "900000.00") -> Received[Any]:
    body = dict(EvaluationFinalised.example)
    body["evaluation_id"] = f"2018-makerspace-c{number}"
    body["carrier"] = {
        "id": f"c{number}",
        "org_id": f"o{number}",
        "kind": "makerspace",
        "level": "city",
        "name": "样例",
    }
    body["facts"] = {} if cost is None else {"operating_cost_prev_year": cost}
    return received(EvaluationFinalised.model_validate(body))


def hnte(tenant: str, carrier: str = "c1", organisation: str = "o1") -> Received[Any]:
    body = {
        "carrier": {"id": carrier, "org_id": organisation, "kind": "incubator", "level": "city", "name": "样例"},
        "tenant_id": tenant, "date": "2018-11-30", "entered_on": "2016-01-01",
    }  # fmt: skip
    return received(TenantHnteRecognised.model_validate(body))


@pytest.fixture
async def book(database: AsyncEngine, dalian: Policy) -> Ledger:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return Ledger(database, dalian)


async def test_a_supplied_fact_turns_a_block_into_an_amount_that_says_who_supplied_it(book: Ledger) -> None:
    cause = graded(1, cost=None)
    await book.settle(cause)
    assert await book.standing() == [("blocked", None, "c1")]
    order = decisions.SupplyFacts(
        cause_event_id=cause.envelope.id, facts={"operating_cost_prev_year": "200000.00"}, reason="补交审计报告"
    )
    await book.do(lambda unit: decisions.supply_facts(unit, order))
    assert await book.standing() == [("awarded", 14_000_000, "c1")]
    (_, row) = await book.rows()
    assert "补交审计报告" in bytes(row["explanation"]).decode()
    assert (row["root"], row["story"]) == (cause.envelope.id, "story")
    assert row["cause_event_id"] != cause.envelope.id


async def test_a_lower_rate_decided_later_reverses_the_first_amount_and_enters_the_second(book: Ledger) -> None:
    cause = graded(1, cost="200000.00")
    await book.settle(cause)
    order = decisions.Decide(about="2018-makerspace-c1", rate="0.50", reason="含往年设备款")
    await book.do(lambda unit: decisions.decide(unit, order), by="head-1")
    rows = await book.rows()
    assert [(row["outcome"], row["amount_fen"]) for row in rows] == [
        ("awarded", 14_000_000), ("reversal", -14_000_000), ("awarded", 10_000_000),
    ]  # fmt: skip
    assert rows[1]["reverses"] == rows[0]["id"]
    assert await book.standing() == [("awarded", 10_000_000, "c1")]
    assert [event.type_.split(".")[2] for event in book.told] == ["computed", "requested", "reversed", "computed"]


async def test_a_decision_made_before_the_grade_is_read_when_it_comes(book: Ledger) -> None:
    order = decisions.Decide(about="2018-makerspace-c1", rate="0.50", reason="含往年设备款")
    assert await book.do(lambda unit: decisions.decide(unit, order)) == []
    await book.settle(graded(1, cost="200000.00"))
    assert await book.standing() == [("awarded", 10_000_000, "c1")]


async def test_computing_again_what_has_not_changed_moves_nothing(book: Ledger) -> None:
    cause, refused = hnte("t1"), hnte("t1", "c2", "o2")
    await book.settle(cause, refused)
    before = await book.rows()
    for each in (cause, refused, cause):
        order = decisions.SupplyFacts(cause_event_id=each.envelope.id, reason="复核")
        await book.do(partial(decisions.supply_facts, order=order))
    assert await book.rows() == before


async def test_a_reversed_award_gives_its_share_back_and_whom_it_had_shut_out_is_looked_at_again(book: Ledger) -> None:
    await book.settle(*[hnte(f"t{number}") for number in range(6)])
    assert [row[0] for row in await book.standing()] == ["awarded"] * 5 + ["declined"]
    first = (await book.rows())[0]
    order = decisions.ReverseSubsidy(subsidy_id=first["id"], reason="证书被撤销")
    await book.do(lambda unit: decisions.reverse_subsidy(unit, order))
    standing = await book.standing()
    assert [row[:2] for row in standing] == [("awarded", 10_000_000)] * 5
    total = sum(row["amount_fen"] or 0 for row in await book.rows())
    assert total == 50_000_000
    with pytest.raises(DomainError, match="already-reversed"):
        await book.do(lambda unit: decisions.reverse_subsidy(unit, order))


async def test_the_other_carrier_of_a_tenant_is_paid_once_the_first_is_reversed(book: Ledger) -> None:
    await book.settle(hnte("t1"), hnte("t1", "c2", "o2"))
    first = (await book.rows())[0]
    order = decisions.ReverseSubsidy(subsidy_id=first["id"], reason="企业不在该载体")
    await book.do(lambda unit: decisions.reverse_subsidy(unit, order))
    assert await book.standing() == [("awarded", 10_000_000, "c2")]


async def test_what_the_office_took_back_is_not_given_again_by_computing_again(book: Ledger) -> None:
    cause = hnte("t1")
    await book.settle(cause)
    taken = decisions.ReverseSubsidy(subsidy_id=(await book.rows())[0]["id"], reason="证书被撤销")
    await book.do(lambda unit: decisions.reverse_subsidy(unit, taken))
    order = decisions.SupplyFacts(cause_event_id=cause.envelope.id, reason="复核")
    await book.do(lambda unit: decisions.supply_facts(unit, order))
    assert await book.standing() == []


async def test_a_request_about_an_event_never_heard_is_refused(book: Ledger) -> None:
    body = {"request_id": "r", "cause_event_id": "nobody", "by": "x", "reason": "x"}
    with pytest.raises(DomainError, match="no-such-cause"):
        await book.settle(received(SettlementRequested.model_validate(body)))
    order = decisions.SupplyFacts(cause_event_id="nobody", reason="x")
    with pytest.raises(DomainError, match="no-such-cause"):
        await book.do(lambda unit: decisions.supply_facts(unit, order))


async def test_payments_are_proposed_by_one_approved_by_another_within_the_budget_and_paid_once(book: Ledger) -> None:
    await book.settle(*[hnte(f"t{number}") for number in range(3)])
    ids = [row["id"] for row in await book.rows()]
    propose = payments.ProposePayments(subsidy_ids=ids, budget_year=2019)
    approve = payments.ApprovePayments(subsidy_ids=ids)
    paying = payments.PaySubsidies(subsidy_ids=ids, paid_on=date(2019, 2, 15), document_no="样例财〔2019〕3号")
    budget = registers.SetBudget(year=2019, amount="250000.00", document_no="样例财〔2019〕1号")
    await book.do(lambda unit: payments.propose_payments(unit, propose), by="clerk-1")
    for by, work, code in (
        ("clerk-1", lambda unit: payments.propose_payments(unit, propose), "already-proposed"),
        ("clerk-1", lambda unit: payments.approve_payments(unit, approve), "own-proposal"),
        ("head-1", lambda unit: payments.approve_payments(unit, approve), "no-budget"),
        ("finance-1", lambda unit: payments.pay_subsidies(unit, paying), "payment-is-proposed"),
    ):
        with pytest.raises(DomainError, match=code):
            await book.do(work, by=by)
    await book.do(lambda unit: registers.set_budget(unit, budget))
    with pytest.raises(DomainError, match="over-budget"):
        await book.do(lambda unit: payments.approve_payments(unit, approve), by="head-1")
    wide = budget.model_copy(update={"amount": "300000.00"})
    await book.do(lambda unit: registers.set_budget(unit, wide))
    await book.do(lambda unit: payments.approve_payments(unit, approve), by="head-1")
    await book.do(lambda unit: payments.pay_subsidies(unit, paying), by="finance-1")
    with pytest.raises(DomainError, match="payment-is-paid"):
        await book.do(lambda unit: payments.pay_subsidies(unit, paying), by="finance-1")
    told = [event.type_ for event in book.told]
    assert told.count("incubator.subsidy.paid.v1") == told.count("incubator.subsidy.approved.v1") == 3


async def test_a_payment_under_way_is_cancelled_by_a_reversal_and_cannot_be_proposed_again(book: Ledger) -> None:
    await book.settle(hnte("t1"))
    id_ = (await book.rows())[0]["id"]
    propose = payments.ProposePayments(subsidy_ids=[id_], budget_year=2019)
    await book.do(lambda unit: payments.propose_payments(unit, propose))
    order = decisions.ReverseSubsidy(subsidy_id=id_, reason="证书被撤销")
    await book.do(lambda unit: decisions.reverse_subsidy(unit, order))
    assert [row["state"] for row in await book.rows(select(PAYMENT))] == ["cancelled"]
    approve = payments.ApprovePayments(subsidy_ids=[id_])
    with pytest.raises(DomainError, match="nothing-to-pay"):
        await book.do(lambda unit: payments.approve_payments(unit, approve), by="head-1")
