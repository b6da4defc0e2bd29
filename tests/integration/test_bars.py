"""Barring an organisation for dishonesty: its period, what it blocks and holds up, and how it ends."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.ledger import standing
from services.incubator.store.tables import SUBSIDY
from services.incubator.store.title_tables import BAR, BAR_HOLD
from services.incubator.usecases import bookkeeping, registers
from services.incubator.usecases import title_decisions as deciding
from services.incubator.usecases.due import SCHEDULE
from shared.core.errors import DomainError
from shared.ledger.deciding import SupplyFacts
from tests.integration.little_city import City, little_city
from tests.integration.title_city import (
    HEAD,
    OTHER_DISTRICT,
    TODAY,
    barred,
    browsing,
    confirmed,
    ended,
    get,
    ledger,
    rows,
    submitted,
)

PLACE = "/incubator/titles/carriers"
PAPER = {"on": "2018-10-08", "document_no": "文 1 号", "reason": "按规定"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def hnte(city: City, on: date) -> None:
    """The tenant of F1 (of U1) becomes a 高新技术企业: 10 万 for the carrier (art. 14)."""
    order = registers.RecogniseTenant(tenant_id="E1", carrier_id="F1", on=on)
    await city.do(registers.recognise_tenant, order)
    await city.settled()


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
    await SCHEDULE.run_due(city.running)
    await city.settled()
    assert [row["state"] for row in await rows(city, BAR)] == ["expired"]
    assert (await ledger(city))[-1] == ("F1", "blocked", None), "its day lies in the period: it is never paid"


async def test_what_happened_before_a_bar_waits_and_is_settled_when_it_has_ended(city: City) -> None:
    bar = await barred(city)
    await hnte(city, date(2018, 9, 30))
    assert await ledger(city) == [("F1", "blocked", None)]
    assert [(row["bar_id"], row["on_date"]) for row in await rows(city, BAR_HOLD)] == [(bar, date(2018, 9, 30))]
    city.at(date(2020, 10, 7), 23)
    await SCHEDULE.run_due(city.running)
    assert [row["state"] for row in await rows(city, BAR)] == ["in_force"], "its last day is inclusive"
    city.at(date(2020, 10, 8))
    await SCHEDULE.run_due(city.running)
    await SCHEDULE.run_due(city.running)
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
    again = SupplyFacts(cause_event_id=root, facts={}, reason="复核")
    await city.do(bookkeeping.supply_facts, again)
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
