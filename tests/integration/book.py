"""The settlement at work on one database, and what it is told: grades and tenants' titles of small carriers."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import SPINE, SUBSIDY
from services.incubator.usecases.bookkeeping import settle
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested, TenantHnteRecognised
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
        await self.do(lambda unit: settle(received, unit))

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
