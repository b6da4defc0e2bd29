"""The operator's pages: what is mine and nobody else's, a report filled without a script, its workbook, the receipt."""

import io
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.draft_hands import TYPED, Z1, look, save
from tests.integration.little_city import City, little_city
from tests.integration.somebody import somebody
from tests.one_app import make_app

pytestmark = pytest.mark.one_database

REPORT = f"/incubator/mine/reports/{Z1}"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    """An operator of U1, with its form token in every request."""
    identity = no_accounts()

    async def asks(_: Request) -> Who:
        return Who("operator-1", "王运营", (Grant(Role.OPERATOR, "U1"),), session="mine")

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=identity, asks=asks)
    headers = {"x-form-token": form_token("mine", identity.secret)}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers) as made:
        yield made


def form(version: int, **more: str) -> dict[str, str]:
    return {**{f"typed:{name}": text for name, text in TYPED.items()}, "based_on": str(version), **more}


async def test_an_operator_is_led_to_what_is_his_and_sees_nobody_elses(city: City, browser: httpx.AsyncClient) -> None:
    home = await browser.get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/incubator/mine")
    mine = await browser.get("/incubator/mine")
    assert "样例众创空间 1" in mine.text
    assert "样例孵化器 1" in mine.text
    assert "样例众创空间 2" not in mine.text
    assert "还没有提交" in mine.text
    other = Z1.replace("Z1", "Z2")
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/workbook")):
        answer = await browser.request(method, f"/incubator/mine/reports/{other}{path}", data={"typed:seats": "1"})
        assert answer.status_code == 404, (method, path)
    assert (await look(city, other)).version == 0
    assert (await browser.get("/incubator/ledger")).status_code == 403


async def test_a_report_is_saved_corrected_and_handed_in_without_a_script(
    city: City, browser: httpx.AsyncClient
) -> None:
    empty = (await browser.get(REPORT)).text
    assert "已填" in empty
    assert "指标解释<span" in empty  # what a figure means stands beside its box, not in the workbook alone
    assert '<p id="help-seats">年末可供创业团队和企业使用的固定工位</p>' in empty
    assert re.search(r'id="box-seats"[^>]* aria-describedby="help-seats"', empty)
    saved = await browser.post(
        REPORT, data={"typed:seats": "六十二", "typed:tax": "<b>", "based_on": "0", "do": "save"}
    )
    assert (saved.status_code, saved.headers["location"]) == (303, f"{REPORT}?saved=draft")
    page = (await browser.get(REPORT)).text
    assert 'value="六十二"' in page
    assert 'value="&lt;b&gt;"' in page
    assert 'aria-invalid="true"' in page
    lacking = form(1, do="submit", signed_by="王某", committed="yes") | {"typed:mentors": ""}
    early = await browser.post(REPORT, data=lacking)
    assert early.status_code == 422
    assert "没有填报；确实没有请填 0" in early.text
    assert 'value="１００"' in early.text  # refused, and all of it kept, the commitment with it
    assert 'name="signed_by" maxlength="100" value="王某"' in early.text
    assert 'name="committed" value="yes" checked' in early.text
    version = (await look(city)).version
    unsigned = await browser.post(REPORT, data=form(version, do="submit", signed_by="李<某>"))
    assert 'value="李&lt;某&gt;"' in unsigned.text
    assert 'value="yes" checked' not in unsigned.text
    assert "我承诺" in unsigned.text
    assert unsigned.status_code == 422
    version = (await look(city)).version
    both = await browser.post(REPORT, data=form(version, do="submit") | {"typed:seats": "六十二"})
    assert "另外有 1 处填的看不懂" in both.text  # whoever has to come back for the commitment sees it at once
    assert 'href="#box-seats"' in both.text


async def test_a_complete_report_gives_a_receipt_and_is_closed_to_changes(
    city: City, browser: httpx.AsyncClient
) -> None:
    await browser.post(REPORT, data=form(0, do="save"))
    draft = await look(city)
    explained = {f"explained:{check.key}": "合并统计" for check in draft.filled.checks if check.warning}
    wrong = [check.message for check in draft.filled.checks if not check.warning]
    assert wrong == []
    sent = form(draft.version, do="submit", signed_by="王某", committed="yes", **explained)
    done = await browser.post(REPORT, data=sent)
    assert (done.status_code, done.headers["location"]) == (303, f"{REPORT}/receipts/1")
    receipt = await browser.get(done.headers["location"])
    assert "回执号" in receipt.text
    assert "王某" in receipt.text
    twice = await browser.post(REPORT, data=sent)  # a double click, or back and again
    assert (twice.status_code, twice.headers["location"]) == (303, f"{REPORT}/receipts/1")
    assert (await browser.get(f"{REPORT}/receipts/2")).status_code == 404
    changed = await browser.post(REPORT, data=sent | {"typed:seats": "61"})
    assert changed.status_code == 409
    assert "不能再改" in changed.text
    assert "已提交" in (await browser.get("/incubator/mine")).text


async def test_what_somebody_else_changed_meanwhile_is_shown_with_both_texts(
    city: City, browser: httpx.AsyncClient
) -> None:
    await save(city, "operator-2", 0, seats="62")
    answer = await browser.post(REPORT, data={"typed:seats": "80", "based_on": "0", "do": "save"})
    assert answer.status_code == 200
    assert "您填“80”" in answer.text
    assert "operator-2 填“62”" in answer.text


async def test_the_script_is_told_the_new_version_and_the_problems(city: City, browser: httpx.AsyncClient) -> None:
    headers = {"accept": "application/json"}
    told = (await browser.post(REPORT, data={"typed:seats": "x", "based_on": "0"}, headers=headers)).json()
    assert (told["version"], told["filled"], told["of"], told["both"]) == (1, 1, 19, [])
    assert set(told["problems"]) == {"seats"}
    assert (await look(city)).by == "operator-1"


async def test_the_workbook_goes_down_with_the_draft_and_comes_up_into_it_or_not_at_all(
    city: City, browser: httpx.AsyncClient
) -> None:
    await save(city, "operator-1", 0, seats="62")
    got = await browser.get(f"{REPORT}/workbook")
    assert got.headers["content-disposition"] == f'attachment; filename="{Z1}.xlsx"'
    book = load_workbook(io.BytesIO(got.content))
    cell = next(
        (cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if str(cell.value) == "62"),
        None,
    )
    assert cell is not None
    for value, status in (("很多", 422), (64, 303)):
        cell.value = value
        content = io.BytesIO()
        book.save(content)
        sent = await browser.post(f"{REPORT}/workbook", files={"file": ("r.xlsx", content.getvalue())})
        assert sent.status_code == status, sent.text
        assert (cell.coordinate in sent.text) == (status == 422)
    assert (await look(city)).filled.typed["seats"] == "64"
    hostile = await browser.post(f"{REPORT}/workbook", files={"file": ("r.xlsx", b"not a workbook")})
    assert hostile.status_code == 422
    assert (await look(city)).filled.typed["seats"] == "64"


async def test_after_the_last_day_the_form_is_shown_and_takes_nothing(city: City, browser: httpx.AsyncClient) -> None:
    await save(city, "operator-1", 0, seats="62")
    city.at(date(2018, 12, 3))
    page = (await browser.get(REPORT)).text
    assert "disabled" in page
    assert 'value="submit"' not in page


async def test_who_applies_is_led_to_his_applications(city: City) -> None:
    async with somebody(city, Role.APPLICANT, "p1") as applicant:
        home = await applicant.get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/talent/mine")
