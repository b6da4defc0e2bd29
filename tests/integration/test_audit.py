"""The audit trail on both databases: written with what it records, never changed, every entry sealed once."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE
from services.incubator.store.tables import AUDIT, CHANGE, OBJECTION, PAYMENT
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import bookkeeping
from shared.audit import sealing
from shared.audit.parked import settle_parked
from shared.audit.rows import entries_of, last_seal
from shared.audit.sealing import Sealer
from shared.audit.trail import Step, decision, enter
from shared.audit.verify import verify
from shared.core.clock import system_now
from shared.db.migrate import downgrade, upgrade
from shared.db.transaction import reading, transaction
from shared.ledger import budgeting
from shared.messaging import parking
from shared.messaging.unit import Unit
from tests.integration.audited import BUDGET, all_entries, count, lived, seal
from tests.integration.little_city import City, little_city
from tests.integration.small_service import until

POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
SECRETS = ("secret-objector", "到账凭证漏报", "凭证属实", "证书被撤销", "样例单位", "样例众创空间")
"""Names and reasons of the little city's year."""


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        yield city


async def test_a_year_is_in_the_trail_step_by_step_without_a_name_or_a_reason_and_holds(city: City) -> None:
    await lived(city)
    await seal(city.running.engine)
    verdict = await verify(city.running.engine, TRAIL)
    assert verdict.faults == []
    found = await all_entries(city.running.engine)
    assert (verdict.sealed, verdict.unsealed) == (len(found), 0)
    async with city.running.look() as connection:
        assert sum(each.record == "change" for each in found) == await count(connection, CHANGE)
        objection = (await connection.execute(select(OBJECTION.c.id))).scalar_one()
        paid = (await connection.execute(select(PAYMENT.c.subsidy_id).where(PAYMENT.c.state == "paid"))).scalar_one()
        told = await entries_of(connection, AUDIT, objection)
        money = await entries_of(connection, AUDIT, paid)
    assert [(each.act, each.by) for each in told if each.record == "objection"] == [
        ("objection:>filed", "clerk-1"),
        ("objection:filed>upheld", "head-1"),
    ]
    assert [(each.act, each.by) for each in money if each.record == "payment"] == [
        ("payment:>proposed", "clerk-1"),
        ("payment:proposed>approved", "head-1"),
        ("payment:approved>paid", "finance-1"),
    ]
    assert {"decision", "subsidy:reversal", "report:submitted", "report:corrected"} <= {each.act for each in found}
    written = "\n".join(str(each) for each in found)
    assert not [secret for secret in SECRETS if secret in written]


async def test_an_entry_is_there_with_what_it_records_or_not_at_all(city: City) -> None:
    await city.registered()
    before = await all_entries(city.running.engine)
    with pytest.raises(ZeroDivisionError):
        await city.do(_fails_after_all, BUDGET)
    assert await all_entries(city.running.engine) == before
    await city.do(bookkeeping.set_budget, BUDGET, "head-1")
    new = (await all_entries(city.running.engine))[len(before) :]
    assert [(each.act, each.of, each.by, each.record, each.at) for each in new] == [
        ("budget:>set", "2020", "head-1", "change", city.instant),
        ("budget:>set", "2020", "head-1", "budget", city.instant),
    ]


async def _fails_after_all(unit: Unit, order: budgeting.SetBudget) -> None:
    await bookkeeping.set_budget(unit, order)
    assert await entries_of(unit.connection, AUDIT, "2020")
    raise ZeroDivisionError


REFUSED = [
    "update audit_entry set act = 'x'",
    "delete from audit_entry",
    "update audit_seal set hash = 'x'",
    "delete from audit_seal",
]
REPLACING = [
    "insert or replace into audit_entry select * from audit_entry",
    "insert or replace into audit_seal select * from audit_seal",
]
EMPTYING = ["truncate audit_entry", "truncate audit_seal"]


async def test_the_database_refuses_to_change_or_remove_what_was_entered(city: City) -> None:
    await city.registered()
    engine = city.running.engine
    await seal(engine)
    before = await all_entries(engine)
    for statement in [*REFUSED, *(REPLACING if engine.dialect.name == "sqlite" else EMPTYING)]:
        with pytest.raises(IntegrityError, match="append-only"):
            await _executed(engine, statement)
    assert await all_entries(engine) == before
    assert (await verify(engine, TRAIL)).faults == []


async def _executed(engine: AsyncEngine, statement: str) -> None:
    async with transaction(engine) as connection:
        await connection.execute(text(statement))


@pytest.mark.empty_database
async def test_tables_made_by_the_program_and_by_its_revisions_guard_themselves_alike(
    database: AsyncEngine, tmp_path: Path
) -> None:
    await upgrade(database, SERVICE)
    revised = await _guards(database)
    assert len(revised) == (6 if database.dialect.name == "sqlite" else 2)
    await downgrade(database, SERVICE)
    assert await _guards(database) == set()
    async with little_city(database, tmp_path):
        assert await _guards(database) == revised
    async with database.begin() as connection:  # and they go with their tables
        await connection.run_sync(SERVICE.metadata.drop_all)
    async with little_city(database, tmp_path):
        assert await _guards(database) == revised


async def _guards(engine: AsyncEngine) -> set[str]:
    """The triggers as the database has them, and on PostgreSQL what they do."""
    of_sqlite = "select sql from sqlite_master where type = 'trigger'"
    of_postgresql = (
        "select pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) from pg_trigger t where not t.tgisinternal"
    )
    async with reading(engine) as connection:
        found = await connection.execute(text(of_sqlite if engine.dialect.name == "sqlite" else of_postgresql))
        return {str(each) for each in found.scalars()}


async def test_sealers_at_once_seal_every_entry_once(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    engine = city.running.engine
    async with transaction(engine) as connection:
        await enter(connection, AUDIT, "x", city.instant, [decision("marks", str(each)) for each in range(100)])
    made = await asyncio.gather(*(seal(engine) for _ in range(4)))
    assert sum(made) == 15
    verdict = await verify(engine, TRAIL)
    assert (verdict.faults, verdict.seals, verdict.sealed, verdict.unsealed) == ([], 15, 100, 0)
    assert await seal(engine) == 0


@POSTGRESQL
async def test_a_position_that_comes_into_sight_late_is_waited_for(city: City) -> None:
    """A batch ends where everything is decided, and whoever begins to write later does not keep it waiting."""
    engine, step = city.running.engine, Step("marks", "r", "0" * 64)
    async with engine.connect() as slow, engine.connect() as later:
        await slow.begin()
        await enter(slow, AUDIT, "slow", city.instant, [step])
        async with transaction(engine) as quick:
            await enter(quick, AUDIT, "quick", city.instant, [step])
        sealer = Sealer(engine, AUDIT, system_now)
        assert await sealer.seal(patience=0) == 0  # the lower position is not in sight yet
        waiting = asyncio.create_task(sealer.seal(patience=60))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        await later.begin()
        await enter(later, AUDIT, "later", city.instant, [step])
        await slow.commit()
        assert await waiting == 1
        assert [each.by for each in await all_entries(engine)] == ["slow", "quick"]
        async with reading(engine) as connection:
            seal = await last_seal(connection, AUDIT)
        assert seal is not None
        assert (seal.first, seal.last) == (1, 2)
        await later.commit()
    assert await sealer.seal() == 1
    verdict = await verify(engine, TRAIL)
    assert (verdict.faults, verdict.sealed) == ([], 3)


@POSTGRESQL
async def test_a_position_that_was_given_back_leaves_a_gap_that_is_no_fault(city: City) -> None:
    engine, step = city.running.engine, Step("marks", "r", "0" * 64)
    async with engine.connect() as failing:
        await failing.begin()
        await enter(failing, AUDIT, "failing", city.instant, [step])
        async with transaction(engine) as quick:
            await enter(quick, AUDIT, "quick", city.instant, [step])
        await failing.rollback()
    assert await seal(engine) == 1
    assert [each.position for each in await all_entries(engine)] == [2]
    assert (await verify(engine, TRAIL)).faults == []


async def test_a_sealer_seals_when_it_starts_and_what_is_left_when_it_is_told_to_stop(city: City) -> None:
    await city.registered()
    engine, stop = city.running.engine, asyncio.Event()
    running = asyncio.create_task(Sealer(engine, AUDIT, system_now).run(stop))
    await until(lambda: _is_sealed(engine))
    await city.opened()
    assert (await verify(engine, TRAIL)).unsealed > 0
    stop.set()
    await running
    verdict = await verify(engine, TRAIL)
    assert (verdict.faults, verdict.unsealed, verdict.seals) == ([], 0, 2)


async def _is_sealed(engine: AsyncEngine) -> bool:
    verdict = await verify(engine, TRAIL)
    return verdict.seals == 1 and verdict.unsealed == 0


async def test_what_an_official_decides_about_a_parked_event_is_in_the_trail(city: City) -> None:
    engine, spine = city.running.engine, SERVICE.spine
    event = parking.Parked("c", "INCUBATOR", 1, "s", {"ce-id": "e1"}, b"{}", "code", "错误", 5)
    async with transaction(engine) as connection:
        await parking.park(connection, spine, event, city.instant)
        await settle_parked(connection, spine, TRAIL, 1, parking.DISCARDED, "head-1", "重复的事件", city.instant)
    [entry] = await all_entries(engine)
    assert (entry.act, entry.of, entry.by, entry.record) == ("parked:parked>discarded", "1", "head-1", None)
    expected = decision(entry.act, "1", event="e1", consumer="c", reason="重复的事件", body=b"{}")
    assert entry.digest == expected.digest
