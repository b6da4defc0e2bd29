"""The smallest service there is, to see a process at work: it hears, writes a row, tells, and can be made to misbehave.

`python -m tests.integration.tiny MIGRATIONS` runs it as the only service of a box.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select

from services.onebox import run
from shared.contracts.incubator import SettlementRequested, SubsidyBlocked
from shared.core.settings import read_settings
from shared.db.engine import NAMING
from shared.messaging.consumer import Received, consumes
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.tables import spine_tables
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.running.service import Service
from shared.webkit.access import ANYBODY

METADATA = MetaData(naming_convention=NAMING)
HEARD = Table(
    "heard", METADATA, Column("number", Integer, primary_key=True), Column("event", String(200), nullable=False)
)
SPINE = spine_tables(METADATA)
SLOWLY, FAIL, STAY = "slowly", "fail", "stay"


@consumes(SettlementRequested, durable="tiny")
async def hear(received: list[Received[Any]], unit: Unit) -> None:
    """Takes its time where the reason asks for it."""
    await unit.connection.execute(insert(HEARD), [{"event": each.envelope.id} for each in received])
    if any(each.event.reason == SLOWLY for each in received):
        print("working", flush=True)  # noqa: T201 - the test waits for this word
        await asyncio.sleep(3)
    for each in received:
        blocked = SubsidyBlocked.model_validate({**SubsidyBlocked.example, "cause_event_id": each.envelope.id})
        unit.publish(Outgoing(event_id(each.envelope.id, "blocked"), blocked))


async def misbehave(running: Running) -> None:
    """Fails, or does not stop when told to, once a file in the data folder says so."""
    while not running.stop.is_set():
        if (running.settings.data / FAIL).exists():
            raise ValueError("the tiny service was asked to fail")
        await asyncio.sleep(0.05)
    while (running.settings.data / STAY).exists():  # noqa: ASYNC110 - it is meant to be stubborn
        await asyncio.sleep(0.05)


def routes(running: Running) -> APIRouter:
    router = APIRouter()

    @router.get("/heard", dependencies=[ANYBODY])
    async def heard() -> int:
        async with running.look() as connection:
            found: int = (await connection.execute(select(func.count()).select_from(HEARD))).scalar_one()
            return found

    @router.get("/site", dependencies=[ANYBODY])
    async def site() -> str:
        return running.settings.base_url

    return router


def tiny(migrations: Path) -> Service:
    return Service("incubator", "样例服务", METADATA, SPINE, migrations, (hear,), (misbehave,), routes)


if __name__ == "__main__":
    run(read_settings(), lambda url: print(f"已经启动：{url}", flush=True), services=(tiny(Path(sys.argv[1])),))  # noqa: T201 - the test reads it
