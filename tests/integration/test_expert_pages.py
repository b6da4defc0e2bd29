"""Review by experts in the browser: the office draws and decides about marks, each expert sees and marks his own."""

import re
from collections.abc import AsyncIterator, Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.incubator.store.base import METADATA
from shared.identity.roles import Role
from shared.identity.tokens import form_token
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.panel import ALL, Panel, R
from tests.one_app import make_app

pytestmark = pytest.mark.one_database

PAGE = f"/incubator/rounds/{R}/experts"
GIVEN = {"mark:management": "9", "reason:management": "年度报告完整，计划可行"}
As = Callable[[str, Role], httpx.AsyncClient]


@pytest.fixture
async def panel(database: AsyncEngine, tmp_path: Path) -> Panel:
    async with database.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    panel = Panel(database, tmp_path)
    await panel.prepared()
    return panel


@pytest.fixture
async def browse(panel: Panel) -> AsyncIterator[As]:
    """A browser of anybody: `browse("clerk-1", Role.CLERK)`."""
    identity = no_accounts()

    async def asks(request: Request) -> Who:
        account, role = request.headers["x-is"].split("/")
        scope = account.partition("@")[0] if role == Role.EXPERT else ""
        return Who(account, "测试", (Grant(Role(role), scope),), session="mine")

    app = make_app("苗圃", [panel.running], now=lambda: panel.instant, identity=identity, asks=asks)
    opened: list[httpx.AsyncClient] = []

    def browse(account: str, role: Role) -> httpx.AsyncClient:
        headers = {"x-form-token": form_token("mine", identity.secret), "x-is": f"{account}/{role}"}
        transport = httpx.ASGITransport(app)
        opened.append(httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:1", headers=headers))
        return opened[-1]

    yield browse
    for each in opened:
        await each.aclose()


def words(answer: httpx.Response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", answer.text)))


async def test_the_office_sees_who_may_review_and_draws_and_the_draw_is_proved(panel: Panel, browse: As) -> None:
    office = browse("clerk-1", Role.CLERK)
    await panel.tied("P1", carrier_id="F1")
    looked = await office.post(f"{PAGE}/draw", data={"per_unit": "2", "most": "3", "do": "look"})
    assert "按这样的规则可以抽取" in words(looked)
    assert "专家 P1：持股" in words(looked)
    assert await panel.holding() == set()
    impossible = await office.post(f"{PAGE}/draw", data={"per_unit": "6", "most": "3", "do": "draw"})
    assert impossible.status_code == 409
    assert 'value="6"' in impossible.text
    wrong = await office.post(f"{PAGE}/draw", data={"per_unit": "两", "most": "3", "do": "draw"})
    assert (wrong.status_code, "每家几位专家：应为整数" in words(wrong)) == (422, True)
    drawn = await office.post(f"{PAGE}/draw", data={"per_unit": "2", "most": "3", "do": "draw"})
    assert drawn.status_code == 303
    assert len(await panel.holding()) == 6
    assert "相符" in words(await office.get(PAGE))


async def test_an_expert_takes_his_units_marks_them_and_learns_of_nobody_else(panel: Panel, browse: As) -> None:
    await panel.drawn()
    holding = await panel.holding()
    expert = min(holding)[1]
    own = sorted(carrier for carrier, who in holding if who == expert)
    mine = browse(f"{expert}@site", Role.EXPERT)
    listed = await mine.get("/incubator/reviews")
    assert all(f"样例孵化器 {carrier[1:]}" in words(listed) for carrier in own)
    assert all(other not in words(listed) for other in ALL if other != expert)
    report = f"{R}-{own[0]}"
    assert "接受以后才能看到填报的内容" in words(await mine.get(f"/incubator/reviews/{report}"))
    refused = await mine.post("/incubator/reviews/accept", data={"report_id": report})
    assert (refused.status_code, "没有利害关系" in words(refused)) == (422, True)
    taken = await mine.post("/incubator/reviews/accept", data={"report_id": report, "nothing_ties_me": "yes"})
    assert taken.status_code == 303
    too_much = await mine.post(
        f"/incubator/reviews/{report}", data={"mark:management": "99", "reason:management": "<b>很好很好</b>"}
    )
    assert too_much.status_code == 422
    assert 'value="99"' in too_much.text
    assert "“99”不是 0 至" in words(too_much)
    assert f"，{expert}）" not in words(too_much)
    assert "&lt;b&gt;很好很好" in too_much.text
    assert (await mine.post(f"/incubator/reviews/{report}", data=GIVEN)).status_code == 303
    assert "9 / 12" in words(await mine.get("/incubator/reviews"))
    stranger = f"{R}-{next(carrier for carrier in ('F1', 'F2', 'F3') if carrier not in own)}" if len(own) < 3 else "no"
    assert (await mine.get(f"/incubator/reviews/{stranger}")).status_code == 404
    assert (await mine.get(PAGE)).status_code == 403


async def test_an_expert_steps_back_with_a_reason_and_another_is_drawn(panel: Panel, browse: As) -> None:
    await panel.drawn()
    carrier, expert = min(await panel.holding())
    mine = browse(f"{expert}@site", Role.EXPERT)
    path = f"/incubator/reviews/{R}-{carrier}/conflict"
    assert (await mine.post(path, data={"reason": "  "})).status_code == 422
    assert (await mine.post(path, data={"reason": "曾任该单位顾问"})).status_code == 303
    now = await panel.holding()
    assert (carrier, expert) not in now
    assert sum(unit == carrier for unit, _ in now) == 2
    assert (await mine.post(path, data={"reason": "曾任该单位顾问"})).status_code == 409
    drawn = words(await browse("clerk", Role.CLERK).get(PAGE))
    assert "申请回避" in drawn
    assert f"“{expert}”" not in drawn  # by his name, not by his number


async def test_the_office_sees_marks_that_lie_apart_and_decides_with_a_reason(panel: Panel, browse: As) -> None:
    await panel.drawn(per_unit=3, most=3)
    experts = sorted(expert for carrier, expert in await panel.holding() if carrier == "F1")
    report = f"{R}-F1"
    for expert, mark in zip(experts, ("11", "10", "2"), strict=True):
        mine = browse(f"{expert}@site", Role.EXPERT)
        await mine.post("/incubator/reviews/accept", data={"report_id": report, "nothing_ties_me": "yes"})
        given = {**GIVEN, "mark:management": mark}
        assert (await mine.post(f"/incubator/reviews/{report}", data=given)).status_code == 303
    office = browse("clerk-1", Role.CLERK)
    page = words(await office.get(PAGE))
    assert "离群的评分" in page
    assert f"专家 {experts[2]}" in page
    order = {"report_id": report, "expert": experts[2], "indicator": "management", "outcome": "set_aside"}
    assert (await office.post(f"{PAGE}/moderate", data=order)).status_code == 422
    assert (await office.post(f"{PAGE}/moderate", data={**order, "reason": "未看年度报告"})).status_code == 303
    assert "未看年度报告" in words(await office.get(PAGE))
    sheet = load_workbook(BytesIO((await office.get(f"{PAGE}.xlsx")).content))["专家评分"]
    marks = {row[2].value: row[3].value for row in list(sheet.iter_rows())[1:] if row[0].value == "样例孵化器 1"}
    assert marks == dict(zip(experts[:2], ("11", "10"), strict=True))


async def test_the_register_of_experts_is_kept_in_the_browser(panel: Panel, browse: As) -> None:
    office = browse("clerk-1", Role.CLERK)
    wrong = await office.post("/incubator/experts", data={"id": "P 9", "name": "钱某", "employer": ""})
    assert wrong.status_code == 422
    assert 'value="钱某"' in wrong.text
    assert "专家编号：格式不对" in words(wrong)
    given = {"id": "P9", "name": "钱某", "employer": "样例研究院", "fields": "材料、投资，孵化", "active": "yes"}
    assert (await office.post("/incubator/experts", data=given)).status_code == 303
    assert "钱某" in words(await office.get("/incubator/experts?text=样例研究院"))
    tie = {"kind": "shareholding", "party_name": "在孵样例 1", "said": "持股 5%"}
    assert (await office.post("/incubator/experts/P9/relations", data=tie)).status_code == 303
    assert "持股 5%" in words(await office.get("/incubator/experts/P9"))
    looked = await office.post(f"{PAGE}/draw", data={"per_unit": "2", "most": "3", "do": "look"})
    assert "钱某：申报的利害关系" in words(looked)
    sheet = load_workbook(BytesIO((await office.get("/incubator/experts.xlsx?text=P9")).content))["评审专家"]
    assert [cell.value for cell in list(sheet.iter_rows())[1]][:3] == ["钱某", "P9", "样例研究院"]
    auditor = browse("auditor-1", Role.AUDITOR)
    assert "登记专家" not in words(await auditor.get("/incubator/experts"))
    assert (await auditor.post("/incubator/experts", data=given)).status_code == 403
