"""Objections in a service with other nouns: an application that was scored in a public list of a call."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, Date, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.incubator.store.base import METADATA as OTHERS
from shared.audit.tables import audit_tables
from shared.audit.trail import Trail
from shared.audit.verify import prove
from shared.contracts.incubator import ObjectionDecided, ObjectionFiled
from shared.core.errors import DomainError
from shared.core.workdays import Known
from shared.db.engine import NAMING
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing, recorded_changes
from shared.messaging.tables import spine_tables
from shared.messaging.unit import Unit, unit_of_work
from shared.objections import store
from shared.objections.area import Area, Correction, Decided, Filed, Subject, Words
from shared.objections.deciding import Deciding, decide
from shared.objections.filing import Filing, file
from shared.objections.own import OwnObjection, TakingBack, object_to_own, take_back
from shared.objections.paper import PaperObjection, file_paper
from shared.objections.tables import objection_tables
from shared.objections.trail import recorded_objections

pytestmark = [pytest.mark.empty_database, pytest.mark.one_database]
METADATA = MetaData(naming_convention=NAMING)
CHANGE = OTHERS.tables["change"].to_metadata(METADATA)
CALL = Table(
    "call", METADATA, Column("id", String(40), primary_key=True), Column("public_from", Date),
    Column("public_until", Date),
)  # fmt: skip
APPLICATION = Table(
    "application", METADATA, Column("id", String(40), primary_key=True), Column("call_id", String(40)),
    Column("applicant_id", String(40)), Column("unit_id", String(40)), Column("state", String(20)),
    Column("total", String(20)),
)  # fmt: skip
TABLES = objection_tables(METADATA, "application")
SPINE, AUDIT = spine_tables(METADATA), audit_tables(METADATA)
RECORDED = recorded_objections(TABLES)
TRAILING = Trailing(AUDIT, recorded_changes(CHANGE), {"objection": RECORDED})
CHANGES = Changes(CHANGE, TRAILING.note)
FIRST, LAST, MIDST = date(2018, 6, 11), date(2018, 6, 15), date(2018, 6, 13)


async def subject(connection: AsyncConnection, id_: str, *, hold: bool = False) -> Subject:
    row = await CHANGES.found(connection, APPLICATION, id_, "申报", hold=hold)
    call = await CHANGES.found(connection, CALL, row["call_id"], "申报批次")
    concerned = (row["applicant_id"], row["unit_id"])
    return Subject(row, row["state"] == "publicised", call["public_from"], call["public_until"], 5, concerned)


async def calendar(_: AsyncConnection) -> Known:
    return {}


async def correct(_: Unit, about: Subject, total: str, reason: str) -> Correction:
    return Correction({"total": total}, f"{about.row['total']} → {total}：{reason}")


async def told_filed(_: Unit, filed: Filed) -> ObjectionFiled:
    ids = {"objection_id": filed.id, "objector_id": filed.objector_id, "evaluation_id": filed.subject.id}
    return ObjectionFiled.model_validate({**ObjectionFiled.example, **ids, "decide_by": filed.decide_by.isoformat()})


async def told_decided(_: Unit, decided: Decided) -> ObjectionDecided:
    ids = {"objection_id": decided.id, "objector_id": decided.objector_id, "evaluation_id": decided.subject.id}
    said = {"outcome": decided.outcome, "reason": decided.reason}
    return ObjectionDecided.model_validate({**ObjectionDecided.example, **ids, **said})


async def called(_: AsyncConnection, text: str) -> str | None:
    return {"样例研究院": "unit-1"}.get(text)


AREA: Area[str] = Area(
    tables=TABLES, table=APPLICATION, changes=CHANGES,
    words=Words("application", "申报", "得分", "入选已经确定的，另行作出决定"),
    subject=subject, calendar=calendar, correct=correct, filed=told_filed, decided=told_decided, called=called,
)  # fmt: skip


class Office:
    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.on = MIDST
        self.told: list[Any] = []

    async def do(self, work: Any, *given: Any) -> Any:
        def now() -> datetime:
            return datetime(self.on.year, self.on.month, self.on.day, 2, tzinfo=UTC)

        async with unit_of_work(self.engine, SPINE, "/test", now, "head-1") as unit:
            answer = await work(unit, AREA, *given)
        self.told += [each.event for each in unit.outgoing]
        return answer

    async def rows(self, table: Table) -> dict[str, Any]:
        async with self.engine.connect() as connection:
            return {row["id"]: row for row in (await connection.execute(select(table))).mappings()}


@pytest.fixture
async def office(database: AsyncEngine) -> Office:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
        await connection.execute(insert(CALL), [{"id": "c", "public_from": FIRST, "public_until": LAST}])
        rows = [
            {"id": f"a-{number}", "call_id": "c", "applicant_id": f"p-{number}", "unit_id": f"unit-{number}",
             "state": "publicised", "total": "80.00"}
            for number in (1, 2)
        ]  # fmt: skip
        await connection.execute(insert(APPLICATION), rows)
    return Office(database)


def own(id_: str, grounds: str = "漏计一项市级项目") -> OwnObjection:
    return OwnObjection(id_, grounds, "王某", "138-0000-0000")


async def test_it_holds_its_own_subject_and_upheld_changes_that_alone(office: Office) -> None:
    objection = await office.do(object_to_own, own("a-1"), {"p-1"})
    async with office.engine.connect() as connection:
        assert set((await connection.execute(store.held(TABLES))).scalars()) == {"a-1"}
    row = (await office.rows(TABLES.objection))[objection]
    assert (row["objector_id"], row["decide_by"]) == ("p-1", date(2018, 6, 21)), (
        "five working days; the 18th is a day off"
    )
    decided = await office.do(decide, Deciding(objection, "upheld", "属实", "86.40"))
    assert decided.corrected == {"total": "86.40"}
    assert {id_: row["total"] for id_, row in (await office.rows(APPLICATION)).items()} == {
        "a-1": "86.40", "a-2": "80.00",
    }  # fmt: skip
    async with office.engine.connect() as connection:
        assert (await connection.execute(store.held(TABLES))).first() is None
        (moved,) = await CHANGES.of(connection, ["a-1"])
        verdict = await prove(connection, Trail(AUDIT, (recorded_changes(CHANGE), RECORDED)), {})
        assert verdict.faults == []
    assert (moved["noun"], moved["why"]) == ("application", "80.00 → 86.40：属实")
    assert [type(each).__name__ for each in office.told] == ["ObjectionFiled", "ObjectionDecided"]


async def test_whom_it_concerns_objects_and_nobody_else(office: Office) -> None:
    first = await office.do(object_to_own, own("a-1"), {"p-1"})
    assert await office.do(object_to_own, own("a-1"), {"p-1"}) == first, "sent twice, it is one"
    assert await office.do(object_to_own, own("a-1"), {"unit-1"}) != first, "its unit objects for itself"
    for id_ in ("a-2", "a-9"):
        with pytest.raises(DomainError) as refused:
            await office.do(object_to_own, own(id_), {"p-1"})
        assert (refused.value.code, refused.value.status) == ("no-such-application", 404)
        assert refused.value.message == f"没有编号为“{id_}”的申报", "somebody else's is as good as none"


@pytest.mark.parametrize(("day", "taken"), [(date(2018, 6, 10), False), (FIRST, True), (LAST, True),
                                            (date(2018, 6, 16), False)])  # fmt: skip
async def test_the_first_and_the_last_day_of_publicity_count(office: Office, day: date, taken: bool) -> None:
    office.on = day
    if taken:
        assert await office.do(file, Filing("a-1", "p-1", "漏计"))
        return
    with pytest.raises(DomainError, match="只能在公示期内提出异议"):
        await office.do(file, Filing("a-1", "p-1", "漏计"))


async def test_one_on_paper_is_as_old_as_the_day_it_came(office: Office) -> None:
    office.on = date(2018, 6, 20)
    paper = PaperObjection("a-1", "样例研究院", "李某", "138", "漏计", LAST)
    id_ = await office.do(file_paper, paper)
    assert await office.do(file_paper, paper) == id_
    row = (await office.rows(TABLES.objection))[id_]
    assert (row["objector_id"], row["filed_on"], row["decide_by"]) == ("unit-1", LAST, date(2018, 6, 25))


async def test_a_correction_is_named_by_what_is_upheld_and_by_nothing_else(office: Office) -> None:
    objection = await office.do(object_to_own, own("a-1"), {"p-1"})
    for order, code in (
        (Deciding(objection, "upheld", "属实"), "correction-missing"),
        (Deciding(objection, "rejected", "不实", "86.40"), "nothing-to-correct"),
    ):
        with pytest.raises(DomainError, match="得分") as refused:
            await office.do(decide, order)
        assert refused.value.code == code
    taken = await office.do(take_back, TakingBack(objection, "", committed=True), {"p-1"})
    assert taken["state"] == "withdrawn"
    with pytest.raises(DomainError, match="现在是“已撤回”"):
        await office.do(decide, Deciding(objection, "upheld", "属实", "86.40"))
