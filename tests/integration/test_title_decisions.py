"""Decisions about a title: promote, rectify, withdraw or keep; what each pays, stops and says."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import titles, waiting
from services.incubator.store.tables import EVALUATION
from services.incubator.store.title_tables import BAR, RECTIFICATION, TITLE_DECISION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import title_decisions as deciding
from shared.audit.verify import verify
from shared.core.errors import DomainError
from tests.integration.audited import codes, seal
from tests.integration.little_city import City, little_city
from tests.integration.title_city import (
    AUDITOR,
    CLERK,
    DISTRICT,
    HEAD,
    OTHER_DISTRICT,
    TODAY,
    barred,
    browsing,
    carrier,
    confirmed,
    ended,
    failed_twice,
    get,
    ledger,
    rows,
)

PLACE = "/incubator/titles/carriers"
PAPER = {"on": "2018-10-08", "document_no": "文 1 号", "reason": "按规定"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def test_only_the_head_decides_and_a_district_looks_at_its_own_carriers(city: City) -> None:
    for who, seen in ((AUDITOR, 200), (CLERK, 200), (DISTRICT, 200), (OTHER_DISTRICT, 404)):
        async with browsing(city, who) as browser:
            page = await get(browser, f"{PLACE}/Z1", seen)
            assert f'action="{PLACE}' not in page.html
            assert (await browser.post(f"{PLACE}/Z1/withdraw", data=PAPER)).status_code == 403
    async with browsing(city, HEAD) as browser:
        assert f"{PLACE}/Z1" in (await get(browser, "/incubator/carriers/Z1")).links
        assert (await browser.post(f"{PLACE}/Z1/abolish", data=PAPER)).status_code == 404
        assert (await browser.post(f"{PLACE}/nobody/withdraw", data=PAPER)).status_code == 404
    assert (await carrier(city, "Z1"))["state"] == "active"


async def test_a_promotion_shows_what_it_pays_before_it_is_done_and_pays_once(city: City) -> None:
    async with browsing(city, HEAD) as browser:
        lower = await browser.post(f"{PLACE}/Z1/promote", data={**PAPER, "level": "city"})
        assert lower.status_code == 409
        assert "只能申请更高的级别" in lower.text
        missing = await browser.post(f"{PLACE}/Z1/promote", data={"level": "provincial", "document_no": "文 1 号"})
        assert missing.status_code == 422
        assert 'value="文 1 号"' in missing.text
        seen, done = await confirmed(browser, f"{PLACE}/Z1/promote", {**PAPER, "level": "national"})
        assert "200,000.00" in seen.text, "national makerspace, once: 20 万 (art. 12)"
        assert (await get(browser, done.headers["location"])).status == 200
        again = await browser.post(f"{PLACE}/Z1/promote", data={**PAPER, "level": "national"})
        assert again.status_code == 409
    await city.settled()
    assert await ledger(city) == [("Z1", "awarded", 20_000_000)]
    (row,) = await rows(city, TITLE_DECISION)
    assert (row["act"], row["level"], row["detail"], row["by"]) == (
        "promoted", "national", {"level_before": "city"}, "head-1",
    )  # fmt: skip


async def test_a_decision_sent_twice_is_one(city: City) -> None:
    order = deciding.OrderRectification(
        carrier_id="Z1", what="补人员", until=date(2019, 3, 1), on=TODAY, document_no="文 1 号", reason="检查"
    )
    await city.do(deciding.order_rectification, order, "head-1")
    with pytest.raises(DomainError, match="already-decided"):
        await city.do(deciding.order_rectification, order, "head-1")
    assert len(await rows(city, RECTIFICATION)) == len(await city.told("incubator.rectification.ordered.v1")) == 1


async def test_a_rectification_is_ordered_by_a_day_and_concluded(city: City) -> None:
    order = {**PAPER, "what": "补足专业服务人员", "until": "2018-12-31", "basis": "年度检查"}
    async with browsing(city, HEAD) as browser:
        past = await browser.post(f"{PLACE}/Z1/rectify", data={**order, "until": "2018-10-08"})
        assert past.status_code == 422
        assert "补足专业服务人员" in past.text
        await confirmed(browser, f"{PLACE}/Z1/rectify", order)
        event = (await city.told("incubator.rectification.ordered.v1"))[0].event
        assert (event.until, event.basis, event.carrier.org_id) == ("2018-12-31", "年度检查", "U1")
        page = await get(browser, f"{PLACE}/Z1")
        assert "整改中" in page.text
        assert "已过期限" not in page.text
        city.at(date(2019, 1, 2))
        assert "已过期限" in (await get(browser, f"{PLACE}/Z1")).text
        (row,) = await rows(city, RECTIFICATION)
        close = {**PAPER, "on": "2019-01-02", "rectification_id": row["id"], "outcome": "failed"}
        await confirmed(browser, f"{PLACE}/Z1/close", close)
        twice = await browser.post(f"{PLACE}/Z1/close", data=close)
        assert twice.status_code == 409
        assert "整改不合格" in (await get(browser, f"{PLACE}/Z1")).text
    assert (await rows(city, RECTIFICATION))[0]["closed_on"] == date(2019, 1, 2)
    assert (await city.told("incubator.rectification.closed.v1"))[0].event.outcome == "failed"


async def test_two_failures_in_a_row_are_proposed_with_both_grades_and_withdrawn(city: City) -> None:
    city.at(date(2019, 2, 18))
    evaluation = await failed_twice(city)
    rectify = deciding.OrderRectification(
        carrier_id="Z3",
        what="补人员",
        until=date(2019, 6, 1),
        on=date(2019, 2, 18),
        document_no="文 4 号",
        reason="检查",
    )
    await city.do(deciding.order_rectification, rectify, "head-1")
    async with browsing(city, HEAD) as browser:
        page = await get(browser, "/incubator/titles/proposed")
        assert "国科发区〔2018〕300号第十四条" in page.text
        grades = [row for row in page.rows() if "年度" in row]
        assert [("2017" in row, "不合格" in row) for row in grades if "2017" in row] == [(True, True)]
        assert any("2018 年度" in row and "41.00" in row for row in grades)
        order = {**PAPER, "on": "2019-02-18", "evaluation_id": evaluation, "from": "proposed", "form": "withdraw"}
        wrong = await browser.post(f"{PLACE}/Z3/withdraw", data={**order, "reason": ""})
        assert wrong.status_code == 422
        assert "<details open>" in wrong.text
        seen, done = await confirmed(browser, f"{PLACE}/Z3/withdraw", order)
        assert "等人放行" in seen.text or "没有邮箱地址" in seen.text
        assert done.headers["location"] == "/incubator/titles/proposed?done=withdraw"
        after = await get(browser, done.headers["location"])
        assert "没有提出取消资格的载体" in after.text
        assert (await browser.post(f"{PLACE}/Z3/withdraw", data=order)).status_code == 409
    assert (await carrier(city, "Z3"))["state"] == "withdrawn"
    assert [row["state"] for row in await rows(city, RECTIFICATION)] == ["ended"]
    event = (await city.told("incubator.carrier.withdrawn.v1"))[0].event
    assert (event.basis, event.reason) == (deciding.TWO_FAILURES, "按规定")


async def test_a_withdrawal_that_is_declined_is_not_proposed_again(city: City) -> None:
    city.at(date(2019, 2, 18))
    evaluation = await failed_twice(city)
    async with city.running.look() as connection:
        waits = {each.what: each for each in await titles.waiting(connection)}
        assert (waits["proposed"].total, waits["proposed"].oldest) == (1, date(2018, 12, 20))
        assert {each.what: each.total for each in await titles.waiting(connection, ["高新园区"])}["proposed"] == 0
    async with browsing(city, HEAD) as browser:
        order = {**PAPER, "on": "2019-02-18", "evaluation_id": evaluation, "from": "proposed", "form": "keep"}
        await confirmed(browser, f"{PLACE}/Z3/keep", order)
        assert "没有提出取消资格的载体" in (await get(browser, "/incubator/titles/proposed")).text
        assert (await browser.post(f"{PLACE}/Z3/withdraw", data=order)).status_code == 409
    async with city.running.look() as connection:
        assert await waiting.withdrawals(connection, 2018) == []
    event = (await city.told("incubator.withdrawal.declined.v1"))[0].event
    assert (event.year, event.carrier.id) == (2018, "Z3")
    assert (await carrier(city, "Z3"))["state"] == "active"
    assert (await rows(city, TITLE_DECISION))[0]["evaluation_id"] == evaluation


@pytest.mark.parametrize("changed", [{"state": "publicised"}, {"withdrawal_proposed": False}])
async def test_what_is_not_final_or_not_a_second_failure_proposes_nothing(city: City, changed: dict[str, Any]) -> None:
    evaluation = await failed_twice(city)
    async with city.running.unit("test") as unit:
        await unit.connection.execute(EVALUATION.update().values(**changed))
    order = deciding.WithdrawByDecision(
        carrier_id="Z3", evaluation_id=evaluation, on=TODAY, document_no="文 1 号", reason="两次"
    )
    with pytest.raises(DomainError, match="not-proposed"):
        await city.do(deciding.withdraw_by_decision, order, "head-1")


async def test_the_trail_proves_every_decision(city: City, database: Any) -> None:
    bar = await barred(city)
    city.at(date(2018, 12, 3))
    await ended(city, bar, "lifted", date(2018, 12, 3))
    order = deciding.OrderRectification(
        carrier_id="Z1", what="补人员", until=date(2019, 3, 1), on=TODAY, document_no="文 1 号", reason="检查"
    )
    await city.do(deciding.order_rectification, order, "head-1")
    await seal(database)
    assert codes(await verify(database, TRAIL)) == []
    async with city.running.unit("thief") as unit:
        await unit.connection.execute(BAR.update().values(until=date(2018, 10, 9)))
    assert codes(await verify(database, TRAIL)) != []
