"""Progress and reminders: who is missing is named, exactly those are written to, and nobody twice a day."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.reporting_tables import REMINDER
from services.incubator.usecases.due import SCHEDULE
from services.incubator.usecases.reminding import RemindMissing, remind_missing
from services.incubator.usecases.rounds import CloseRound, close_round
from shared.core.errors import DomainError
from tests.integration.desk_people import AUDITOR, CLERK, GAOXIN, ZHONGSHAN, Person, give_back, hand_in, hidden
from tests.integration.little_city import ROUND, City, little_city

DUE = "incubator.report.due.v1"
REPORTING = f"/incubator/rounds/{ROUND}/reporting"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """Z1 has reported; Z2 has a correction to make; Z3 and Z4 are missing."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        city.at(date(2018, 11, 20))
        await hand_in(city, "Z1")
        await hand_in(city, "Z2")
        await give_back(city, "Z2", date(2018, 12, 5))
        yield city


async def reminded(city: City) -> list[tuple[str, str]]:
    """Whom the letters that close a round are for, and the day each names as the last."""
    told = [each.event for each in await city.told(DUE)]
    return [(each.carrier.id, each.deadline) for each in told if each.stage == "closing"]


async def test_the_page_names_who_is_missing_by_district_with_the_numbers_behind_each_picture(city: City) -> None:
    page = await Person(city, CLERK).get(REPORTING)
    assert "已填报 1 / 4 家" in page.text
    assert "还有 10 天" in page.text
    rows = page.rows()
    assert "高新园区 2 1 1 0" in rows
    assert "中山区 2 0 0 2" in rows
    assert "众创空间 4 1 1 2" in rows
    assert sum("未填报" in row and "样例众创空间 3" in row for row in rows) == 1
    assert not [row for row in rows if "样例众创空间 1" in row]
    assert "<svg" in page.html
    assert "已填报 1 家，共 4 家" in page.html


async def test_reminding_shows_each_letter_first_and_then_reaches_exactly_those(city: City) -> None:
    clerk = Person(city, CLERK)
    seen = await clerk.post(REPORTING, 200, which="all")
    assert "信件 3 封" in seen.text
    for number, there in ((1, False), (2, True), (3, True), (4, True)):
        assert any(f"样例单位 {number}" in row for row in seen.rows()) is there
    assert await reminded(city) == []
    await clerk.post(REPORTING, which="all", confirmed=hidden(seen, "confirmed"))
    # a correction has its own last day: the round's would be wrong for it
    assert await reminded(city) == [("Z2", "2018-12-05"), ("Z3", "2018-11-30"), ("Z4", "2018-11-30")]
    page = await clerk.get(f"{REPORTING}?done=reminded")
    assert len([row for row in page.rows() if "clerk-1" in row]) == 3


async def test_nobody_is_reminded_twice_a_day_unless_somebody_says_so(city: City) -> None:
    clerk = Person(city, CLERK)
    await clerk.confirm(REPORTING, which="chosen", report_id=[f"{ROUND}-Z3"])
    assert await reminded(city) == [("Z3", "2018-11-30")]
    again = await clerk.post(REPORTING, 409, which="chosen", report_id=[f"{ROUND}-Z3"])
    assert "今天都已提醒过" in again.text
    assert f'value="{ROUND}-Z3" aria-label="选择 样例众创空间 3" checked' in again.html  # what was chosen is kept
    await clerk.confirm(REPORTING, which="all")  # the others, once
    assert sorted(await reminded(city)) == [("Z2", "2018-12-05"), ("Z3", "2018-11-30"), ("Z4", "2018-11-30")]
    await clerk.confirm(REPORTING, which="chosen", report_id=[f"{ROUND}-Z3"], again="yes")
    assert len(await reminded(city)) == 4
    assert "当天第 2 次" in (await clerk.get(REPORTING)).text
    city.at(date(2018, 11, 21))
    await clerk.confirm(REPORTING, which="all")
    assert len(await reminded(city)) == 7


async def test_the_schedule_and_a_clerk_do_not_both_write_on_the_same_day(city: City) -> None:
    city.at(date(2018, 11, 28))
    await city.do(remind_missing, RemindMissing(round_id=ROUND, report_ids=[f"{ROUND}-Z3"]))
    await SCHEDULE.run_due(city.running)
    assert sorted(name for name, _ in await reminded(city)) == ["Z2", "Z3", "Z4"]
    with pytest.raises(DomainError, match="3 家今天都已提醒过"):
        await city.do(remind_missing, RemindMissing(round_id=ROUND))
    async with city.running.look() as connection:
        rows = (await connection.execute(select(REMINDER.c.report_id, REMINDER.c.by))).all()
    assert sorted(row.by for row in rows) == ["clerk-1", "schedule", "schedule"]


async def test_who_reported_meanwhile_is_refused_by_name_and_nobody_is_written_to(city: City) -> None:
    clerk = Person(city, CLERK)
    chosen = {"which": "chosen", "report_id": [f"{ROUND}-Z3", f"{ROUND}-Z4"]}
    seen = await clerk.post(REPORTING, 200, **chosen)
    await hand_in(city, "Z4")
    refused = await clerk.post(REPORTING, 409, confirmed=hidden(seen, "confirmed"), **chosen)
    assert f"{ROUND}-Z4 已经填报" in refused.text
    assert await reminded(city) == []
    assert "没有选中任何一家" in (await clerk.post(REPORTING, 422, which="chosen")).text


async def test_what_is_no_longer_taken_is_not_asked_for(city: City) -> None:
    city.at(date(2018, 12, 3))
    await city.do(close_round, CloseRound(round_id=ROUND))
    clerk = Person(city, CLERK)
    assert "逾期 3 天" in (await clerk.get(REPORTING)).text
    await clerk.confirm(REPORTING, which="all")
    assert await reminded(city) == [("Z2", "2018-12-05")]  # its correction still is
    city.at(date(2018, 12, 6))
    assert "期限都已过" in (await clerk.get(REPORTING)).text
    assert "没有可以提醒的" in (await clerk.post(REPORTING, 409, which="all")).text


async def test_a_district_sees_and_reminds_its_own_and_an_auditor_only_looks(city: City) -> None:
    district = Person(city, ZHONGSHAN)
    page = await district.get(REPORTING)
    assert "已填报 0 / 2 家" in page.text
    assert "高新园区" not in page.text
    assert "样例众创空间 2" not in page.text
    assert "已填报" in (await district.post(REPORTING, 409, which="chosen", report_id=[f"{ROUND}-Z2"])).text
    assert await reminded(city) == []
    await district.confirm(REPORTING, which="all")
    assert [name for name, _ in await reminded(city)] == ["Z3", "Z4"]
    assert "zhongshan-1" not in (await Person(city, GAOXIN).get(REPORTING)).text
    assert 'name="which"' not in (await Person(city, AUDITOR).get(REPORTING)).html
    await Person(city, AUDITOR).post(REPORTING, 403, which="all")
