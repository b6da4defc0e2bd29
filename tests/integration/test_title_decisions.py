"""Decisions about a title: promote, rectify, withdraw or keep, bar and end the bar; what each pays, stops and says."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.schedule import run_due
from services.incubator.store import titles, waiting
from services.incubator.store.ledger import standing
from services.incubator.store.tables import EVALUATION, SUBSIDY
from services.incubator.store.title_tables import BAR, BAR_HOLD, RECTIFICATION, TITLE_DECISION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import barring, decisions, registers
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
    browsing,
    carrier,
    confirmed,
    failed_twice,
    get,
    submitted,
)

PLACE = "/incubator/titles/carriers"
PAPER = {"on": "2018-10-08", "document_no": "文 1 号", "reason": "按规定"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def rows(city: City, table: Any) -> list[Any]:
    async with city.running.look() as connection:
        return list((await connection.execute(select(table))).mappings())


async def ledger(city: City) -> list[tuple[str, str, int | None]]:
    async with city.running.look() as connection:
        query = select(SUBSIDY.c.carrier_id, SUBSIDY.c.outcome, SUBSIDY.c.amount_fen).order_by(SUBSIDY.c.position)
        return [tuple(row) for row in await connection.execute(query)]


async def hnte(city: City, on: date) -> None:
    """The tenant of F1 (of U1) becomes a 高新技术企业: 10 万 for the carrier (art. 14)."""
    order = registers.RecogniseTenant(tenant_id="E1", carrier_id="F1", on=on)
    await city.do(registers.recognise_tenant, order)
    await city.settled()


async def barred(city: City, **changed: Any) -> str:
    order: dict[str, Any] = {
        "carrier_id": "Z1", "ground": "fraud", "from_on": TODAY, "on": TODAY, "document_no": "文 2 号",
        "reason": "到账凭证系伪造",
    }  # fmt: skip
    id_: str = await city.do(barring.bar_organisation, barring.BarOrganisation(**(order | changed)), "head-1")
    return id_


async def ended(city: City, bar: str, outcome: str, on: date) -> None:
    order = barring.EndBar.model_validate(
        {"bar_id": bar, "outcome": outcome, "on": on, "document_no": "文 3 号", "reason": "已经修复"}
    )
    await city.do(barring.end_bar, order, "head-1")
    await city.settled()


# ---------- who decides, and how ----------


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


# ---------- rectification ----------


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


# ---------- withdrawal ----------


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


# ---------- bars ----------


async def test_the_period_follows_from_the_ground_and_none_overlap(city: City) -> None:
    bar = await barred(city)
    (row,) = await rows(city, BAR)
    assert (row["organisation_id"], row["from_on"], row["until"]) == ("U1", TODAY, date(2020, 10, 7))
    for changed in ({"document_no": "文 9 号"}, {"document_no": "文 9 号", "carrier_id": "F1"}):
        with pytest.raises(DomainError, match="already-barred"):
            await barred(city, **changed)
    with pytest.raises(DomainError, match="没有规定期限"):
        await barred(city, carrier_id="Z2", ground="other")
    with pytest.raises(DomainError, match="unknown-ground"):
        await barred(city, carrier_id="Z2", ground="mood")
    with pytest.raises(DomainError, match="早于起始日期"):
        await barred(city, carrier_id="Z2", until=date(2018, 10, 7))
    event = (await city.told("incubator.organisation.barred.v1"))[0].event
    assert (event.bar_id, event.until, event.ground) == (bar, "2020-10-07", "在申报、填报或考评中提供虚假材料或数据")


async def test_what_happens_while_a_bar_holds_is_blocked_by_name_for_the_whole_organisation(city: City) -> None:
    await barred(city)
    await hnte(city, date(2018, 11, 30))
    assert await ledger(city) == [("F1", "blocked", None)], "F1 is of U1, too"
    told = (await city.told("incubator.subsidy.blocked.v1"))[0].event
    assert told.code == "organisation-barred"
    assert "失信惩戒期 2018-10-08 至 2020-10-07（文 2 号）" in told.message
    async with browsing(city, HEAD) as browser:
        assert "发生在惩戒期内，不予核算" in (await get(browser, "/incubator/carriers/F1")).text
    city.at(date(2020, 10, 8))
    await run_due(city.running)
    await city.settled()
    assert [row["state"] for row in await rows(city, BAR)] == ["expired"]
    assert (await ledger(city))[-1] == ("F1", "blocked", None), "its day lies in the period: it is never paid"


async def test_what_happened_before_a_bar_waits_and_is_settled_when_it_has_ended(city: City) -> None:
    bar = await barred(city)
    await hnte(city, date(2018, 9, 30))
    assert await ledger(city) == [("F1", "blocked", None)]
    assert [(row["bar_id"], row["on_date"]) for row in await rows(city, BAR_HOLD)] == [(bar, date(2018, 9, 30))]
    city.at(date(2020, 10, 7), 23)
    await run_due(city.running)
    assert [row["state"] for row in await rows(city, BAR)] == ["in_force"], "its last day is inclusive"
    city.at(date(2020, 10, 8))
    await run_due(city.running)
    await run_due(city.running)
    await city.settled()
    assert await ledger(city) == [("F1", "blocked", None), ("F1", "awarded", 10_000_000)]
    (told,) = await city.told("incubator.organisation.readmitted.v1")
    assert (told.event.outcome, told.event.date) == ("expired", "2020-10-08")


async def test_a_bar_lifted_early_settles_what_it_held_up_and_not_what_happened_in_it(city: City) -> None:
    bar = await barred(city)
    await hnte(city, date(2018, 9, 30))
    promoted = registers.RecogniseCarrier(
        carrier_id="Z1", level="provincial", on=date(2018, 10, 20), document_no="省文 1 号"
    )
    await city.do(registers.recognise_carrier, promoted)  # a recognition of the province, while the bar holds
    await city.settled()
    assert [row[1] for row in await ledger(city)] == ["blocked", "blocked"]
    city.at(date(2019, 3, 1))
    await ended(city, bar, "lifted", date(2019, 3, 1))
    assert await ledger(city) == [
        ("F1", "blocked", None), ("Z1", "blocked", None), ("F1", "awarded", 10_000_000),
    ]  # fmt: skip
    order = deciding.PromoteCarrier(
        carrier_id="Z1", level="national", on=date(2019, 3, 1), document_no="文 5 号", reason="好"
    )
    await city.do(deciding.promote_carrier, order, "head-1")
    await city.settled()
    assert (await ledger(city))[-1] == ("Z1", "awarded", 20_000_000), "from the day it was lifted on"


async def test_a_bar_that_is_annulled_was_never_there(city: City) -> None:
    bar = await barred(city)
    await hnte(city, date(2018, 11, 30))
    async with browsing(city, HEAD) as browser:
        city.at(date(2018, 12, 3))
        order = {**PAPER, "on": "2018-12-03", "bar_id": bar, "outcome": "annulled"}
        seen, _ = await confirmed(browser, f"{PLACE}/Z1/end-bar", order)
        assert "100,000.00" in seen.text
        assert "《惩戒终止》" in seen.text
        assert (await browser.post(f"{PLACE}/Z1/end-bar", data=order)).status_code == 409
    await city.settled()
    assert await ledger(city) == [("F1", "blocked", None), ("F1", "awarded", 10_000_000)]
    await barred(city, document_no="文 8 号")
    assert [row["state"] for row in await rows(city, BAR)] == ["annulled", "in_force"]


async def test_what_was_awarded_before_a_bar_stands_and_is_not_taken_back_by_computing_again(city: City) -> None:
    await hnte(city, date(2018, 9, 30))
    await barred(city)
    async with city.running.look() as connection:
        query = select(SUBSIDY.c.root).where(SUBSIDY.c.outcome == "awarded")
        (root,) = (await connection.execute(query)).scalars()
    again = decisions.SupplyFacts(cause_event_id=root, facts={}, reason="复核")
    await city.do(decisions.supply_facts, again)
    await city.settled()
    assert [(outcome, fen) for _, outcome, fen in await ledger(city)] == [("awarded", 10_000_000), ("blocked", None)]
    async with city.running.look() as connection:
        outcomes = (await connection.execute(standing().with_only_columns(SUBSIDY.c.outcome))).scalars().all()
    assert "awarded" in outcomes


async def test_an_applicant_nobody_registered_can_be_barred_over_its_application(city: City) -> None:
    new: dict[str, Any] = {"carrier_id": None, "kind": "makerspace", "name": "新空间", "district": "西岗区"}
    id_ = await submitted(city, **new)
    async with browsing(city, HEAD) as browser:
        order = {**PAPER, "ground": "fraud", "from_on": "2018-10-08"}
        await confirmed(browser, f"/incubator/titles/{id_}/bar", order)
        page = await get(browser, f"/incubator/titles/{id_}")
        assert "运营单位在失信惩戒期 2018-10-08 至 2020-10-07（文 1 号）内" in page.text
        link = next(link for link in page.links if link.endswith("/print"))
        paper = await get(browser, link)
        assert "自 2018-10-08 起至 2020-10-07 止" in paper.text
    async with browsing(city, OTHER_DISTRICT) as browser:
        await get(browser, link, 404)
    event = (await city.told("incubator.organisation.barred.v1"))[0].event
    assert (event.carrier.id, event.carrier.org_id, event.carrier.level) == (id_, "U1", None)
    city.at(date(2018, 11, 1))
    await ended(city, event.bar_id, "lifted", date(2018, 11, 1))
    assert (await city.told("incubator.organisation.readmitted.v1"))[0].event.carrier.name == "新空间"


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
