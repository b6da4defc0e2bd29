"""The desks' side of an application for a title: returning, recommending, recognising, refusing, and what it pays."""

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import titles
from services.incubator.store.tables import AUDIT, CHANGE, SUBSIDY
from services.incubator.store.title_tables import TITLE_SUBMISSION
from services.incubator.store.trail import TRAIL
from services.incubator.usecases import barring, registers, title_review
from shared.audit.verify import verify
from shared.core.errors import DomainError
from tests.integration.audited import codes, seal
from tests.integration.little_city import City, little_city
from tests.integration.title_city import (
    AUDITOR,
    CLERK,
    DISTRICT,
    HEAD,
    OPERATOR,
    OTHER_DISTRICT,
    PROVINCIAL,
    TODAY,
    browsing,
    carrier,
    confirmed,
    form,
    get,
    recommended,
    row_of,
    started,
    submitted,
)

MINE = "/incubator/mine/titles"


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def test_a_district_sees_its_own_applications_returns_one_and_recommends_it_when_mended(city: City) -> None:
    id_ = await submitted(city)
    page = f"/incubator/titles/{id_}"
    async with browsing(city, OTHER_DISTRICT) as browser:
        await get(browser, page, 404)
        assert (await browser.post(f"{page}/recommend", data={"opinion": "好"})).status_code == 404
        assert "样例众创空间 1" not in (await get(browser, "/incubator/titles")).text
    async with browsing(city, DISTRICT) as browser:
        assert "样例众创空间 1" in (await get(browser, "/incubator/titles?state=submitted")).text
        assert (await browser.post(f"{page}/recognise", data={})).status_code == 403
        empty = await browser.post(f"{page}/return", data={"defect:seats": "与清单不符"})
        assert empty.status_code == 422
        assert "与清单不符" in empty.text, "what was typed is still there"
        seen, _ = await confirmed(browser, f"{page}/return", {"reason": "补工位清单", "defect:seats": "与清单不符"})
        assert "资格申请退回补正" in seen.text
        assert "没有邮箱地址" in seen.text
    told = (await city.told("incubator.application.returned.v1"))[0].event
    assert (told.reasons, told.labels, told.carrier.org_id) == ({"seats": "与清单不符"}, {"seats": "创业工位"}, "U1")
    async with browsing(city, OPERATOR) as browser:
        shown = await get(browser, f"{MINE}/{id_}")
        assert "补工位清单" in shown.text
        assert "退回时指出：与清单不符" in shown.text
        mended = form(PROVINCIAL | {"seats": "78"}, 1, statement="好", do="submit", signed_by="王某", committed="yes")
        assert (await browser.post(f"{MINE}/{id_}", data=mended)).status_code == 303
    async with browsing(city, DISTRICT) as browser:
        again = await get(browser, page)
        assert "第 2 次提交" in again.text
        assert any("78 80" in row for row in again.rows() if row.startswith("创业工位 个")), again.rows()
        assert (await browser.post(f"{page}/recommend", data={"opinion": ""})).status_code == 422
        done = await browser.post(f"{page}/recommend", data={"opinion": "实地核查属实"})
        assert done.status_code == 303
    async with browsing(city, CLERK) as browser:
        assert "实地核查属实" in (await get(browser, page)).text
        assert (await browser.post(f"{page}/refuse", data={})).status_code == 403


async def test_recognising_shows_amount_and_letter_first_and_pays_by_the_event(city: City) -> None:
    id_ = await recommended(city)
    page = f"/incubator/titles/{id_}"
    order = {"level": "provincial", "document_no": "样例文〔2018〕33号", "on": "2018-10-08", "reason": "条件具备"}
    async with browsing(city, HEAD) as browser:
        shown = await get(browser, page)
        assert "共 12 项条件，符合 12 项" in shown.text
        wrong = await browser.post(f"{page}/recognise", data={**order, "on": "2018-10-09"})
        assert wrong.status_code == 422
        assert "还没有到" in wrong.text
        assert 'value="样例文〔2018〕33号"' in wrong.text
        seen, done = await confirmed(browser, f"{page}/recognise", order)
        assert "100,000.00" in seen.text, "provincial makerspace, once: 10 万 (art. 12)"
        assert "《资格认定》" in seen.text
        assert (await carrier(city, "Z1"))["level"] == "provincial"
        twice = await browser.post(f"{page}/recognise", data=order)
        assert twice.status_code == 409
        after = await get(browser, done.headers["location"])
        assert "晋级：省级" in after.text
        link = next(link for link in after.links if link.endswith("/print"))
        paper = await get(browser, link)
        assert "由市级晋升为省级众创空间" in paper.text
        assert "样例文〔2018〕33号" in paper.text
    await city.settled()
    async with city.running.look() as connection:
        awards = (await connection.execute(select(SUBSIDY.c.carrier_id, SUBSIDY.c.amount_fen))).all()
    assert awards == [("Z1", 10_000_000)]
    async with browsing(city, AUDITOR) as browser:
        assert 'action="' not in (await get(browser, page)).html.partition("<main")[2].partition("</main")[0]
        assert (await browser.post(f"{page}/return", data={"reason": "x"})).status_code == 403


async def test_an_organisation_that_has_no_carrier_yet_is_registered_when_it_is_recognised(city: City) -> None:
    order = registers.RegisterOrganisation(id="U9", name="新单位", credit_code="910000000000000099")
    await city.do(registers.register_organisation, order)
    new: dict[str, Any] = {
        "organisation_id": "U9", "carrier_id": None, "kind": "makerspace", "name": "新众创空间", "district": "西岗区",
        "level": "provincial",
    }  # fmt: skip
    id_ = await recommended(city, **new)
    async with browsing(city, HEAD) as browser:
        page = await get(browser, f"/incubator/titles/{id_}")
        assert "登记簿里还没有这家载体" in page.text
        proposed = re.search(r'name="carrier_id" type="text" value="(\w+)"', page.html)
        assert proposed is not None
        assert proposed[1] == "Z5", "one more than Z4"
        given = {"level": "provincial", "document_no": "文 9 号", "on": "2018-10-08", "reason": "好"}
        taken = await browser.post(f"/incubator/titles/{id_}/recognise", data={**given, "carrier_id": "Z1"})
        assert taken.status_code == 409
        assert "已经有载体使用" in taken.text
        await confirmed(browser, f"/incubator/titles/{id_}/recognise", {**given, "carrier_id": "Z5"})
    found = await carrier(city, "Z5")
    assert (found["organisation_id"], found["level"], found["state"], found["name"], found["district"]) == (
        "U9", "provincial", "active", "新众创空间", "西岗区",
    )  # fmt: skip
    assert (await row_of(city, id_))["carrier_id"] == "Z5"
    event = (await city.told("incubator.carrier.recognised.v1"))[0].event
    assert (event.carrier.id, event.carrier.level, event.document_no) == ("Z5", "provincial", "文 9 号")


async def test_a_refusal_is_a_decision_with_a_letter_and_the_same_may_be_applied_for_again(city: City) -> None:
    id_ = await submitted(city)
    async with browsing(city, HEAD) as browser:
        given = {"document_no": "文 10 号", "on": "2018-10-08", "reason": "场地材料不实"}
        seen, _ = await confirmed(browser, f"/incubator/titles/{id_}/refuse", given)
        assert "资格申请不予认定" in seen.text
    event = (await city.told("incubator.application.refused.v1"))[0].event
    assert (event.document_no, event.level, event.carrier.level) == ("文 10 号", "provincial", "city")
    async with browsing(city, OPERATOR) as browser:
        assert "场地材料不实" in (await get(browser, f"{MINE}/{id_}")).text
    assert await started(city) != id_


async def test_who_is_barred_is_told_until_when_and_cannot_apply_or_be_recognised(city: City) -> None:
    draft, ready = await started(city, level="national"), await recommended(city)
    bar = barring.BarOrganisation(
        carrier_id="Z1", ground="fraud", from_on=TODAY, on=TODAY, document_no="文 11 号", reason="凭证系伪造"
    )
    await city.do(barring.bar_organisation, bar, "head-1")
    async with browsing(city, OPERATOR) as browser:
        for path in (MINE, f"{MINE}/new?carrier=Z1", f"{MINE}/{draft}"):
            page = await get(browser, path)
            assert "2020-10-07 以后可以申请" in page.text, path
        refused = await browser.post(f"{MINE}/new", data={"carrier": "Z1", "level": "national"})
        assert refused.status_code == 409
        sent = await browser.post(
            f"{MINE}/{draft}", data=form(PROVINCIAL, 0, do="submit", signed_by="王某", committed="yes")
        )
        assert sent.status_code == 409
        assert "失信惩戒期 2018-10-08 至 2020-10-07（文 11 号）" in sent.text
    assert (await row_of(city, draft))["state"] == "draft"
    order = title_review.RecogniseApplication(
        application_id=ready, level="provincial", on=TODAY, document_no="文 12 号", reason="好"
    )
    with pytest.raises(DomainError, match="organisation-barred"):
        await city.do(title_review.recognise_application, order, "head-1")
    city.at(date(2020, 10, 8))
    assert await started(city, level="national") == draft, "the day after its last it may go on"


async def test_what_waits_is_counted_for_each_desk_with_the_oldest(city: City) -> None:
    await submitted(city)
    city.at(date(2018, 10, 9))
    new: dict[str, Any] = {"carrier_id": None, "kind": "makerspace", "name": "新", "district": "西岗区"}
    await recommended(city, **new)
    async with city.running.look() as connection:
        every = {each.what: each[1:] for each in await titles.waiting(connection)}
        west = {each.what: each[1:] for each in await titles.waiting(connection, ["西岗区"])}
    assert every["submitted"] == (1, TODAY)
    assert every["recommended"] == (1, date(2018, 10, 9))
    assert every["proposed"] == every["rectifications"] == (0, None)
    assert west["submitted"] == (0, None)
    assert west["recommended"] == (1, date(2018, 10, 9))


async def test_the_trail_proves_what_was_handed_in_and_decided_and_holds_no_draft(city: City, database: Any) -> None:
    await started(city, level="national")
    async with city.running.look() as connection:
        assert (await connection.execute(select(CHANGE).where(CHANGE.c.noun == "application"))).first() is None
    id_ = await recommended(city)
    order = title_review.RecogniseApplication(
        application_id=id_, level="provincial", on=TODAY, document_no="文 12 号", reason="好"
    )
    await city.do(title_review.recognise_application, order, "head-1")
    await seal(database)
    assert codes(await verify(database, TRAIL)) == []
    async with city.running.unit("thief") as unit:
        await unit.connection.execute(TITLE_SUBMISSION.update().values(statement="别的话"))
    assert codes(await verify(database, TRAIL)) != []
    assert AUDIT is TRAIL.tables
