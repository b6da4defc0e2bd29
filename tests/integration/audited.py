"""The incubator's audit trail for tests: a city that has decided something of everything, sealed and read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.incubator.store.tables import AUDIT, SUBSIDY
from services.incubator.usecases import bookkeeping
from shared.audit.chain import Entry
from shared.audit.rows import entries
from shared.audit.sealing import Sealer
from shared.audit.verify import Verdict
from shared.core.clock import system_now
from shared.db.transaction import reading
from shared.ledger import budgeting, deciding
from tests.integration.little_city import City

BUDGET = budgeting.SetBudget(year=2020, amount="5", document_no="样例财 9 号")


async def lived(city: City) -> None:
    """A year, a subsidy paid, another taken back, and a decision about a rate: something of everything."""
    await city.year()
    async with city.running.look() as connection:
        query = select(SUBSIDY.c.id).where(SUBSIDY.c.outcome == "awarded").order_by(SUBSIDY.c.position)
        paid, reversed_ = list((await connection.execute(query)).scalars())[:2]
    await city.paid(paid)
    await city.paid(reversed_, "proposed")
    await city.reverse(reversed_)
    order = deciding.Decide(about="2018-makerspace-Z1", rate="0.60", reason="预算不足，按六成")
    await city.do(bookkeeping.decide, order, "head-1")


async def seal(engine: AsyncEngine) -> int:
    return await Sealer(engine, AUDIT, system_now).seal()


async def all_entries(engine: AsyncEngine) -> Sequence[Entry]:
    async with reading(engine) as connection:
        return await entries(connection, AUDIT)


async def count(connection: AsyncConnection, table: Any) -> int:
    return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


def codes(verdict: Verdict) -> list[str]:
    return [fault.code for fault in verdict.faults]
