"""The flow that is measured: grades finalised in the incubator's outbox, each settled, each with a letter queued."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from time import perf_counter
from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE as INCUBATOR
from services.notify.service import SERVICE as WHOLE_NOTIFY
from services.notify.store.tables import CONTACT, MESSAGE
from shared.contracts.incubator import EvaluationFinalised
from shared.core.clock import system_now
from shared.db.transaction import reading, transaction
from shared.messaging.broker import JetStreamContext
from shared.messaging.unit import unit_of_work
from shared.running.service import Service

BATCH = 500
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 1800.0
SAYS = "subsidy-computed"
"""The one letter a unit gets here. In service it gets its result as well; that one is left out, as the floor has it."""


def _letters_of_money() -> Service:
    letters = next(each for each in WHOLE_NOTIFY.consumers if EvaluationFinalised in each.events)
    money = replace(letters, events=tuple(each for each in letters.events if each is not EvaluationFinalised))
    others = tuple(each for each in WHOLE_NOTIFY.consumers if each is not letters)
    return replace(WHOLE_NOTIFY, consumers=(*others, money), tasks=())


NOTIFY = _letters_of_money()
SERVICES = {service.name: service for service in (INCUBATOR, NOTIFY)}


def finalised(number: int) -> EvaluationFinalised:
    """A 众创空间 of city level graded 优秀, with a cost of its own."""
    carrier = {
        "id": f"b{number}",
        "org_id": f"o{number}",
        "kind": "makerspace",
        "level": "city",
        "name": f"测速 {number}",
    }
    return EvaluationFinalised.model_validate(
        {
            "evaluation_id": f"bench-{number}",
            "round_id": "2018-makerspace",
            "year": 2018,
            "carrier": carrier,
            "grade": "excellent",
            "grade_name": "优秀",
            "total": "91.50",
            "date": "2019-01-18",
            "facts": {"operating_cost_prev_year": f"{123456 + number}.78"},
            "sources": {"operating_cost_prev_year": "2018 年度填报第 1 版（数据期 2017 年），运营成本，元"},
        }
    )


async def write_contacts(engine: AsyncEngine, first: int, units: int) -> None:
    """Somebody to write to at every organisation, before the clock starts."""
    now = system_now()
    rows = [
        {
            "owner": "incubator",
            "recipient_id": f"o{number}",
            "org_id": f"o{number}",
            "role": "operator",
            "name": f"测速单位 {number}",
            "email": f"o{number}@example.cn",
            "changed_at": now,
        }
        for number in range(first, first + units)
    ]
    async with transaction(engine) as connection:
        for part in _parts(rows):
            await connection.execute(insert(CONTACT), part)


def _parts(rows: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


async def finalise(engine: AsyncEngine, first: int, units: int) -> None:
    """The grades become final, five hundred in a transaction, as the round's use case tells them."""
    for start in range(first, first + units, BATCH):
        async with unit_of_work(engine, INCUBATOR.spine, "/incubator", system_now, "bench") as unit:
            for number in range(start, min(start + BATCH, first + units)):
                unit.tell(finalised(number), str(uuid4()))


async def told(jetstream: JetStreamContext) -> int:
    """How many messages the notify service has told of: each is queued and committed before that."""
    return (await jetstream.stream_info("NOTIFY")).state.messages


async def until_told(jetstream: JetStreamContext, messages: int) -> None:
    """Waits for the last letter; the notify service may be another process, so there is nothing to be woken by."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        there = await told(jetstream)
        while there < messages:
            await asyncio.sleep(LOOK_SECONDS)
            there = await told(jetstream)


async def letters(engine: AsyncEngine) -> int:
    """Letters of subsidies that are queued."""
    async with reading(engine) as connection:
        counted = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.letter == SAYS, MESSAGE.c.state == "queued")
        count: int = (await connection.execute(counted)).scalar_one()
        return count


async def idle_seconds(incubator: AsyncEngine, jetstream: JetStreamContext, first: int, times: int) -> list[float]:
    """From one grade's commit to its letter on the bus, with nothing else to do; the same `times` over."""
    found = []
    before = await told(jetstream)
    for number in range(times):
        await asyncio.sleep(0.3)  # idle again
        await finalise(incubator, first + number, 1)
        start = perf_counter()
        await until_told(jetstream, before + number + 1)
        found.append(perf_counter() - start)
    return found
