"""The chain page: everything of one story, in its order and once, whoever began it. And the pages of carriers."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import stories
from services.incubator.usecases import bookkeeping, registers
from shared.chain import stories as shared_stories
from shared.ledger import deciding
from tests.integration.little_city import ROUND, STORY, City, Page, Visitor, little_city

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        await made.year()
        yield made


def stations(page: Page) -> list[str]:
    """The headings along the line, without their tags."""
    return [part.split("<span")[0].split("</h2>")[0] for part in page.html.split("<h2>")[1:]]


async def test_a_grade_leads_from_its_report_to_the_letter_about_its_money(city: City) -> None:
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z1")
    assert stations(page) == [
        "填报提醒", "填报提交", "填报通过", "考评结果公示", "考评结果确定", "计算过程", "台账", "信件",
    ]  # fmt: skip
    assert "这笔补助是怎么来的 样例众创空间 1" in page.text
    assert "考评结果确定 引起核算 2019-01-02 09:00" in page.text
    assert "上年度运营成本 900,000.00 元（2018 年度填报第 1 版（数据期 2017 年）" in page.text
    assert "减去 330,000.00 元" in page.text
    assert "应补助 300,000.00 元（30 万元）" in page.text
    assert "指纹相符" in page.text
    assert "《补助核算结果》→ 样例单位 1 已交付 2019-01-02 09:00" in page.text
    assert "《年度考评结果》→ 样例单位 1 已交付" in page.text
    assert "下一步：提出拨付" in page.text
    opened = next(link for link in page.links if "/chain/" in link and "Z1" not in link)
    assert stations(await Visitor(city).get(opened)) == ["本轮开放"]  # what caused the first event


async def test_an_objection_a_correction_and_a_letter_that_failed_are_on_the_line(city: City) -> None:
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z2")
    assert stations(page)[1:5] == ["填报提交", "填报退回", "填报提交", "填报通过"]
    assert "外聘创业导师：与附件名单不符，请核对" in page.text
    assert "异议成立：凭证属实" in page.text
    assert page.text.count("异议人（身份保密）") == 2
    assert "《异议处理结果》→ 样例单位 2" in page.text
    assert "发送失败" in page.text
    assert "550 no such mailbox" in page.text


async def test_payment_and_reversal_continue_the_line_in_the_order_they_happened(city: City) -> None:
    async with city.running.look() as connection:
        (entry,) = (await stories.story(connection, f"{ROUND}-Z1")).entries
    await city.paid(entry["id"])
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z1")
    assert stations(page)[5:] == ["计算过程", "台账", "信件", "补助批准", "补助拨付"]
    assert "由 clerk-1 提出、head-1 批准，2019-01-08 拨付（样例财 3 号）" in page.text
    assert "下一步" not in page.text
    await city.reverse(entry["id"])
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z1")
    assert stations(page)[-1] == "台账"
    assert "已冲销" in page.text
    assert "-300,000.00 元，" in page.text


async def test_computed_again_the_request_stands_between_the_two_answers(city: City) -> None:
    city.at(date(2019, 1, 5))
    async with city.running.look() as connection:
        (entry,) = (await stories.story(connection, f"{ROUND}-Z4")).entries
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z4")
    assert "下一步：补充缺少的事实后重新核算" in page.text
    order = deciding.SupplyFacts(
        cause_event_id=entry["cause_event_id"], facts={"operating_cost_prev_year": "100000.00"}, reason="补交审计报告"
    )
    await city.do(bookkeeping.supply_facts, order, "clerk-2")
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z4")
    assert stations(page)[-3:] == ["计算过程", "台账", "重新核算"]
    await city.settled()
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z4")
    assert stations(page)[-5:] == ["计算过程", "台账", "重新核算", "计算过程", "台账"]
    assert "clerk-2 要求重新核算：补交审计报告。上年度运营成本 100,000.00 元" in page.text
    assert "应补助 70,000.00 元（7 万元）" in page.text


async def test_an_outside_program_s_cause_has_its_line_although_no_register_knows_its_carrier(city: City) -> None:
    await city.stranger()
    visitor = Visitor(city)
    page = await visitor.get(f"/incubator/chain/{quote(STORY, safe='')}")
    assert stations(page) == ["考评结果确定", "计算过程", "台账"]
    assert "来自外部程序" in page.text
    assert "来源 /outside · 事件 q-makerspace" in page.text
    assert "=外来载体 <9> 未登记" in page.text
    assert "应补助 300,000.00 元" in page.text
    carrier = next(link for link in page.links if link.startswith("/incubator/carriers/"))
    assert carrier == "/incubator/carriers/Q%2F9"
    shown = await visitor.get(carrier)
    assert "登记簿里没有这家载体" in shown.text
    assert "300,000.00" in shown.text
    listed = await visitor.get("/incubator/ledger?kind=unregistered")
    assert "=外来载体 <9> 未登记" in listed.text
    assert f"/incubator/chain/{quote(STORY, safe='')}" in listed.links


async def test_an_event_or_an_entry_leads_to_its_story_and_nothing_else_does(city: City) -> None:
    async with city.running.look() as connection:
        (entry,) = (await stories.story(connection, f"{ROUND}-Z1")).entries
    visitor = Visitor(city)
    for id_ in (entry["cause_event_id"], entry["id"]):
        assert stations(await visitor.get(f"/incubator/chain/{id_}"))[0] == "填报提醒"
    page = await visitor.get("/incubator/chain/none", 404)
    assert "没有关联号或事件编号为“none”的记录" in page.text


async def test_a_story_without_end_is_cut_and_says_so(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_stories, "MOST", 3)
    page = await Visitor(city).get(f"/incubator/chain/{ROUND}-Z1")
    assert "只显示最早的 3 个，另有 3 个" in page.text


# ---------- carriers ----------


async def test_the_register_is_listed_by_kind_level_district_state_and_words(city: City) -> None:
    visitor = Visitor(city)
    asked = {"": 5, "kind=makerspace": 4, "level=national": 1, "district=中山区": 2, "state=active": 5}
    asked |= {"state=withdrawn": 0, "text=空间 3": 1, "text=样例单位 1": 2, "text=F1": 1, "text=_": 0}
    asked |= {"kind=makerspace&district=高新园区&text=2": 1}
    for query, number in asked.items():
        page = await visitor.get(f"/incubator/carriers?{query}")
        assert (query, len([link for link in page.links if "/incubator/carriers/" in link])) == (query, number)
    page = await visitor.get("/incubator/carriers?kind=makerspace")
    (row,) = [row for row in page.rows() if row.startswith("样例众创空间 2")]
    assert row == "样例众创空间 2 Z2 众创空间 市级 高新园区 样例单位 2 在册 优秀（2018 年度）"
    backwards = await visitor.get("/incubator/carriers?sort=-name")
    names = [row.split(" Z")[0].split(" F")[0] for row in backwards.rows() if row.startswith("样例")]
    assert len(names) == 5
    assert names == sorted(names, reverse=True)


async def test_a_carrier_s_page_holds_its_titles_years_money_tenants_and_letters(city: City) -> None:
    visitor = Visitor(city)
    page = await visitor.get("/incubator/carriers/F1")
    assert "样例企业 1 E1 2016-03-01 — 2018-11-16" in page.text
    assert "100,000.00" in page.text
    order = registers.WithdrawTitle(
        carrier_id="Z3", on=date(2019, 1, 4), document_no="样例文〔2019〕2号", reason="连续两年不合格"
    )
    await city.do(registers.withdraw_title, order, "head-1")
    page = await visitor.get("/incubator/carriers/Z3")
    assert "head-1 载体：在册 → 已取消资格 连续两年不合格" in page.text
    assert "2018 年度 未填报 — 不合格" in page.text
    assert "《不予补助说明》 已交付" in page.text
    assert "上年度等次 不合格" in page.text
    await visitor.get("/incubator/carriers/none", 404)


async def test_a_carrier_s_page_tells_no_address(city: City) -> None:
    contact = registers.RegisterOrganisation(
        id="U1", name="样例单位 1", credit_code="91000000MA00000001", contact_name="张三", contact_email="z@example.cn"
    )
    await city.do(registers.register_organisation, contact)
    page = await Visitor(city).get("/incubator/carriers/Z1")
    assert "联系方式 已登记" in page.text
    assert "z@example.cn" not in page.html
