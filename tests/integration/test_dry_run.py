"""A dry run: grades, amounts and letters as things stand, and afterwards nothing has happened."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import AUDIT, CHANGE, EVALUATION, REPORT, ROUND, SPINE, SUBSIDY
from services.incubator.usecases import rounds
from shared.identity.roles import Role
from tests.integration.little_city import ROUND as ROUND_ID
from tests.integration.little_city import City, Page, little_city
from tests.integration.office_browser import office_browser

ADDRESS = f"/incubator/rounds/{ROUND_ID}/dry-run"
TABLES = (SPINE.outbox, CHANGE, EVALUATION, SUBSIDY, AUDIT.entry)


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with office_browser(city, Role.CLERK) as browser:
        yield browser


async def kept(city: City) -> list[object]:
    """Everything a run could leave behind."""
    async with city.running.look() as connection:
        counts = [(await connection.execute(select(func.count()).select_from(table))).scalar() for table in TABLES]
        states = (await connection.execute(select(REPORT.c.id, REPORT.c.state, REPORT.c.deadline))).all()
        round_ = (await connection.execute(select(ROUND))).all()
    return [*counts, *sorted(states), *round_]


async def run(browser: httpx.AsyncClient) -> Page:
    page = Page(await browser.post(ADDRESS, data={"do": "show"}))
    assert page.status == 200, page.text
    assert "没有发出任何信件" in page.text
    return page


async def test_a_round_that_is_still_open_is_carried_through_and_nothing_is_left_of_it(
    city: City, browser: httpx.AsyncClient
) -> None:
    before = await kept(city)
    page = await run(browser)
    rows = {name: next(row for row in page.rows() if name in row) for name in ("空间 1", "空间 2", "空间 3", "空间 4")}
    assert "99.50" in rows["空间 1"]
    assert "300,000.00" in rows["空间 1"]  # 70 % of 900,000 is above the ceiling of article 12
    assert "良好" in rows["空间 2"]
    assert "提出取消资格" in rows["空间 3"]
    assert "缺少事实" in rows["空间 4"]  # excellent, and its cost is not known
    for said in (
        "3 份已提交、待受理的填报按受理计", "1 家没有提交", "按现在截止计", "公示按已经期满计", "补助合计 300,000.00 元",
        "2019 年预算 1,000,000.00 元", "预算余额 700,000.00 元",
    ):  # fmt: skip
        assert said in page.text, said
    letters = [row for row in page.rows() if row.startswith("《")]
    assert [row.split()[:2] for row in letters[:2]] == [["《考评结果公示》", "4"], ["《年度考评结果》", "4"]]
    assert "样例单位 3" in letters[0]  # nobody has an address of it
    assert await kept(city) == before


async def test_what_it_comes_to_is_what_the_round_comes_to_when_it_is_done(
    city: City, browser: httpx.AsyncClient
) -> None:
    await city.graded()
    city.at(date(2019, 1, 2))
    foreseen = await run(browser)
    await city.objected()
    city.at(date(2018, 12, 26))
    page = await run(browser)
    assert "1 件没有处理完的异议按不成立计" in page.text
    objection = (await city.told("incubator.objection.filed.v1"))[0].event.objection_id
    await city.decided(objection)
    await city.finalised()
    await city.settled()
    done = await run(browser)
    assert next(row for row in done.rows() if "空间 1" in row) == next(
        row for row in foreseen.rows() if "空间 1" in row
    )
    assert "优秀" in next(row for row in done.rows() if "空间 2" in row)  # the objection was upheld
    assert "600,000.00" in done.text
    assert "假定" not in done.text


async def test_the_workbook_holds_what_the_screen_shows(city: City, browser: httpx.AsyncClient) -> None:
    before = await kept(city)
    answer = await browser.post(ADDRESS, data={"do": "xlsx"})
    assert answer.status_code == 200
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["试算", "排名和金额", "信件"]
    sums = {row[0]: row[1] for row in book["试算"].iter_rows(min_row=2, values_only=True)}
    assert sums["说明"] == "试算：没有保存，没有发出任何信件"
    assert sums["金额合计（元）"] == 300_000
    head, *rows = book["排名和金额"].iter_rows(values_only=True)
    by_name = {row[head.index("载体")]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_name["样例众创空间 1"]["金额（元）"] == 300_000
    assert by_name["样例众创空间 1"]["条文"] == "第十二条"
    assert by_name["样例众创空间 3"]["等次"] == "不合格"
    assert await kept(city) == before


async def test_a_round_that_has_not_opened_says_so(city: City, browser: httpx.AsyncClient) -> None:
    order = rounds.OpenRound(
        year=2019, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2019〕1号",
        opens_on=date(2019, 11, 1), closes_on=date(2019, 11, 29),
    )  # fmt: skip
    await city.do(rounds.open_round, order)
    answer = await browser.post("/incubator/rounds/2019-makerspace/dry-run", data={"do": "show"})
    assert answer.status_code == 409
    assert "还没有开放" in answer.text
    assert (await browser.get(ADDRESS)).status_code == 200


async def test_only_the_office_tries(city: City) -> None:
    for role in (Role.AUDITOR, Role.FINANCE, Role.OPERATOR):
        async with office_browser(city, role) as browser:
            assert (await browser.post(ADDRESS, data={"do": "show"})).status_code == 403
