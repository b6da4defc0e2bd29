"""The ledger's pages: what is asked for is what is shown, summed and taken away; an amount shows all of its reasons."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger
from services.incubator.store.tables import SUBSIDY
from services.incubator.usecases import bookkeeping
from services.incubator.web.bookkeeping import SHOWING
from shared.db.transaction import transaction
from shared.ledger import deciding, entry_list
from tests.integration.little_city import ROUND, City, Page, Visitor, little_city

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


def shown(page: Page) -> list[str]:
    """The names of the carriers listed, in their order."""
    return [row.split(" ")[1] + row.split(" ")[2] for row in page.rows() if row[:2] == "20"]


async def test_every_filter_narrows_the_list_and_its_sums(city: City) -> None:
    visitor = Visitor(city)
    every = await visitor.get("/incubator/ledger")
    assert shown(every) == ["样例众创空间4", "样例众创空间3", "样例众创空间2", "样例众创空间1", "样例孵化器1"]
    assert "补助净额（元） 700,000.00 3 笔补助，0 笔冲销" in every.text
    asked = {
        "year=2018": 5,  # a tenant's title has no 年度: it belongs to the year of its date
        "year=2017": 0,
        "article=14": 1,
        "outcome=declined": 1,
        "outcome=blocked": 1,
        "kind=incubator": 1,
        "kind=unregistered": 0,
        "text=单位 2": 1,
        "text=U1": 2,
        "text=众创空间 3": 1,
        f"text={ROUND}-Z4": 1,
        "text=%25": 0,
        "from=2019-01-01": 4,
        "until=2018-12-31": 1,
        "from=2018-11-16&until=2018-11-16": 1,
        "least=100000.01": 2,
        "most=100,000": 2,
        "least=100000&most=100000.00": 1,
        "show=standing": 5,
        "payment=paid": 0,
        "year=&article=&outcome=&kind=&text=&from=&until=&least=&most=": 5,
    }
    for query, number in asked.items():
        page = await visitor.get(f"/incubator/ledger?{query}")
        assert (query, len(shown(page))) == (query, number)
    page = await visitor.get("/incubator/ledger?article=14")
    assert "补助净额（元） 100,000.00 1 笔补助" in page.text


async def test_the_page_and_its_workbook_are_sorted_alike_by_the_heads(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_list, "AT_ONCE", 2)
    await city.stranger()
    visitor = Visitor(city)
    everywhere = {}
    names = entry_list.sorts(SHOWING)
    for sort in ("", *names, *(f"-{name}" for name in names), "-nothing"):
        page = await visitor.get(f"/incubator/ledger?sort={sort}")
        content = (await visitor.client.get(f"/incubator/ledger.xlsx?sort={sort}")).content
        heads, *rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
        taken = [str(row[heads.index("载体")]).replace(" ", "")[:6] for row in rows]
        assert (sort, [name[:6] for name in shown(page)]) == (sort, taken)
        everywhere[sort] = [row[heads.index("金额（元）")] for row in rows]
    assert everywhere[""] == everywhere["-nothing"] == everywhere["-position"] == everywhere["position"][::-1]
    assert everywhere["-amount"][:4] == [300_000, 300_000, 300_000, 100_000]
    assert everywhere["amount"][-3:] == [300_000, 300_000, 300_000]
    page = await visitor.get("/incubator/ledger?sort=amount&outcome=awarded")
    assert page.html.count('aria-sort="ascending"') == 1
    assert "/incubator/ledger?sort=-amount&outcome=awarded" in page.links
    assert 'name="sort" value="amount"' in page.html


async def test_what_cannot_be_read_is_told_beside_its_field_and_asks_for_nothing(city: City) -> None:
    page = await Visitor(city).get("/incubator/ledger?least=abc&from=2018-02-30&outcome=lost&year=soon")
    assert "请写成以元计、最多两位小数的金额" in page.text
    assert "请写成 2018-12-20 这样的日期" in page.text
    assert "没有这个选项" in page.text
    assert 'value="abc" aria-invalid="true" aria-describedby="wrong-least"' in page.html
    assert len(shown(page)) == 5


async def test_a_long_list_has_pages_that_keep_the_filter(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.ledger.ledger_pages.PER_PAGE", 2)
    page = await Visitor(city).get("/incubator/ledger?year=2018")
    assert "共 5 条，第 1 / 3 页" in page.text
    assert "/incubator/ledger?year=2018&page=2" in page.links
    assert shown(await Visitor(city).get("/incubator/ledger?year=2018&page=3")) == ["样例孵化器1"]
    assert shown(await Visitor(city).get("/incubator/ledger?year=2018&page=99")) == ["样例孵化器1"]


async def test_the_table_to_take_away_holds_every_entry_asked_for(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_list, "AT_ONCE", 2)
    await city.stranger()
    visitor = Visitor(city)
    answer = await visitor.client.get("/incubator/ledger.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="ledger-20190102.csv"'
    assert answer.content.startswith("\ufeff序号,".encode())
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["载体"] for row in rows] == [
        "样例孵化器 1", "样例众创空间 1", "样例众创空间 2", "样例众创空间 3", "样例众创空间 4", "'=外来载体 <9>",
    ]  # fmt: skip
    assert [row["金额（元）"] for row in rows] == ["100000.00", "300000.00", "300000.00", "0.00", "", "300000.00"]
    assert rows[3]["原因"] == "等次为不合格，须为优秀"
    assert rows[0]["登记时间"] == "2019-01-02 09:00:00"
    filtered = await visitor.client.get("/incubator/ledger.csv?outcome=declined")
    assert filtered.text.count("\r\n") == 2
    page = await visitor.get("/incubator/ledger?outcome=declined")
    assert "/incubator/ledger.csv?outcome=declined" in page.links


async def test_an_amount_shows_every_step_and_its_fingerprint_is_checked(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    page = await Visitor(city).get(f"/incubator/subsidies/{id_}")
    assert "300,000.00 元 补助" in page.text
    assert "900,000.00 元 × 70% = 630,000.00 元" in page.text
    assert "减去 330,000.00 元" in page.text
    assert "应补助 300,000.00 元（30 万元）" in page.text
    assert "第十二条 大政发〔2017〕52号" in page.text
    assert "指纹相符" in page.text
    assert "/incubator/bank-accounts/U1" in page.links
    assert '"step": "cap"' in page.text  # as it was written, too
    assert "《补助核算结果》→ 样例单位 1 已交付" in page.text
    tampered = b'[{"after":"900000.00"}]'
    async with transaction(city.running.engine) as connection:
        row = (await connection.execute(SUBSIDY.select().where(SUBSIDY.c.id == id_))).one()
        tampered = row.explanation.replace(b"330000.00", b"130000.00")
        await connection.execute(update(SUBSIDY).where(SUBSIDY.c.id == id_).values(explanation=tampered))
    page = await Visitor(city).get(f"/incubator/subsidies/{id_}")
    assert "指纹不符" in page.text
    assert "指纹相符" not in page.text


async def test_a_refusal_and_a_block_say_why(city: City) -> None:
    visitor = Visitor(city)
    page = await visitor.get(f"/incubator/subsidies/{await entry_of(city, 'Z3')}")
    assert "不予补助：等次为不合格，须为优秀 0.00 元" in page.text
    page = await visitor.get(f"/incubator/subsidies/{await entry_of(city, 'Z4')}")
    assert "无法核算" in page.text
    assert "缺少的事实从不按零计" in page.text
    assert not any("/bank-accounts/" in link for link in page.links)
    await visitor.get("/incubator/subsidies/none", 404)


async def test_a_payment_shows_who_proposed_approved_and_paid(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    await city.paid(id_)
    page = await Visitor(city).get(f"/incubator/subsidies/{id_}")
    assert "拨付 已拨付" in page.text
    assert "提出 clerk-1 批准 head-1 拨付日期 2019-01-08 资金文件 样例财 3 号" in page.text
    assert len(shown(await Visitor(city).get("/incubator/ledger?payment=paid"))) == 1


async def test_a_reversal_and_what_it_reverses_lead_to_one_another(city: City) -> None:
    id_ = await entry_of(city, "Z1")
    await city.reverse(id_)
    visitor = Visitor(city)
    page = await visitor.get(f"/incubator/subsidies/{id_}")
    assert "已冲销" in page.text
    assert not any("/bank-accounts/" in link for link in page.links)
    (other,) = {link for link in page.links if "/subsidies/" in link and id_ not in link}
    reversal = await visitor.get(other)
    assert "-300,000.00 元 冲销" in reversal.text
    assert "证书被撤销" in reversal.text
    assert f"/incubator/subsidies/{id_}" in reversal.links
    every = await visitor.get("/incubator/ledger?kind=makerspace")
    assert "补助净额（元） 300,000.00 2 笔补助，1 笔冲销" in every.text
    standing = await visitor.get("/incubator/ledger?kind=makerspace&show=standing")
    assert "补助净额（元） 300,000.00 1 笔补助，0 笔冲销" in standing.text


async def test_what_a_decision_changed_stands_beside_what_it_changed(city: City) -> None:
    order = deciding.Decide(about=f"{ROUND}-Z1", rate="0.10", reason="含往年设备款")
    city.at(date(2019, 1, 4))
    await city.do(bookkeeping.decide, order, "head-1")
    await city.settled()
    page = await Visitor(city).get(f"/incubator/subsidies/{await entry_of(city, 'Z1')}")
    assert "90,000.00 元 补助" in page.text
    assert "2019-01-04 head-1决定：比例 0.10。含往年设备款" in page.text
    assert "同一事件的分录和决定" in page.text
    assert "300,000.00" in page.text  # what it was before
    assert "比例 0.10。含往年设备款" in (await Visitor(city).get(f"/incubator/evaluations/{ROUND}-Z1")).text
