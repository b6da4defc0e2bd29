"""What anybody may see: results in public and final, money paid; no score, no contact, nothing before its day."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import grading, registers
from shared.identity.roles import Role
from tests.integration.little_city import ROUND, City, Page, little_city
from tests.integration.office_browser import office_browser

pytestmark = pytest.mark.one_database

LIST = f"/public/rounds/{ROUND}"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """Graded, its publicity to begin on 24 December; U1 has a contact."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        contact = registers.RegisterOrganisation(
            id="U1", name="样例单位 1", credit_code="91000000MA00000001", contact_name="张某某",
            contact_email="zhang@example.cn",
        )  # fmt: skip
        await city.do(registers.register_organisation, contact)
        await city.opened()
        await city.reported()
        await city.graded()
        order = grading.PubliciseRound(round_id=ROUND, public_from=date(2018, 12, 24))
        await city.do(grading.publicise_round, order)
        yield city


@pytest.fixture
async def stranger(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with office_browser(city) as browser:
        yield browser


async def test_nothing_is_public_before_its_first_day(city: City, stranger: httpx.AsyncClient) -> None:
    city.at(date(2018, 12, 23), hour=23)
    assert "现在没有公示" in (await stranger.get("/public")).text
    for address in (LIST, f"{LIST}/print", f"{LIST}.xlsx"):
        assert (await stranger.get(address)).status_code == 404, address
    city.at(date(2018, 12, 24), hour=0)
    assert "2018 年度众创空间考评" in (await stranger.get("/public")).text
    assert (await stranger.get(LIST)).status_code == 200


async def test_the_list_names_units_and_grades_and_how_to_object_and_nothing_else(
    city: City, stranger: httpx.AsyncClient
) -> None:
    city.at(date(2018, 12, 25))
    page = Page(await stranger.get(LIST))
    rows = page.rows()[1:]
    assert rows[0] == "样例众创空间 1 优秀 市级 高新园区 众创空间"
    assert rows[-1] == "样例众创空间 3 不合格 市级 中山区 众创空间"
    assert len(rows) == 4
    for said in (
        "公示中",
        "2018-12-24",
        "2018-12-28 24 时以前",
        "至 2018-12-28 24 时，5 个工作日",
        "书面形式实名",
        "5 个工作日内",
        "样例文〔2018〕31号",
    ):
        assert said in page.text, said
    for hidden in ("99.50", "张某某", "zhang@", "U1", "没有填报", "提出取消资格"):
        assert hidden not in page.html, hidden
    assert "样例众创空间 2" not in Page(await stranger.get(f"{LIST}?district=中山区")).text
    book = load_workbook(io.BytesIO((await stranger.get(f"{LIST}.xlsx")).content))
    head, first, *others = book.worksheets[0].iter_rows(values_only=True)
    assert head == ("单位", "等次", "级别", "区县", "类型")
    assert first == ("样例众创空间 1", "优秀", "市级", "高新园区", "众创空间")
    assert len(others) == 3


async def test_after_its_last_day_nobody_is_asked_to_object_and_the_result_is_told_once_final(
    city: City, stranger: httpx.AsyncClient
) -> None:
    city.at(date(2018, 12, 29))
    over = Page(await stranger.get(LIST))
    assert "不再受理新的异议" in over.text
    assert "书面形式实名" not in over.text
    await city.finalised()
    final = Page(await stranger.get(LIST))
    assert "等次已经确定" in final.text
    assert "2019-01-02" in final.text
    assert "考评结果" in final.text


async def test_a_cache_may_keep_a_strangers_page_and_nobody_elses(city: City, stranger: httpx.AsyncClient) -> None:
    city.at(date(2018, 12, 25))
    for address in ("/public", LIST, f"{LIST}/print", f"{LIST}.xlsx", "/public/subsidies", "/public/subsidies.xlsx"):
        answer = await stranger.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["cache-control"] == "public, max-age=60", address
        assert answer.headers["vary"] == "cookie"
        assert "set-cookie" not in answer.headers
    async with office_browser(city, Role.CLERK) as clerk:
        assert (await clerk.get(LIST)).headers["cache-control"] == "no-store"


async def test_the_printed_list_and_the_result_document_stand_by_themselves(
    city: City, stranger: httpx.AsyncClient
) -> None:
    city.at(date(2018, 12, 25))
    printed = Page(await stranger.get(f"{LIST}/print"))
    assert "予以公示" in printed.text
    assert "至 2018-12-28 24 时（5 个工作日）" in printed.text
    assert "<nav" not in printed.html
    assert len(printed.rows()) == 5
    async with office_browser(city, Role.AUDITOR) as auditor:
        document = f"/incubator/rounds/{ROUND}/print"
        early = await auditor.get(document)
        assert (early.status_code, "还没有确定" in early.text) == (409, True)
        await city.finalised()
        page = Page(await auditor.get(document))
    assert "优秀 2 家，良好 1 家，合格 0 家，不合格 1 家。" in page.text
    assert "连续两年不合格、提出取消资格的： 样例众创空间 3" in page.text.replace("：样", "： 样")
    assert (await stranger.get(f"/incubator/rounds/{ROUND}/print")).status_code in (303, 401)


async def test_only_what_was_paid_and_not_taken_back_is_listed_with_its_fund_document(
    city: City, stranger: httpx.AsyncClient
) -> None:
    await city.finalised()
    await city.settled()
    assert "还没有拨付的补助" in (await stranger.get("/public/subsidies")).text
    computed = {
        each.event.carrier.id: each.event.subsidy_id for each in await city.told("incubator.subsidy.computed.v1")
    }
    await city.paid(computed["Z1"])
    page = Page(await stranger.get("/public/subsidies?year=2019"))
    (row,) = page.rows()[1:]
    assert "样例众创空间 1" in row
    assert "第十二条" in row
    assert "300,000.00" in row
    assert "样例财 3 号" in row
    book = load_workbook(io.BytesIO((await stranger.get("/public/subsidies.xlsx")).content))
    assert [row[3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == [300_000]
    await city.reverse(computed["Z1"])
    assert "还没有拨付的补助" in (await stranger.get("/public/subsidies")).text


async def test_a_year_nobody_knows_is_imported_by_the_office(city: City) -> None:
    async with office_browser(city, Role.CLERK) as clerk:
        wrong = await clerk.post("/incubator/calendar", data={"off": "2060-10-01 国庆", "worked": ""})
        assert (wrong.status_code, "看不懂 国庆" in wrong.text, "2060-10-01 国庆" in wrong.text) == (422, True, True)
        both = await clerk.post("/incubator/calendar", data={"off": "2060-10-01", "worked": "2060-10-01"})
        assert (both.status_code, "既列为休息又列为上班" in both.text) == (422, True)
        done = await clerk.post("/incubator/calendar", data={"off": "2060-10-01\n2060-10-02", "worked": "2060-10-09"})
        assert done.status_code == 303
        page = Page(await clerk.get("/incubator/calendar"))
    assert "2060-10-09 上班" in page.rows()
