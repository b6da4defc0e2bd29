"""What is blocked, what waits for a decision, the ledger: from the row straight to what can be done about it."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import CAUSE, DECISION, SUBSIDY
from services.incubator.usecases import bookkeeping
from shared.ledger import deciding, outcomes
from tests.integration.little_city import City
from tests.integration.money_city import AUDITOR, CLERK, FINANCE, HEAD, awards, person, rows, settled_city

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with settled_city(database, tmp_path) as made:
        yield made


async def blocked_id(city: City) -> str:
    async with city.running.look() as connection:
        query = ledger.standing().where(SUBSIDY.c.outcome == outcomes.BLOCKED)
        (row,) = (await connection.execute(query)).mappings()
        return str(row["id"])


async def test_a_block_names_the_fact_it_lacks_and_the_form_supplies_it_once_its_effect_was_seen(city: City) -> None:
    clerk = person(city, CLERK)
    page = await clerk.get("/incubator/blocked")
    assert "样例众创空间 4" in page.text
    assert "上年度运营成本" in page.text
    id_ = await blocked_id(city)
    address = f"/incubator/blocked/{id_}"
    page = await clerk.get(address)
    assert page.html.count('name="fact:') == 1
    assert "不小于 0 的金额（元）" in page.text
    assert "补充并重新核算" not in (await person(city, FINANCE).get(address)).text
    cost = "fact:operating_cost_prev_year"
    empty = await clerk.post(address, 422, **{cost: "", "reason": "补交审计报告"})
    assert "“上年度运营成本”还没有填" in empty.text
    assert 'value="补交审计报告"' in empty.html
    assert 'aria-describedby="wrong-operating_cost_prev_year"' in empty.html
    wrong = await clerk.post(address, 422, **{cost: "<b>九十万", "reason": "补交审计报告"})
    assert 'value="&lt;b&gt;九十万"' in wrong.html
    await person(city, AUDITOR).post(address, 403, **{cost: "200000", "reason": "x"})
    seen = await clerk.confirm(address, **{cost: "200000.00", "reason": "补交审计报告"})
    assert "140,000.00" in seen.text
    assert "《补助核算结果》" in seen.text
    await city.settled()
    assert "Z4" in await awards(city)
    page = await clerk.get(address)
    assert "已经补充过" in page.text
    assert "没有缺少事实的补助" in (await clerk.get("/incubator/blocked")).text
    await clerk.get("/incubator/blocked/nobody", 404)


async def test_a_rate_is_decided_for_many_at_once_with_the_effect_of_each_shown_first(city: City) -> None:
    head = person(city, HEAD)
    page = await head.get("/incubator/decisions")
    assert "按上限暂计，可决定比例" in page.text
    assert page.html.count('name="abouts"') == 2  # a tenant's title has no rate to decide
    assert 'name="abouts"' not in (await person(city, CLERK).get("/incubator/decisions")).html
    query = select(SUBSIDY.c.root).where(SUBSIDY.c.carrier_id.in_(("Z1", "Z2")), SUBSIDY.c.outcome == "awarded")
    roots = [row["root"] for row in await rows(city, query)]
    both = await head.post("/incubator/decisions", 422, abouts=roots, rate="0.2", amount="1", reason="x")
    assert "比例和金额写且只写一项" in both.text
    above = await head.post("/incubator/decisions", 422, abouts=roots, rate="0.9", reason="x")
    assert "决定超过条文上限" in above.text
    assert f'value="{roots[0]}" checked' in above.html
    await person(city, CLERK).post("/incubator/decisions", 403, abouts=roots, rate="0.2", reason="x")
    seen = await head.confirm("/incubator/decisions", abouts=roots, rate="0.20", reason="=含往年设备款")
    assert seen.text.count("180,000.00") >= 2
    assert seen.text.count("-300,000.00") == 2
    await city.settled()
    standing = {row["amount_fen"] for row in await rows(city, ledger.standing()) if row["carrier_id"] in ("Z1", "Z2")}
    assert standing == {18_000_000}
    recorded = await head.get("/incubator/decisions/recorded")
    assert "=含往年设备款" in recorded.text
    assert "head-1" in recorded.text
    assert "样例众创空间 1" in recorded.text
    assert len(await rows(city, select(DECISION))) == 2
    assert "没有等待决定的补助" in (await head.get("/incubator/decisions")).text
    book = load_workbook(io.BytesIO((await head.client.get("/incubator/decisions/recorded.xlsx")).content)).active
    assert book is not None
    assert all(cell.data_type != "f" for row in book.iter_rows() for cell in row)


async def test_either_all_that_was_chosen_is_decided_or_nothing(city: City) -> None:
    tenant = select(SUBSIDY.c.root).where(SUBSIDY.c.carrier_id.in_(("F1", "Z1")), SUBSIDY.c.outcome == "awarded")
    roots = [row["root"] for row in await rows(city, tenant)]
    refused = await person(city, HEAD).post("/incubator/decisions", 422, abouts=roots, rate="0.2", reason="x")
    assert "没有可以决定的比例" in refused.text
    assert await rows(city, select(DECISION)) == []


async def test_the_office_decides_again_and_every_decision_stays_recorded(city: City) -> None:
    (cause,) = await rows(city, select(CAUSE.c.event_id).where(CAUSE.c.about == "2018-makerspace-Z1"))
    for rate in ("0.20", "0.30"):
        order = deciding.DecideMany(abouts=[cause["event_id"]], rate=rate, reason=f"第 {rate} 次")
        await city.do(bookkeeping.decide_many, order, "head-1")
        await city.settled()
    recorded = await person(city, AUDITOR).get("/incubator/decisions/recorded")
    assert "第 0.20 次" in recorded.text
    assert "第 0.30 次" in recorded.text


async def test_the_ledger_leads_from_its_rows_to_what_can_be_done_and_goes_out_as_a_workbook(city: City) -> None:
    await city.stranger()
    page = await person(city, CLERK).get("/incubator/ledger")
    assert f"/incubator/blocked/{await blocked_id(city)}" in page.links
    ids = await awards(city)
    assert f"/incubator/subsidies/{ids['Z1']}#payment" in page.links
    answer = await person(city, AUDITOR).client.get("/incubator/ledger.xlsx?outcome=awarded")
    book = load_workbook(io.BytesIO(answer.content)).active
    assert book is not None
    table = [[cell.value for cell in row] for row in book.iter_rows()]
    heads = dict(zip(table[0], range(len(table[0])), strict=True))
    assert len(table) == 5
    assert [row[heads["金额（元）"]] for row in table[1:]] == [300_000, 300_000, 300_000, 100_000]
    assert table[1][heads["载体"]] == "=外来载体 <9>"
    assert all(cell.data_type != "f" for row in book.iter_rows() for cell in row)


async def test_an_award_is_proposed_from_its_own_page(city: City) -> None:
    ids = await awards(city)
    clerk = person(city, CLERK)
    page = await clerk.get(f"/incubator/subsidies/{ids['Z1']}")
    assert "提出拨付 300,000.00 元" in page.text
    assert "待确认账户" in page.text
    await clerk.confirm("/incubator/payments/propose", subsidy_ids=[ids["Z1"]], budget_year="2019")
    page = await person(city, HEAD).get(f"/incubator/subsidies/{ids['Z1']}")
    assert "批准拨付" in page.text
    assert "提出拨付 300,000.00 元" not in page.text


async def test_a_budget_is_set_by_a_document_and_never_below_what_is_approved(city: City) -> None:
    ids = await awards(city)
    await city.paid(ids["Z1"], "approved")
    head = person(city, HEAD)
    low = await head.post("/incubator/budgets", 409, year="2019", amount="299999.99", document_no="样例财 8 号")
    assert "预算不能低于这个数" in low.text
    assert 'value="299999.99"' in low.html
    bad = await head.post("/incubator/budgets", 422, year="2019", amount="三十万", document_no="样例财 8 号")
    assert "“三十万”不是数字；请只写数字，例如 1200000、1,200,000.00 或 120万" in bad.text
    assert 'aria-describedby="wrong-amount"' in bad.html
    await person(city, CLERK).post("/incubator/budgets", 403, year="2019", amount="1", document_no="x")
    await head.confirm("/incubator/budgets", year="2019", amount="80万", document_no="样例财 8 号")
    page = await head.get("/incubator/budgets")
    assert "2019 年 800,000.00 400,000.00 0.00 300,000.00 0.00 500,000.00 样例财 8 号" in " ".join(page.rows())
    page = await head.get("/incubator/budgets/2019")
    assert "样例财 1 号：1,000,000.00 元" in page.text  # how it was before
    await head.get("/incubator/budgets/1999", 404)
