"""A report filled in by several people, on both databases: nothing typed is lost, and only what is whole is handed in."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.draft_tables import REPORT_DRAFT
from services.incubator.store.tables import CHANGE
from services.incubator.usecases import drafts
from services.incubator.usecases.drafts import ReportIncomplete, RestoreVersion
from services.incubator.usecases.report_workbook import SendReportWorkbook, report_workbook, send_report_workbook
from shared.core.errors import DomainError
from shared.workbook.errors import WorkbookError
from tests.integration.draft_hands import TYPED, Z1, history, later, look, save, submit, whole
from tests.integration.little_city import City, little_city


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        yield city


async def test_a_draft_keeps_every_text_as_typed_and_says_what_was_understood(city: City) -> None:
    empty = await look(city)
    assert (empty.version, empty.filled.filled, empty.filled.of, empty.open) == (0, 0, 19, True)
    typed = {"seats": "六十二", "tax": "１２０万", "mentors": "  9", "nonsense": "=1+1", "seats_used": "1\x002"}
    saved = await save(city, "operator-1", 0, **typed)
    assert (saved.version, saved.filled, saved.of, saved.open) == (1, 4, 19, True)
    assert set(saved.problems) == {"seats", "seats_used"}
    draft = await look(city)
    assert draft.filled.typed == typed
    assert draft.filled.reading.understood["tax"].figure == "1200000.00"
    assert (draft.by, draft.version, draft.taken_until) == ("operator-1", 1, date(2018, 11, 30))
    assert draft.organisation_id == "U1"


async def test_saves_of_a_minute_are_one_row_and_each_can_still_be_built_upon(city: City) -> None:
    version = 0
    for text in ("1", "12", "120"):
        version = (await save(city, "operator-1", version, seats=text)).version
        later(city, seconds=20)
    assert version == 3
    assert [row.version for row in await history(city)] == [3]
    other = await save(city, "operator-2", 1, seats="1", tax="5")  # opened the page when there was version 1
    assert other.both == ()
    assert other.typed == {"seats": "120", "tax": "5"}
    assert [(each.name, each.text, each.by) for each in other.taken] == [("seats", "120", "operator-1")]
    later(city, seconds=61)
    again = await save(city, "operator-2", other.version, tax="6")
    assert [(row.version, row.by, row.changed) for row in await history(city)] == [
        (5, "operator-2", ("缴纳税收",)), (4, "operator-2", ("缴纳税收",)), (3, "operator-1", ("工位总数",)),
    ]  # fmt: skip
    back = await city.do(drafts.restore_version, RestoreVersion(report_id=Z1, version=2), "operator-1")
    assert back.typed == {"seats": "12"}
    assert back.version == again.version + 1


async def test_what_two_people_changed_is_told_with_both_texts_and_who(city: City) -> None:
    first = await save(city, "operator-1", 0, seats="60", tax="1", agencies="3")
    later(city, minutes=2)
    await save(city, "operator-2", first.version, seats="62", mentors="4")
    later(city, minutes=2)
    mine = await save(city, "operator-1", first.version, seats="80", tax="2", agencies="3")
    assert [(each.name, each.mine, each.theirs, each.by, each.version) for each in mine.both] == [
        ("seats", "80", "62", "operator-2", 2)
    ]
    assert mine.typed == {"seats": "80", "tax": "2", "agencies": "3", "mentors": "4"}
    assert [(each.name, each.by) for each in mine.taken] == [("mentors", "operator-2")]
    newest, overridden, _ = await history(city)
    assert newest.both[0]["theirs"] == "62"
    assert (overridden.version, newest.base) == (2, 1)
    restored = await city.do(drafts.restore_version, RestoreVersion(report_id=Z1, version=2), "operator-2")
    assert restored.typed["seats"] == "62"
    assert len(await history(city)) == 4


async def test_saving_the_same_again_changes_nothing(city: City) -> None:
    first = await save(city, "operator-1", 0, seats="60")
    later(city, minutes=5)
    assert (await save(city, "operator-1", 0, seats="60")).version == first.version
    assert (await save(city, "operator-2", first.version, seats="60", tax="")).version == first.version


async def test_two_who_save_at_the_same_time_both_find_their_text(city: City) -> None:
    names = [name for name in TYPED if "." not in name]
    await asyncio.gather(
        *(save(city, f"operator-{place}", 0, **{name: TYPED[name]}) for place, name in enumerate(names))
    )
    draft = await look(city)
    assert draft.filled.typed == {name: TYPED[name] for name in names}
    assert draft.version == len(names)


async def test_a_workbook_is_downloaded_filled_and_merged_into_the_draft(city: City) -> None:
    city.at(date(2018, 11, 20))
    await whole(city)
    async with city.running.look() as connection:
        content = await report_workbook(connection, Z1, date(2018, 11, 20))
    later(city, minutes=2)
    await save(city, "operator-2", 1, mentors="12", agencies="6")  # typed while the workbook was out
    book = load_workbook(io.BytesIO(content))
    sheet = book["填报"]
    rows = {row[0].value: row[3] for row in sheet.iter_rows(min_row=2)}
    rows["seats"].value, rows["mentors"].value = 120, 11
    kept = io.BytesIO()
    book.save(kept)
    later(city, minutes=2)
    sent = await city.do(send_report_workbook, SendReportWorkbook(Z1, kept.getvalue()), "operator-1")
    assert sent.typed == {**TYPED, "seats": "120", "mentors": "11", "agencies": "6"}
    assert [(each.name, each.theirs, each.by) for each in sent.both] == [("mentors", "12", "operator-2")]
    rows["seats"].value, rows["tax"].value = "=1+1", "很多"
    book.save(kept := io.BytesIO())
    with pytest.raises(WorkbookError) as refused:
        await city.do(send_report_workbook, SendReportWorkbook(Z1, kept.getvalue()), "operator-1")
    assert refused.value.problems[0].problem == "单元格是公式"
    assert len(refused.value.problems) == 2
    assert (await look(city)).version == sent.version


async def test_what_no_form_could_send_is_refused_and_nothing_is_kept(city: City) -> None:
    hostile: list[dict[str, str]] = [
        {"seats": "1" * 4001}, {f"x{place}": "1" for place in range(2001)}, {"y" * 101: "1"},
        {f"x{place}": "1" * 4000 for place in range(51)},
    ]  # fmt: skip
    for typed in hostile:
        with pytest.raises(DomainError) as refused:
            await save(city, "operator-1", 0, **typed)
        assert refused.value.status == 413
    assert (await look(city)).version == 0
    for version in (0, 7):
        with pytest.raises(DomainError, match="没有第"):
            await city.do(drafts.restore_version, RestoreVersion(report_id=Z1, version=version))
    with pytest.raises(DomainError, match="没有填报"):
        await save(city, "operator-1", 0, "2018-makerspace-none", seats="1")
    with pytest.raises(ReportIncomplete):
        await submit(city, 0)


async def test_drafts_stay_out_of_the_record_of_decisions_and_their_history_is_bounded(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "KEPT_VERSIONS", 5)
    async with city.running.look() as connection:
        before = (await connection.execute(select(func.count()).select_from(CHANGE))).scalar_one()
    version = 0
    for number in range(12):
        version = (await save(city, "operator-1", version, seats=str(number))).version
        later(city, minutes=2)
    assert [row.version for row in await history(city)] == [12, 11, 10, 9, 8]
    stale = await save(city, "operator-2", 1, tax="3")  # its version was let go long ago
    assert stale.typed == {"seats": "11", "tax": "3"}
    async with city.running.look() as connection:
        rows = (await connection.execute(select(func.count()).select_from(REPORT_DRAFT))).scalar_one()
        after = (await connection.execute(select(func.count()).select_from(CHANGE))).scalar_one()
    assert rows == 5
    assert after == before
