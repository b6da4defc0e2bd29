"""A unit's own subsidy: why it is what it is in plain words, and how far the money has come."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import PAYMENT, SHORTAGE, SHORTAGE_LINE, SUBSIDY
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account
from shared.identity.roles import Role
from tests.integration.little_city import City, Page, little_city
from tests.integration.somebody import somebody

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        await made.year()
        yield made


async def entry_of(city: City, carrier: str) -> str:
    async with city.running.look() as connection:
        query = ledger.standing().where(SUBSIDY.c.carrier_id == carrier)
        (row,) = (await connection.execute(query)).mappings()
        return str(row["id"])


async def page_of(city: City, organisation: str, subsidy: str, status: int = 200) -> Page:
    async with somebody(city, Role.OPERATOR, organisation) as browser:
        answer = await browser.get(f"/incubator/mine/subsidies/{subsidy}")
    assert answer.status_code == status, answer.text
    return Page(answer)


def present(page: Page) -> str:
    """The step the money has got to."""
    return page.html.partition('aria-current="step"')[2].partition("</li>")[0]


async def confirmed(city: City, organisation: str) -> None:
    order = ConfirmAccount(
        organisation_id=organisation, holder=f"样例单位 {organisation[1:]}", bank="样例银行", branch="样例支行",
        number="2102016800005250", based_on=0, committed=True,
    )  # fmt: skip
    await city.do(confirm_account, order, "operator-1")


async def test_every_step_stands_with_its_article_and_what_the_cap_took_with_its_formula(city: City) -> None:
    page = await page_of(city, "U1", await entry_of(city, "Z1"))
    for told in (
        "300,000.00 元 补助", "大政发〔2017〕52号第十二条", "900,000.00 元 × 70% = 630,000.00 元",
        "630,000.00 元 − 300,000.00 元 ＝ 330,000.00 元", "应补助 300,000.00 元（30 万元）", "指纹相符",
    ):  # fmt: skip
        assert told in page.text, told
    assert "clerk-1" not in page.text


async def test_a_refusal_says_no_because_and_a_block_what_is_missing(city: City) -> None:
    refused = await page_of(city, "U3", await entry_of(city, "Z3"))
    assert "没有，因为等次为不合格，须为优秀" in refused.text
    blocked = await page_of(city, "U4", await entry_of(city, "Z4"))
    assert "请把缺少的材料交项目办公室" in blocked.text
    assert "上年度运营成本" in blocked.text
    for page in (refused, blocked):
        assert "钱到哪一步" not in page.text


async def test_the_money_is_followed_from_the_account_to_the_day_it_was_paid(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    page = await page_of(city, "U1", id_)
    assert "还没有确认收款账户" in page.text
    assert "/incubator/mine/account/U1" in page.links
    assert "<b>算出</b>" in present(page)
    await confirmed(city, "U1")
    page = await page_of(city, "U1", id_)
    assert "账户确认" in present(page)
    assert "样例银行 **** 5250" in present(page)
    await city.paid(id_, "approved")
    assert '<b>批准</b><small class="muted">2019-01-02</small>' in present(await page_of(city, "U1", id_))
    page_before = await page_of(city, "U1", id_)
    assert "样例财 3 号" not in page_before.text


async def test_a_paid_subsidy_says_when_and_by_which_document(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    await confirmed(city, "U1")
    await city.paid(id_)
    assert "2019-01-08，样例财 3 号" in present(await page_of(city, "U1", id_))


async def test_an_amount_that_is_not_the_computed_one_says_why(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    await city.paid(id_, "proposed")
    async with city.running.engine.begin() as connection:
        decided = {
            "id": "s-1", "budget_year": 2019, "way": "proportional", "envelope_fen": 15000000, "claimed_fen": 30000000,
            "document_no": "样例文 9 号", "reason": "年初预算核减", "by": "head-1", "at": city.instant,
        }  # fmt: skip
        await connection.execute(insert(SHORTAGE), [decided])
        line = {"shortage_id": "s-1", "subsidy_id": id_, "before_fen": 30000000, "after_fen": 15000000}
        await connection.execute(insert(SHORTAGE_LINE), [line])
        await connection.execute(update(PAYMENT).values(amount_fen=15000000))
    page = await page_of(city, "U1", id_)
    assert "拨付金额是 150,000.00 元，不是核算的 300,000.00 元" in page.text
    assert "按 样例文 9 号 处理：由 300,000.00 元减为 150,000.00 元。原因：年初预算核减" in page.text


async def test_a_reversed_subsidy_leads_to_its_reversal_and_nobody_reads_somebody_elses(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    await city.reverse(id_)
    page = await page_of(city, "U1", id_)
    assert "这笔补助已经冲销" in page.text
    (other,) = {link for link in page.links if "/mine/subsidies/" in link and id_ not in link}
    assert "证书被撤销" in (await page_of(city, "U1", other.rpartition("/")[2])).text
    for subsidy in (id_, other.rpartition("/")[2], "none"):
        await page_of(city, "U2", subsidy, 404)


async def test_only_who_is_to_be_paid_is_asked_for_an_account(city: City) -> None:
    async with somebody(city, Role.OPERATOR, "U1", "U3") as browser:
        page = Page(await browser.get("/incubator/mine"))
    assert "样例单位 1 有补助等待拨付" in page.text
    assert "样例单位 3 有补助等待拨付" not in page.text


async def test_the_first_page_leads_to_everything_that_followed(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    city.at(date(2019, 1, 3))
    async with somebody(city, Role.OPERATOR, "U1") as browser:
        page = Page(await browser.get("/incubator/mine"))
        assert "样例单位 1 有补助等待拨付，还没有确认收款账户" in page.text
        for place in (f"subsidies/{id_}", "results/2018-makerspace-Z1", "account/U1", "letters", "carriers/Z1"):
            assert f"/incubator/mine/{place}" in page.links, place
        await confirmed(city, "U1")
        page = Page(await browser.get("/incubator/mine"))
        assert "还没有确认收款账户" not in page.text
        assert "样例银行 **** 5250" in page.text
