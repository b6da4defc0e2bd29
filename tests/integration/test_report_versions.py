"""The versions of a report: who changed what from which text to which, going back, what each hand-in had, its moves."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import reports
from shared.identity.roles import Role
from shared.identity.who import Grant
from tests.integration.draft_hands import WARNING, Z1, later, look, save, submit, whole
from tests.integration.little_city import FULL, ROUND, City, Page, little_city
from tests.integration.report_visitors import DISTRICT, OPERATOR, REPORT, chosen, form, handed_in, visiting
from tests.unit.evidence.samples import pdf

pytestmark = pytest.mark.one_database

VERSIONS, DESK = f"{REPORT}/versions", f"/incubator/reports/{Z1}/versions"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(city, OPERATOR) as browser:
        yield browser


async def returned(city: City, **reasons: str) -> None:
    order = reports.ReturnReport(report_id=Z1, reasons=reasons, deadline=date(2018, 11, 28))
    await city.do(reports.return_report, order)


async def test_each_draft_shows_who_changed_what_from_which_text_to_which(
    city: City, browser: httpx.AsyncClient
) -> None:
    assert "还没有草稿" in Page(await browser.get(VERSIONS)).text
    await save(city, "operator-1", 0, seats="62", tax="<i>5</i>")
    later(city, minutes=3)
    await save(city, "operator-2", 1, seats="80", mentors="9")
    page = Page(await browser.get(VERSIONS))
    assert [row for row in page.rows() if not row.startswith("2018")] == [
        "时间 经办 变化 缘由",
        "项目 原来 改成", "工位总数 62 80", "外聘创业导师 （空） 9",
        "项目 原来 改成", "工位总数 （空） 62", "缴纳税收 （空） <i>5</i>",
    ]  # fmt: skip
    assert "operator-2 · 2018-11-01 09:03:00" in page.text
    assert "还没有提交过" in page.text
    await save(city, "operator-1", 1, seats="81")
    clash = Page(await browser.get(VERSIONS))
    assert "工位总数：与 operator-2 同时改，对方填“80”，留的是“81”" in clash.text


async def test_an_earlier_version_comes_back_as_a_new_draft_and_nothing_is_lost(
    city: City, browser: httpx.AsyncClient
) -> None:
    await save(city, "operator-1", 0, seats="62")
    later(city, minutes=3)
    await save(city, "operator-1", 1, seats="80")
    assert (await browser.get(VERSIONS)).text.count("恢复成第") == 1  # not of the one that stands
    later(city, minutes=3)
    back = await browser.post(f"{VERSIONS}/1")
    assert (back.status_code, back.headers["location"]) == (303, f"{REPORT}?saved=restored")
    assert "已恢复成以前的一版" in (await browser.get(back.headers["location"])).text
    draft = await look(city)
    assert (draft.version, draft.filled.typed) == (3, {"seats": "62"})
    assert "工位总数 80 62" in Page(await browser.get(VERSIONS)).rows()
    await browser.post(f"{VERSIONS}/1")
    assert (await look(city)).version == 3  # pressed twice
    for none in ("9", "99999999999999999999"):
        gone = await browser.post(f"{VERSIONS}/{none}")
        assert gone.status_code == 404
        assert "草稿没有第" in gone.text
        assert "历次版本" in gone.text
    assert (await browser.post(f"{VERSIONS}/first")).status_code == 422


async def test_hand_ins_show_their_files_and_figures_and_the_moves_between_them(
    city: City, browser: httpx.AsyncClient
) -> None:
    city.at(date(2018, 11, 20))
    await browser.post(REPORT, data=form(0), files=chosen(("证明 1.pdf", pdf()), place="mentors"))
    await handed_in(browser, 1)
    await returned(city, tax="与完税证明不符")
    city.at(date(2018, 11, 22))
    await browser.post(REPORT, data=form(2) | {"typed:tax": "25万"}, files=chosen(("证明 2.pdf", pdf(b"(2)"))))
    await submit(city, 3)
    await city.do(reports.accept_report, reports.AcceptReport(report_id=Z1))
    page = Page(await browser.get(VERSIONS))
    moves = [row for row in page.rows() if row.startswith("2018-11-2")]
    assert [row.split(" ", 3)[3] for row in moves] == [
        "填报：已提交 → 已受理 —", "填报：已退回 → 已提交 第 2 版", "填报：已提交 → 已退回 缴纳税收：与完税证明不符",
        "填报：未填报 → 已提交 第 1 版",
    ]  # fmt: skip
    assert "缴纳税收 240,000.00 250,000.00" in page.rows()  # the hand-ins, as they are read
    assert "缴纳税收 240,000.00 25万" in page.rows()  # the drafts, as they were typed
    assert f"{Z1}-2" in page.text
    rest, first = page.html.split('id="hand-in-1"')
    second = rest.split('id="hand-in-2"')[1]
    assert "证明 1.pdf" in first
    assert "证明 2.pdf" not in first
    assert "证明 1.pdf" in second
    assert "证明 2.pdf" in second
    assert "恢复成第" not in page.html  # accepted: nothing can be changed any more


async def test_the_office_and_the_district_see_the_same_but_for_what_is_still_being_written(
    city: City, browser: httpx.AsyncClient
) -> None:
    await save(city, "operator-1", 0, seats="62")
    async with visiting(city, Grant(Role.CLERK), account="clerk-1") as clerk:
        early = Page(await clerk.get(DESK))
        assert "62" not in early.text
        assert "还没有草稿" in early.text
        city.at(date(2018, 11, 20))
        await submit(city, (await whole(city, seats="101")).version)
        await returned(city, seats="请核对")
        await save(city, "operator-1", (await look(city)).version, seats="777")
        page = Page(await clerk.get(DESK))
        assert "工位总数 62 101" in page.rows()
        assert "777" not in page.text
        assert "恢复成第" not in page.html
    async with visiting(city, DISTRICT, account="district-1") as district:
        assert "工位总数 62 101" in Page(await district.get(DESK)).rows()
    strangers = (Grant(Role.DISTRICT, "中山区"), Grant(Role.DISTRICT, ""))
    for grant in strangers:
        async with visiting(city, grant, account="district-2") as other:
            assert (await other.get(DESK)).status_code == 404
    assert (await browser.get(DESK)).status_code == 403
    async with visiting(city, Grant(Role.OPERATOR, "U2"), account="operator-2") as other:
        for answer in (
            await other.get(VERSIONS),
            await other.post(f"{VERSIONS}/1"),
            await other.get(f"{REPORT}/receipts/1"),
        ):
            assert answer.status_code == 404
    async with visiting(city, Grant(Role.AUDITOR), account="auditor-1") as auditor:
        assert (await auditor.get(DESK)).status_code == 200
        assert (await auditor.get(DESK.replace("Z1", "none"))).status_code == 404


async def test_what_a_program_handed_in_has_its_version_too(city: City, browser: httpx.AsyncClient) -> None:
    city.at(date(2018, 11, 20))
    order = reports.SubmitReport(round_id=ROUND, carrier_id="Z1", figures=FULL, explanation="")
    await city.do(reports.submit_report, order, "office")
    page = Page(await browser.get(VERSIONS))
    assert "第 1 次提交" in page.text
    assert "工位总数 （空） 100" in page.rows()
    assert "没有附件" in page.text


async def test_the_texts_of_explanations_are_named_by_what_they_explain(city: City, browser: httpx.AsyncClient) -> None:
    sent = {"typed:new_teams": "96", "typed:seats_used": "95", f"explained:{WARNING}": "含虚拟入驻", "based_on": "0"}
    await browser.post(REPORT, data=sent)
    assert "说明（新增入驻团队一般不多于已使用工位） （空） 含虚拟入驻" in Page(await browser.get(VERSIONS)).rows()


async def test_a_returned_report_shows_each_reason_at_its_field_with_deadline_and_corrections_left(
    city: City, browser: httpx.AsyncClient
) -> None:
    city.at(date(2018, 11, 20))
    await submit(city, (await whole(city)).version)
    await returned(city, tax="与<b>完税</b>证明不符", activities="请附照片")
    page = Page(await browser.get(REPORT))
    assert "退回修改：2 处" in page.text
    assert "请在 2018-11-28（含当日）前改好" in page.text
    assert "还可以再退回 2 次" in page.text
    assert {"#field-tax", "#field-activities"} <= set(page.links)
    for field, box in (("tax", "tax"), ("activities", "activities.hosted")):
        assert f'<tr id="field-{field}">' in page.html
        assert f'id="back-{field}"' in page.html
        (line,) = [each for each in page.html.splitlines() if f'id="box-{box}"' in each]
        assert 'aria-invalid="true"' in line
        assert f'aria-describedby="back-{field} help-{field}"' in line
    assert "<b>完税</b>" not in page.html
    for _ in range(2):
        await submit(city, (await look(city)).version)
        await returned(city, tax="仍不符")
    assert "这是最后一次更正的机会" in Page(await browser.get(REPORT)).text
