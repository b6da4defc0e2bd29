"""An operator's carrier: what it lacks for the next level with figures and their source, and the changes it reports."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.usecases import registers
from shared.identity.roles import Role
from tests.integration.little_city import City, Page, little_city
from tests.integration.register_hands import CLAIMS, F1, carrier, change, code, decided, tenant, waiting
from tests.integration.somebody import somebody

pytestmark = pytest.mark.one_database

Z1 = "/incubator/mine/carriers/Z1"
CHANGES = f"{F1}/changes"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


@pytest.fixture
async def operator(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        yield browser


@pytest.fixture
async def clerk(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with somebody(city, Role.CLERK) as browser:
        yield browser


async def test_the_checklist_says_what_is_lacking_with_figures_and_where_they_are_from(
    city: City, operator: httpx.AsyncClient
) -> None:
    before = Page(await operator.get(Z1))
    assert "省级备案众创空间" in before.text
    assert "创业工位未知" in before.text  # no report yet: unknown, and never zero
    await city.opened()
    await city.reported()
    page = Page(await operator.get(Z1))
    activities = next(row for row in page.rows() if "创业活动" in row)
    assert "符合" in activities
    assert "12 场" in activities
    assert "2018 年度填报第 1 版（数据期 2017 年）" in activities
    results = next(row for row in page.rows() if "新注册企业五家以上" in row)
    assert "新注册企业 8 家" in results, "the companies among those newly registered"
    assert any("独立法人资格未知" in row for row in page.rows())
    assert 'class="good"' in page.html


async def test_the_registers_fill_what_no_report_says_and_are_shown_where_they_contradict(
    city: City, operator: httpx.AsyncClient
) -> None:
    async with city.running.unit("clerk-1") as unit:
        await registers.register_carriers(
            unit,
            [
                registers.RegisterCarrier(
                    id="F9", organisation_id="U1", kind="incubator", level="provincial", name="样例孵化器 9"
                )
            ],
        )
    empty = Page(await operator.get("/incubator/mine/carriers/F9"))
    assert "在孵企业未知" in empty.text
    for number in (1, 2):
        answer = await operator.post("/incubator/mine/carriers/F9/tenants", data=tenant(number))
        assert answer.status_code == 303, answer.text
    page = Page(await operator.get("/incubator/mine/carriers/F9"))
    held = next(row for row in page.rows() if "在孵企业五十家以上" in row)
    assert "还差 48 家" in held
    assert "登记簿，截至 2018-10-08" in held
    assert "已是这类载体的最高级别" in Page(await operator.get(F1)).text


async def test_somebody_elses_carrier_is_as_good_as_none(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U2") as other:
        for path in ("", "/changes", "/tenants", "/tenants.xlsx", "/tenants-workbook", "/tenants/E1", "/mentors",
                     "/mentors.xlsx", "/sessions", "/sessions.xlsx"):  # fmt: skip
            assert (await other.get(f"{F1}{path}")).status_code == 404, path
        posts = {
            "/changes": change("name", "别人的名称"),
            "/tenants": tenant(1),
            "/tenants/E1": tenant(1),
            "/tenants/E1/graduate": {"graduated_on": "2018-01-01"},
            "/tenants/E1/claims": {"certificate_no": "GR201821000123", "issued_on": "2018-09-01"},
            "/mentors": {"name": "某"},
            "/sessions": {"topic": "某"},
        }
        for path, data in posts.items():
            assert (await other.post(f"{F1}{path}", data=data)).status_code == 404, path
    assert (await carrier(city))["name"] == "样例孵化器 1"


async def test_a_change_moves_the_register_only_once_a_clerk_has_confirmed_it(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    assert (await operator.post(CHANGES, data=change("name", "新名孵化器"))).status_code == 303
    assert (await carrier(city))["name"] == "样例孵化器 1"
    assert "待核对" in (await operator.get(CHANGES)).text
    again = await operator.post(CHANGES, data=change("name", "新名孵化器"))  # a double click
    assert again.status_code == 409
    assert 'value="新名孵化器"' in again.text
    address = await waiting(clerk, "change")
    seen, done = await decided(clerk, address, outcome="confirmed", reason="已核对营业执照")
    assert "变更报告核定结果" in seen
    assert (done.status_code, done.headers["location"]) == (303, f"{CLAIMS}?saved=1")
    assert (await carrier(city))["name"] == "新名孵化器"
    (told,) = await city.told("incubator.carrier.change_decided.v1")
    assert (told.event.outcome, told.event.carrier.name, told.event.old) == ("confirmed", "新名孵化器", "样例孵化器 1")
    profile = (await operator.get(F1)).text
    assert "名称变更：样例孵化器 1 → 新名孵化器" in profile
    assert "已核对营业执照" in profile
    twice = await clerk.post(address, data={"outcome": "confirmed", "reason": ""})
    assert twice.status_code == 409


async def test_a_change_told_later_than_three_months_is_taken_and_marked_with_its_days(
    operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    for happened, late in (("2018-07-08", 0), ("2018-07-07", 1), ("2018-01-08", 183)):
        assert (await operator.post(CHANGES, data=change("area", f"1,50{late}.5", happened))).status_code == 303
        address = await waiting(clerk, "change")
        listed = Page(await clerk.get(CLAIMS, params={"state": "pending"})).text
        page = Page(await clerk.get(address)).text
        assert (f"逾期 {late} 天" in listed) == (late > 0)
        assert (f"逾期 {late} 天" in page) == (late > 0)
        assert f"150{late}.5 平方米" in page
        await operator.post(f"{CHANGES}/{address.rpartition('/')[2]}/withdraw")


async def test_a_refused_change_needs_a_reason_and_leaves_the_register_as_it_is(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    place = change("place", "样例路 18 号", district="中山区")
    assert (await operator.post(CHANGES, data=place)).status_code == 303
    address = await waiting(clerk, "change")
    silent = await clerk.post(address, data={"outcome": "refused", "reason": " "})
    assert silent.status_code == 422
    assert "不予核定须写明理由" in silent.text
    await decided(clerk, address, outcome="refused", reason="租赁合同没有附")
    stands = await carrier(city)
    assert (stands["address"], stands["district"]) == (None, "")
    (told,) = await city.told("incubator.carrier.change_decided.v1")
    assert (told.event.outcome, told.event.reason) == ("refused", "租赁合同没有附")
    assert "租赁合同没有附" in (await operator.get(CHANGES)).text


async def test_a_place_and_an_area_are_entered_whole(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    await operator.post(CHANGES, data=change("place", "样例路 18 号", district="中山区"))
    await decided(clerk, await waiting(clerk, "change"), outcome="confirmed")
    await operator.post(CHANGES, data=change("area", "12000"))
    await decided(clerk, await waiting(clerk, "change"), outcome="confirmed")
    stands = await carrier(city)
    assert (stands["address"], stands["district"], stands["area"]) == ("样例路 18 号", "中山区", "12000")


async def test_a_new_operator_is_found_by_its_code_or_entered_and_the_old_one_loses_the_carrier(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    new = change("operator", "样例新单位", credit_code=code(7))
    assert (await operator.post(CHANGES, data=new)).status_code == 303
    address = await waiting(clerk, "change")
    assert "登记簿里没有这个信用代码" in (await clerk.get(address)).text
    await decided(clerk, address, outcome="confirmed")
    assert (await carrier(city))["organisation_id"] == code(7)
    assert (await operator.get(F1)).status_code == 404
    (told,) = await city.told("incubator.carrier.change_decided.v1")
    assert told.event.carrier.org_id == "U1", "whoever reported it is written to"
    async with somebody(city, Role.OPERATOR, code(7)) as after:
        assert "样例新单位" in (await after.get(F1)).text
        await after.post(CHANGES, data=change("operator", "样例新单位改名", credit_code=code(7)))
        await decided(clerk, await waiting(clerk, "change"), outcome="confirmed")
        assert "样例新单位改名" in (await after.get(F1)).text
    assert (await carrier(city))["organisation_id"] == code(7), "the same code is the same unit renamed"


UNCLEAR: tuple[tuple[dict[str, str], str], ...] = (
    (change("name", "样例孵化器 1"), "与登记的名称相同"),
    (change("name", ""), "请填写新的名称"),
    (change("name", "某", "2018-10-09"), "还没有到"),
    (change("name", "某", "昨天"), "不是日期"),
    (change("area", "一千"), "面积请写成平方米数"),
    (change("area", "0"), "面积请写成平方米数"),
    (change("operator", "某", credit_code="123"), "应为 18 位"),
    (change("place", "", district=""), "请填写所在地区"),
    (change("nothing", "某"), "没有这个选项"),
    (change("name", "<script>alert(1)</script>" * 20), "至多 200 字"),
    ({}, "请填写发生日期"),
)


async def test_what_cannot_be_taken_is_told_at_its_field_with_everything_typed_kept(
    city: City, operator: httpx.AsyncClient
) -> None:
    for sent, told in UNCLEAR:
        answer = await operator.post(CHANGES, data=sent)
        assert answer.status_code == 422, sent
        assert told in answer.text, sent
        assert "<script>alert" not in answer.text
        if sent.get("what") in {"name", "area"} and len(sent["new"]) < 20:
            assert f'value="{sent["new"]}"' in answer.text
    assert "还没有报告过" in (await operator.get(CHANGES)).text
    assert (await carrier(city))["area"] is None


async def test_an_operator_takes_back_what_waits_and_nothing_else(
    city: City, operator: httpx.AsyncClient, clerk: httpx.AsyncClient
) -> None:
    await operator.post(CHANGES, data=change("name", "写错的名称"))
    address = (await waiting(clerk, "change")).rpartition("/")[2]
    async with somebody(city, Role.OPERATOR, "U2") as other:
        foreign = await other.post(f"/incubator/mine/carriers/Z2/changes/{address}/withdraw")
        assert foreign.status_code == 404
    assert (await operator.post(f"{CHANGES}/{address}/withdraw")).status_code == 303
    assert "已撤回" in (await operator.get(CHANGES)).text
    assert (await operator.post(f"{CHANGES}/{address}/withdraw")).status_code == 409
    assert (await operator.post(CHANGES, data=change("name", "写对的名称"))).status_code == 303


async def test_a_grade_is_shown_once_it_is_public(city: City, operator: httpx.AsyncClient) -> None:
    await city.opened()
    await city.reported()
    await city.graded()
    assert "优秀" not in Page(await operator.get(Z1)).text
    await city.objected()
    assert "优秀" in Page(await operator.get(Z1)).text


async def test_every_link_on_a_carriers_pages_leads_somewhere(operator: httpx.AsyncClient) -> None:
    seen: set[str] = set()
    ahead = [F1]
    while ahead:
        address = ahead.pop()
        seen.add(address)
        page = Page(await operator.get(address))
        assert page.status == 200, address
        for link in (each.partition("#")[0] for each in page.links):
            if link.startswith(F1) and link not in {*seen, *ahead} and ".xlsx" not in link and "sort=" not in link:
                ahead.append(link)
    assert {F1, f"{F1}/tenants", f"{F1}/tenants/E1", f"{F1}/mentors", f"{F1}/sessions", CHANGES} <= seen
    assert f"{CHANGES}?what=operator" in seen
