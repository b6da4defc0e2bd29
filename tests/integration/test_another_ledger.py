"""The ledger of a service with other nouns: it knows whom it is about, and who is paid, by names of its own."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import MetaData, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.incubator.store.base import METADATA as OTHERS
from services.incubator.usecases.questions import asked
from shared.audit.tables import audit_tables
from shared.audit.trail import Trail
from shared.audit.verify import verify
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import (
    EvaluationFinalised,
    SettlementRequested,
    SubsidyApproved,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyCut,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
)
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.db.engine import NAMING
from shared.ledger import budgeting, deciding, paying, reversing, settling
from shared.ledger.service import Hearing, Ledger, Telling
from shared.ledger.tables import ledger_tables
from shared.ledger.trail import ledger_trail
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing, recorded_changes
from shared.messaging.consumer import Received
from shared.messaging.tables import spine_tables
from shared.messaging.unit import Unit, unit_of_work

pytestmark = pytest.mark.empty_database
METADATA = MetaData(naming_convention=NAMING)
CHANGE = OTHERS.tables["change"].to_metadata(METADATA)
TABLES = ledger_tables(METADATA, subject="award_id", payee="person_id")
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
MONEY = ledger_trail(TABLES)
TRAILING = Trailing(AUDIT, recorded_changes(CHANGE), MONEY.by_noun)
TRAILED = (recorded_changes(CHANGE), MONEY.decisions, MONEY.entries, MONEY.shortages)
CONFIRMED = {"P-1"}


async def unconfirmed(_: AsyncConnection, payees: Collection[str]) -> Sequence[str]:
    return sorted(set(payees) - CONFIRMED)


async def unranked(_: AsyncConnection, __: Collection[str]) -> Mapping[str, int]:
    return {}


def unnamed(query: Select[Any]) -> Select[Any]:
    return query


LEDGER = Ledger(
    tables=TABLES,
    changes=Changes(CHANGE, TRAILING.note),
    trailing=TRAILING,
    recorded=MONEY,
    hearing=Hearing(asked, SettlementRequested),
    telling=Telling(
        computed=SubsidyComputed, declined=SubsidyDeclined, blocked=SubsidyBlocked, reversed=SubsidyReversed,
        cut=SubsidyCut, approved=SubsidyApproved, paid=SubsidyPaid, entry="subsidy_id", party="carrier",
    ),
    named=unnamed,
    unconfirmed=unconfirmed,
    ranks=unranked,
    noun="资助",
    payees="单位",
)  # fmt: skip


class Office:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.told: list[Event] = []

    async def do(self, work: Any, order: Any, by: str = "clerk-1") -> Any:
        async with unit_of_work(self.engine, SPINE, "/test", lambda: datetime.now(UTC), by) as unit:
            answer = await work(LEDGER, unit, order)
        await self._heard(unit)
        return answer

    async def began(self, award: str, person: str, cost: str = "900000.00") -> str:
        body = dict(EvaluationFinalised.example)
        carrier = {"id": award, "org_id": person, "kind": "makerspace", "level": "city", "name": "样例"}
        facts = {"operating_cost_prev_year": cost}
        event = EvaluationFinalised.model_validate({**body, "evaluation_id": award, "carrier": carrier, "facts": facts})
        received = Received(event, Envelope(str(uuid4()), "/test", datetime.now(UTC), event.about(), "story"))
        await self._settled([received])
        return received.envelope.id

    async def _settled(self, received: Sequence[Received[Any]]) -> None:
        async with unit_of_work(self.engine, SPINE, "/test", lambda: datetime.now(UTC), "system") as unit:
            await settling.settle(LEDGER, received, unit)
        await self._heard(unit)

    async def _heard(self, unit: Unit) -> None:
        self.told += [each.event for each in unit.outgoing]
        for each in unit.outgoing:
            if isinstance(each.event, SettlementRequested):
                envelope = Envelope(each.id, "/test", unit.now, each.event.about(), each.correlation_id)
                await self._settled([Received(each.event, envelope)])

    async def standing(self) -> list[tuple[str, str, int | None]]:
        query = LEDGER.rows.standing().order_by(TABLES.subsidy.c.position)
        async with self.engine.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [(row["award_id"], row["outcome"], row["amount_fen"]) for row in rows]

    async def ids(self) -> list[str]:
        async with self.engine.connect() as connection:
            query = select(TABLES.subsidy.c.id).where(TABLES.subsidy.c.outcome == "awarded")
            return list((await connection.execute(query.order_by(TABLES.subsidy.c.position))).scalars())


@pytest.fixture
async def office(database: AsyncEngine) -> Office:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    return Office(database)


async def test_it_speaks_of_its_own_money_and_enters_its_own_columns(office: Office) -> None:
    root = await office.began("A-1", "P-1")
    assert await office.standing() == [("A-1", "awarded", 30_000_000)]
    with pytest.raises(DomainError, match="这项资助按比例计算"):
        await office.do(deciding.decide, deciding.Decide(about=root, amount="1.00", reason="从低"))
    await office.do(deciding.decide, deciding.Decide(about=root, rate="0.2", reason="从低"), "head-1")
    assert await office.standing() == [("A-1", "awarded", 18_000_000)]
    (_, last) = await office.ids()
    await office.do(reversing.reverse_subsidy, reversing.ReverseSubsidy(subsidy_id=last, reason="重复"), "head-1")
    assert await office.standing() == []
    assert (await verify(office.engine, Trail(AUDIT, (*TRAILED, *MONEY.by_noun.values())))).faults == []


async def test_it_is_paid_by_three_people_to_a_confirmed_account_alone(office: Office) -> None:
    await office.began("A-1", "P-1")
    await office.began("A-2", "P-2")
    ids = await office.ids()
    budget = budgeting.SetBudget(year=2019, amount="600000", document_no="样例财 1 号")
    await office.do(budgeting.set_budget, budget, "head-1")
    await office.do(paying.propose_payments, paying.ProposePayments(subsidy_ids=ids, budget_year=2019))
    await office.do(paying.approve_payments, paying.ApprovePayments(subsidy_ids=ids), "head-1")
    today = legal_date(datetime.now(UTC))
    pay = partial(paying.PaySubsidies, paid_on=today, document_no="样例财 3 号")
    with pytest.raises(DomainError, match="1 家单位还没有确认收款账户：P-2"):
        await office.do(paying.pay_subsidies, pay(subsidy_ids=ids), "finance-1")
    await office.do(paying.pay_subsidies, pay(subsidy_ids=ids[:1]), "finance-1")
    (paid,) = [event for event in office.told if isinstance(event, SubsidyPaid)]
    assert (paid.carrier.id, paid.amount, paid.policy) == ("A-1", "300000.00", "dalian-2017-52")
