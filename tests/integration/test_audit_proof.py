"""What the audit trail proves on both databases: whatever is tampered with is found and named, wherever it moves to."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE
from services.incubator.store.tables import CHANGE, DECISION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import bookkeeping
from services.notify.service import SERVICE as NOTIFY
from services.notify.store import messages
from services.notify.store.tables import AT_ONCE
from services.notify.store.tables import DECISION as LETTER_DECISION
from services.notify.usecases.decide import release
from shared.audit import sealing
from shared.audit.rows import entries_of
from shared.audit.verify import Verdict, prove, verify
from shared.core.clock import system_now
from shared.db.copying import copy_rows
from shared.db.engine import open_database
from shared.db.migrate import downgrade, upgrade
from shared.db.transaction import reading, transaction
from shared.messaging.unit import unit_of_work
from tests.integration.audited import BUDGET, all_entries, codes, count, lived, seal
from tests.integration.little_city import City, little_city

pytestmark = pytest.mark.empty_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        yield city


TAMPERED = [
    ("update change set why = '另一个理由' where noun = 'budget'", "change", "row-changed"),
    ("update change set by = 'clerk-9' where noun = 'payment' and after = 'approved'", "change", "row-changed"),
    ("delete from change where noun = 'budget'", "change", "row-missing"),
    (
        ('insert into change (noun, "of", before, after, by, at, why)'
        """ select noun, "of", before, after, by, at, '再来一次' from change where noun = 'budget'"""),
        "change",
        "row-unrecorded",
    ),
    ("update decision set rate = '0.70'", "decision", "row-changed"),
    ("update payment set state = 'paid' where state = 'cancelled'", "payment", "row-changed"),
    ("update payment set proposed_by = 'head-2' where state = 'paid'", "payment", "row-changed"),
    ("update evaluation set grade = 'excellent' where id = '2018-makerspace-Z3'", "evaluation", "row-changed"),
    ("update objection set reason = '另一个理由'", "objection", "row-changed"),
    ("update budget set amount_fen = amount_fen * 10", "budget", "row-changed"),
    ("update carrier set level = 'national' where id = 'Z1'", "carrier", "row-changed"),
    ("update subsidy set amount_fen = 1 where id in (select subsidy_id from payment where state = 'paid')", "subsidy", "row-changed"),
    ("update report_version set explanation = '改' where report_id = '2018-makerspace-Z1'", "report_version", "row-changed"),
]  # fmt: skip
IN_THE_TRAIL = [
    ("update audit_entry set by = 'head-1' where position = 5", ["entry-changed"]),
    ("delete from audit_entry where position = 5", ["entry-missing", "row-unrecorded"]),
    ("update audit_seal set hash = '0' where number = 1", ["seal-changed", "chain-broken"]),
    ("delete from audit_seal where number = 1", ["seal-missing"]),
]


async def test_whatever_is_tampered_with_is_found_and_named(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    """By somebody who may do anything to the database, triggers included."""
    monkeypatch.setattr(sealing, "BATCH", 20)
    engine = city.running.engine
    await lived(city)
    await seal(engine)
    for statement, table, code in TAMPERED:
        found = await _tampered(engine, statement)
        assert [(fault.code, fault.table) for fault in found.faults] == [(code, table)], statement
        fault = found.faults[0]
        assert (fault.row is None) == (code == "row-missing"), statement
        assert (fault.position is None) == (code == "row-unrecorded"), statement
        assert table in fault.message
    for statement, expected in IN_THE_TRAIL:
        found = await _tampered(engine, statement)
        assert codes(found) == expected, statement
    assert (await verify(engine, TRAIL)).faults == []


async def _tampered(engine: AsyncEngine, statement: str) -> Verdict:
    """What is found after this was done, which is taken back in the end."""
    async with engine.connect() as connection:
        await connection.begin()
        await connection.run_sync(_without_guards)
        assert (await connection.execute(text(statement))).rowcount == 1, statement
        verdict = await prove(connection, TRAIL, {})
        await connection.rollback()
        return verdict


def _without_guards(connection: Connection) -> None:
    for table in ("audit_entry", "audit_seal"):
        if connection.dialect.name == "sqlite":
            for what in ("changed", "removed", "replaced"):
                connection.execute(text(f"drop trigger {table}_is_never_{what}"))
        else:
            connection.execute(text(f"drop trigger {table}_is_never_changed on {table}"))


async def test_an_end_that_was_cut_off_is_found_by_a_seal_noted_elsewhere(city: City) -> None:
    """A chain alone cannot tell that there was more; nor that all of it was made anew."""
    engine = city.running.engine
    await city.registered()
    await seal(engine)
    noted = (await verify(engine, TRAIL)).last
    assert noted is not None
    assert (await verify(engine, TRAIL, {noted.number: noted.hash})).faults == []
    assert codes(await verify(engine, TRAIL, {noted.number: "f" * 64})) == ["head-differs"]
    assert codes(await verify(engine, TRAIL, {noted.number + 1: noted.hash})) == ["head-missing"]


async def test_what_was_there_before_the_trail_is_taken_over_and_proved_from_then_on(
    database: AsyncEngine, tmp_path: Path
) -> None:
    await upgrade(database, SERVICE)
    city = City(database, tmp_path)
    await lived(city)
    await downgrade(database, SERVICE, "0004")
    await upgrade(database, SERVICE)
    found = await all_entries(database)
    assert {(each.act, each.by) for each in found} == {("taken-over", "migration")}
    async with reading(database) as connection:
        assert sum(each.record == "change" for each in found) == await count(connection, CHANGE)
        assert sum(each.record == "decision" for each in found) == await count(connection, DECISION) == 1
    await city.do(bookkeeping.set_budget, BUDGET)
    assert await seal(database) == 1
    assert (await verify(database, TRAIL)).faults == []
    assert codes(await _tampered(database, "update payment set state = 'approved' where state = 'paid'")) == [
        "row-changed"
    ]


async def test_a_trail_moves_to_another_database_and_still_holds(database: AsyncEngine, tmp_path: Path) -> None:
    source = open_database(f"sqlite:///{tmp_path / 'source.db'}")
    for engine in (source, database):
        await upgrade(engine, SERVICE)
    city = City(source, tmp_path)
    await city.registered()
    await seal(source)
    await city.opened()
    await copy_rows(source, database, SERVICE)
    assert await all_entries(source) == await all_entries(database)
    moved = City(database, tmp_path)
    moved.at(date(2018, 11, 2))
    await moved.do(bookkeeping.set_budget, BUDGET)
    await seal(database)
    verdict = await verify(database, TRAIL)
    assert (verdict.faults, verdict.seals) == ([], 2)
    await source.dispose()


LETTER = {
    "id": "m1", "letter": "subsidy-reversed", "event_type": "t", "cause_event_id": "e", "correlation_id": "e", "about": "s",
    "carrier_id": "c", "carrier_name": "样例", "org_id": "o", "recipient_id": "o", "subject": "主题", "text": "正文", "html": "正文",
    "message_id_header": "<m1@x>", "state": "held", "due_at": AT_ONCE, "attempts": 0, "put_off": 0,
}  # fmt: skip


async def test_what_a_person_decides_about_a_letter_is_in_the_trail_of_its_service(database: AsyncEngine) -> None:
    await upgrade(database, NOTIFY)
    assert NOTIFY.trail is not None
    async with unit_of_work(database, NOTIFY.spine, "/notify", system_now, "clerk-7") as unit:
        await messages.write(unit.connection, [{**LETTER, "created_at": unit.now}])
        await release(unit, ["m1"], "已经核对 ")
    async with reading(database) as connection:
        found = await entries_of(connection, NOTIFY.trail.tables, "m1")
    assert [(each.act, each.by, each.record) for each in found] == [("message:released", "clerk-7", "decision")]
    assert (await verify(database, NOTIFY.trail)).faults == []
    async with transaction(database) as connection:
        await connection.execute(LETTER_DECISION.update().values(reason="没有核对"))
    assert codes(await verify(database, NOTIFY.trail)) == ["row-changed"]
