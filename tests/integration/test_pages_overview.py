"""The home, what waits, the summary for programs, and the schedules: what they say is what the rows say."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import ledger, overview
from services.incubator.store.tables import SUBSIDY
from services.incubator.usecases import rounds
from services.incubator.usecases.due import SCHEDULE
from shared.ledger import outcomes
from tests.integration.little_city import ROUND, City, Visitor, little_city

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as made:
        yield made


async def awards(city: City) -> dict[str, str]:
    """The ids of the awards, by carrier."""
    async with city.running.look() as connection:
        query = ledger.standing().where(SUBSIDY.c.outcome == outcomes.AWARDED)
        return {row["carrier_id"]: row["id"] for row in (await connection.execute(query)).mappings()}


async def test_a_new_site_says_what_to_do_first(city: City) -> None:
    page = await Visitor(city).get("/")
    assert "还没有任何批次和补助" in page.text


async def test_the_home_shows_the_year_its_grades_its_money_and_its_letters(city: City) -> None:
    await city.year()
    for path in ("/", "/incubator", "/incubator/"):
        page = await Visitor(city).get(path)
        assert "2018 年度总览" in page.text
        assert "已填报 3 / 4 家" in page.text
        assert "众创空间 3 0 0 1 4" in page.rows()
        assert "众创空间：优秀 3 家，不合格 1 家" in page.text
        assert "第十二条 2 600,000.00" in page.rows()
        assert "第十四条 1 100,000.00" in page.rows()
        assert "合计 700,000.00 元" in page.text
        assert "15 封 已交付 14 封 发送失败 1 封" in page.text
        assert f"/incubator/rounds/{ROUND}" in page.links


async def test_what_waits_is_named_with_its_date_until_somebody_has_done_it(city: City) -> None:
    await city.registered()
    await city.opened()
    await city.reported()
    home = await Visitor(city).get("/")
    assert "受理或退回填报 2018 年度众创空间 3 份" in home.text
    await city.graded()
    objection = await city.objected()
    home = await Visitor(city).get("/")
    assert "处理异议 样例众创空间 2 2019-01-02 前" in home.text  # five working days, and a holiday
    assert "受理或退回填报" not in home.text
    city.at(date(2019, 1, 3))
    assert "2019-01-02 已过" in (await Visitor(city).get("/")).text
    await city.decided(objection)
    await city.finalised()
    await city.settled()
    home = await Visitor(city).get("/")
    assert "处理异议" not in home.text
    assert "补充事实 缺少计算所需的事实：上年度运营成本" in home.text
    assert "连续两年不合格，提出取消资格 样例众创空间 3" in home.text
    await city.stranger("patent_operator", facts={"patent_trade_prev_year": "50000000.00"})
    assert "决定金额" in (await Visitor(city).get("/")).text


async def test_payments_wait_for_their_next_step_and_the_budget_shows_what_is_taken(city: City) -> None:
    await city.year()
    given = await awards(city)
    await city.paid(given["Z1"], "proposed")
    home = await Visitor(city).get("/")
    assert "批准拨付 1 笔 300,000.00" in home.text
    assert "另有 300,000.00 元已提出、未批准" in home.text
    await city.paid(given["F1"])
    home = await Visitor(city).get("/")
    assert "1,000,000.00 元 已拨付 100,000.00 元 已批准 0.00 元 余额 900,000.00 元" in home.text


async def test_the_summary_counts_what_stands_and_takes_off_what_was_reversed(city: City) -> None:
    await city.year()
    answer = await Visitor(city).client.get("/incubator/api/summary")
    assert answer.json() == {
        "grades": {"makerspace": {"excellent": 3, "unqualified": 1}},
        "ledger": {"12": "600000.00", "14": "100000.00"},
        "declined": 1,
        "blocked": 1,
        "waiting": 0,
    }
    await city.reverse((await awards(city))["Z1"])
    async with city.running.look() as connection:
        assert (await overview.summary(connection))["ledger"] == {"12": "300000.00", "14": "100000.00"}
        assert (await overview.summary(connection, 2018))["ledger"] == {"12": "300000.00", "14": "100000.00"}
        assert (await overview.summary(connection, 2017)) == {
            "grades": {}, "ledger": {}, "declined": 0, "blocked": 0, "waiting": 0,
        }  # fmt: skip
        assert await overview.by_article(connection) == {"12": (1, 30_000_000), "14": (1, 10_000_000)}


async def test_the_home_begins_with_the_newest_year_that_has_grades(city: City) -> None:
    await city.year()
    order = rounds.OpenRound(
        year=2019, kind="makerspace", scheme="makerspace-100", document_no="样例文〔2019〕5号",
        opens_on=date(2019, 2, 1), closes_on=date(2019, 2, 20),
    )  # fmt: skip
    await city.do(rounds.open_round, order)
    page = await Visitor(city).get("/")
    assert "2018 年度总览" in page.text
    assert "2019 年度众创空间 待开放" in page.text  # what is not over is named whatever its year
    assert "2019 年度总览" in (await Visitor(city).get("/?year=2019")).text


async def test_the_schedules_say_what_they_did_and_what_they_will_do(city: City) -> None:
    await city.registered()
    await city.opened()
    page = await Visitor(city).get("/incubator/schedules")
    assert "服务启动之后" in page.text
    assert "2018-12-01 2018 年度众创空间考评截止" in page.text
    assert "2018-11-27 2018 年度众创空间考评提醒没有填报的载体" in page.text
    city.at(date(2018, 11, 28))
    await SCHEDULE.run_due(city.running)
    page = await Visitor(city).get("/incubator/schedules")
    (reminded,) = [row for row in page.rows() if "remind" in row and "remind-experts" not in row]
    assert "2018-11-28 09:00，办了 1 件" in reminded
    assert "2018-11-28 09:00:05" in reminded  # the next run
    assert "没有等待到期的事" in reminded
    city.at(date(2018, 11, 28), 10)
    assert "超过 1 分钟没有运行" in (await Visitor(city).get("/incubator/schedules")).text
