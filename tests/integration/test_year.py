"""The sample city's year, played through the running incubator, comes to what the engines compute by themselves."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.demo import play, script
from services.incubator.demo import WORKBOOK
from services.incubator.domain.city_year import CityYear
from services.incubator.domain.settlement import Evaluation, evaluate_kind, settle_evaluations
from services.incubator.service import SERVICE
from services.incubator.store import ledger
from services.incubator.store.tables import CHANGE, EVALUATION, OBJECTION, REPORT, ROUND
from services.incubator.usecases.due import SCHEDULE
from services.incubator.workbook.read import read_workbook
from shared.core.clock import DemoClock
from shared.core.money import in_yuan
from shared.core.settings import Settings
from shared.messaging.broker import connect
from shared.messaging.provision import provision
from shared.running.quiet import until_quiet
from shared.running.running import Running
from tests.servers import NatsServer


@pytest.fixture(scope="module")
def year() -> CityYear:
    return read_workbook(WORKBOOK)


@pytest.fixture
async def incubator(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Running]:
    async with database.begin() as connection:
        await connection.run_sync(SERVICE.metadata.create_all)
    client = await connect(nats_server.url)
    jetstream = client.jetstream()
    await provision(jetstream, [consumer.provisioned() for consumer in SERVICE.consumers])
    clock = DemoClock(tmp_path / "clock.json", play.BEGIN)
    running = Running(SERVICE, Settings(data=tmp_path), database, jetstream, clock.now)
    running.clock = clock  # type: ignore[attr-defined]  # the tests move it
    work = asyncio.create_task(running.run())
    yield running
    running.stop.set()
    await work
    await client.close()


async def agreed() -> bool:
    return True


async def play_year(running: Running, year: CityYear, until: str = "") -> None:
    """The steps of the demo up to the step named, each followed by what follows from it."""
    scene = script.Scene(running, year)
    for step in play.steps(year):
        running.clock.move_to(datetime.combine(step.on, play.AT, play.SHANGHAI))  # type: ignore[attr-defined]
        await SCHEDULE.run_due(running)
        await step.does(scene)
        await until_quiet([running], agreed)
        if step.name == until:
            return


def computed(year: CityYear) -> Counter[tuple[Any, ...]]:
    """What the engines come to: grades of the year, but for the one whose objection is upheld."""
    evaluations = {kind: evaluate_kind(year, kind) for kind in year.schemes}
    reports = dict(year.reports)
    before = reports[script.OBJECTS]
    reports[script.OBJECTS] = type(before)(before.carrier, {**before.figures, **script.OBJECTION_FIGURES})
    corrected = type(year)(**{**vars(year), "reports": reports})

    def taken(first: Evaluation, second: Evaluation) -> Evaluation:
        return second if first.carrier.id == script.OBJECTS else first

    makerspaces = zip(evaluations["makerspace"], evaluate_kind(corrected, "makerspace"), strict=True)
    evaluations["makerspace"] = [taken(first, second) for first, second in makerspaces]
    result = settle_evaluations(corrected, evaluations)
    rows: Counter[tuple[Any, ...]] = Counter()
    for settled in result.settled:
        assert settled.blocked is None
        for award in settled.awards:
            rows[settled.event.carrier.id, award.rule, award.amount] += 1
        for refusal in settled.declined:
            rows[settled.event.carrier.id, refusal.rule, refusal.reason] += 1
    return rows


async def standing(running: Running) -> Counter[tuple[Any, ...]]:
    async with running.look() as connection:
        rows = (await connection.execute(ledger.standing())).mappings().all()
    return Counter((row["carrier_id"], row["rule"], row["reason"] or in_yuan(row["amount_fen"])) for row in rows)


async def test_the_live_year_comes_to_what_the_engines_compute(incubator: Running, year: CityYear) -> None:
    await play_year(incubator, year)
    assert await standing(incubator) == computed(year)
    async with incubator.look() as connection:
        states = Counter((await connection.execute(select(ROUND.c.state))).scalars())
        assert states == {"finalised": 5, "open": 2}
        row = (await connection.execute(select(EVALUATION).where(EVALUATION.c.id == "2018-makerspace-Z23"))).one()
        assert (row.grade, row.state) == ("excellent", "finalised")
        changed = select(CHANGE.c.why).where(CHANGE.c.of == row.id, CHANGE.c.by == script.HEAD)
        assert "良好 → 优秀" in ((await connection.execute(changed)).scalar() or "")
        away = (await connection.execute(select(EVALUATION).where(EVALUATION.c.id == "2018-makerspace-Z17"))).one()
        assert (away.grade, away.total, away.withdrawal_proposed) == ("unqualified", None, True)
        returned = (await connection.execute(select(REPORT).where(REPORT.c.id == "2018-incubator-F03"))).one()
        assert (returned.version, returned.returns, returned.figures["mentors"]) == (
            2,
            1,
            year.reports["F03"].figures["mentors"],
        )


async def test_a_step_played_twice_changes_nothing(incubator: Running, year: CityYear) -> None:
    """Whoever is killed in a step plays it again."""
    scene = script.Scene(incubator, year)
    for step in play.steps(year):
        incubator.clock.move_to(datetime.combine(step.on, play.AT, play.SHANGHAI))  # type: ignore[attr-defined]
        await SCHEDULE.run_due(incubator)
        await step.does(scene)
        await step.does(scene)
        await until_quiet([incubator], agreed)
    assert await standing(incubator) == computed(year)


async def test_nothing_is_finalised_while_it_is_public_or_objected_to(incubator: Running, year: CityYear) -> None:
    await play_year(incubator, year, until="object")
    incubator.clock.move_to(datetime(2019, 1, 17, 15, 59, tzinfo=UTC))  # type: ignore[attr-defined]  # 23:59 there
    await SCHEDULE.run_due(incubator)
    async with incubator.look() as connection:
        assert set((await connection.execute(select(EVALUATION.c.state))).scalars()) == {"publicised"}
    incubator.clock.move_to(datetime(2019, 1, 17, 16, 1, tzinfo=UTC))  # type: ignore[attr-defined]  # the next day there
    await SCHEDULE.run_due(incubator)
    async with incubator.look() as connection:
        held = select(EVALUATION.c.id).where(EVALUATION.c.state == "publicised")
        assert list((await connection.execute(held)).scalars()) == ["2018-makerspace-Z23"]
        states = dict(list(await connection.execute(select(ROUND.c.id, ROUND.c.state))))
        assert states["2018-makerspace"] == "publicised"
        assert states["2018-incubator"] == "finalised"
        filed = (await connection.execute(select(OBJECTION))).one()
        assert filed.decide_by - filed.filed_on == timedelta(days=7)  # five working days and a weekend
    await script.objection_upheld(script.Scene(incubator, year))
    await SCHEDULE.run_due(incubator)
    async with incubator.look() as connection:
        assert set((await connection.execute(select(EVALUATION.c.state))).scalars()) == {"finalised"}
