"""A little city whose year is settled: three awards, one refusal, one block; and the hands that move its money."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import PAYMENT, SUBSIDY
from services.incubator.usecases import bookkeeping
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.ledger import budgeting, outcomes, paying
from tests.integration.desk_people import Person
from tests.integration.little_city import City, little_city

CLERK = Who("clerk-1", "王经办", (Grant(Role.CLERK),), session="clerk", second_factor=True)
HEAD = Who("head-1", "李主任", (Grant(Role.HEAD),), session="head", second_factor=True)
FINANCE = Who("finance-1", "钱会计", (Grant(Role.FINANCE),), session="finance", second_factor=True)
AUDITOR = Who("auditor-1", "审计员", (Grant(Role.AUDITOR),), session="auditor")


@asynccontextmanager
async def settled_city(engine: AsyncEngine, folder: Path) -> AsyncIterator[City]:
    """Z1 and Z2 have 300,000 each, the incubator F1 100,000; Z3 failed; Z4's operating cost is missing."""
    async with little_city(engine, folder) as city:
        await city.year()
        yield city


async def awards(city: City) -> dict[str, str]:
    """The id of the award that stands, by carrier."""
    async with city.running.look() as connection:
        query = ledger.standing().where(SUBSIDY.c.outcome == outcomes.AWARDED)
        return {row["carrier_id"]: row["id"] for row in (await connection.execute(query)).mappings()}


async def rows(city: City, query: Any) -> list[Any]:
    async with city.running.look() as connection:
        return list((await connection.execute(query)).mappings())


async def paid_amounts(city: City) -> dict[str, tuple[str, int, int]]:
    """By carrier: the payment's state, its budget year, its amount in fen."""
    query = select(SUBSIDY.c.carrier_id, PAYMENT).join(PAYMENT, PAYMENT.c.subsidy_id == SUBSIDY.c.id)
    return {row["carrier_id"]: (row["state"], row["budget_year"], row["amount_fen"]) for row in await rows(city, query)}


async def proposed(city: City, budget: str = "500000") -> dict[str, str]:
    """Every award proposed out of a budget of 2019 that does not hold them all."""
    ids = await awards(city)
    await city.do(bookkeeping.set_budget, budgeting.SetBudget(year=2019, amount=budget, document_no="样例财 2 号"))
    order = paying.ProposePayments(subsidy_ids=list(ids.values()), budget_year=2019)
    await city.do(bookkeeping.propose_payments, order)
    return ids


async def approved(city: City, ids: dict[str, str]) -> None:
    order = paying.ApprovePayments(subsidy_ids=list(ids.values()))
    await city.do(bookkeeping.approve_payments, order, "head-1")


def person(city: City, who: Who) -> Person:
    return Person(city, who)
