"""Rounds set up from last year's copy: every value beside last year's, all errors at once, letters seen before."""

import json
import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store.tables import CHANGE, ROUND, SPINE
from services.incubator.usecases import registers
from services.incubator.usecases.due import SCHEDULE
from shared.identity.roles import Role
from tests.integration.little_city import City, little_city
from tests.integration.office_browser import office_browser

pytestmark = pytest.mark.one_database

NEW = "/incubator/rounds/new"
KIND = "makerspace"
GIVEN = {
    "scheme": "makerspace-100",
    "document_no": "样例文〔2019〕29号",
    "opens_on": "2019-11-01",
    "closes_on": "2019-12-02",
    "district_until": "2019-12-06",
    "experts_until": "2019-12-13",
    "publicity_days": "7",
    "publicity_in": "working",
    "decide_within": "5",
    "corrections": "2",
}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """It has the round of 2018; U1 has a mail address, the others have none."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        known = registers.RegisterOrganisation(
            id="U1", name="样例单位 1", credit_code="91000000MA00000001", contact_email="a@example.cn"
        )
        await city.do(registers.register_organisation, known)
        city.at(date(2019, 10, 8))
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async with office_browser(city, Role.CLERK) as browser:
        yield browser


def form(do: str = "save", kind: str = KIND, **changed: str) -> dict[str, str]:
    typed = {f"{kind}:{name}": value for name, value in (GIVEN | changed).items()}
    return {**typed, "kind": kind, "year": "2019", "do": do}


async def rounds(city: City) -> dict[str, Row[Any]]:
    async with city.running.look() as connection:
        return {row.id: row for row in await connection.execute(select(ROUND))}


async def events(city: City) -> int:
    async with city.running.look() as connection:
        return len((await connection.execute(select(SPINE.outbox.c.event_id))).all())


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{KIND}:{name}"[^>]* value="([^"]*)"', page)
    assert found is not None, name
    return unescape(found[1])


async def test_last_years_round_is_copied_a_year_later_past_days_off_and_shown_beside_it(
    browser: httpx.AsyncClient,
) -> None:
    page = (await browser.get(NEW)).text
    assert "设立 2019 年度考评" in page
    assert field(page, "opens_on") == "2019-11-01"
    assert field(page, "closes_on") == "2019-12-02"  # 30 November 2019 is a Saturday
    assert field(page, "document_no") == "样例文〔2019〕号"
    assert field(page, "corrections") == "3"
    for shown in ("2018-11-01", "2018-11-30", "样例文〔2018〕31号", "科技企业孵化器年度考评指标（样例）〔样例方案〕"):
        assert shown in page, shown
    assert re.search(rf'name="kind" value="{KIND}" checked', page)
    assert not re.search(r'name="kind" value="incubator" checked', page)  # nobody evaluated it last year


async def test_everything_wrong_is_told_at_its_field_at_once_and_what_was_typed_stays(
    city: City, browser: httpx.AsyncClient
) -> None:
    wrong = form(
        document_no="样例文〔2019〕号", opens_on="2019-10-01", closes_on="去年", publicity_days="七", corrections="99"
    )
    answer = await browser.post(NEW, data=wrong)
    assert answer.status_code == 422
    for name in ("closes_on", "publicity_days", "corrections"):
        assert f'id="{KIND}-{name}-wrong"' in answer.text, name
    assert 'value="七"' in answer.text
    order = form(
        document_no="样例文〔2019〕号",
        opens_on="2019-10-01",
        district_until="2019-11-02",
        scheme="incubator-100-sample",
    )
    answer = await browser.post(NEW, data=order)
    assert answer.status_code == 422
    for name in ("document_no", "opens_on", "district_until", "scheme"):
        assert f'id="{KIND}-{name}-wrong"' in answer.text, name
    assert "区县初审截止 2019-11-02 早于截止填报 2019-12-02" in answer.text
    assert set(await rounds(city)) == {"2018-makerspace"}


async def test_a_look_shows_the_year_and_the_letters_and_saves_nothing(city: City, browser: httpx.AsyncClient) -> None:
    before = await events(city)
    page = (await browser.post(NEW, data=form("look"))).text
    assert "<svg" in page
    assert "众创空间 公示 2019-12-16 至 2019-12-24" in page  # seven working days from the first after the experts
    assert "年度考评开始" in page
    assert "其中 <b>3 家没有邮箱地址" in page
    assert "样例众创空间 2、样例众创空间 3、样例众创空间 4" in page
    assert set(await rounds(city)) == {"2018-makerspace"}
    assert await events(city) == before


async def test_each_letter_is_rendered_by_its_owner_about_the_first_real_carrier(
    browser: httpx.AsyncClient,
) -> None:
    page = (await browser.post(NEW, data=form("look"))).text
    found = re.findall(r'formaction="(/notify/letters/([a-z-]+)/preview)" name="event" value="([^"]*)"', page)
    assert [name for _, name, _ in found] == [
        "round-opened", "report-closing-soon", "report-received", "report-returned", "report-accepted",
        "evaluation-publicised", "evaluation-result",
    ]  # fmt: skip
    for address, _, data in found:
        shown = await browser.post(address, data={"event": unescape(data)})
        assert shown.status_code == 200, shown.text
        assert "样例众创空间 1" in shown.text
        assert "没有发出" in shown.text
        html = await browser.post(f"{address}/letter", data={"event": unescape(data)})
        assert "sandbox" in html.headers["content-security-policy"]
    opened = await browser.post(found[0][0], data={"event": unescape(found[0][2])})
    assert "样例文〔2019〕29号" in opened.text
    wrong = await browser.post(found[0][0], data={"event": json.dumps({"stage": "opened"})})
    assert (wrong.status_code, "重新打开" in wrong.text) == (422, True)


async def test_a_round_is_set_up_once_changed_before_it_opens_and_opens_by_itself(
    city: City, browser: httpx.AsyncClient
) -> None:
    done = await browser.post(NEW, data=form())
    assert (done.status_code, done.headers["location"]) == (303, "/incubator/rounds")
    row = (await rounds(city))["2019-makerspace"]
    assert (row.state, row.experts_until, row.period) == ("planned", date(2019, 12, 13), 2018)
    twice = await browser.post(NEW, data=form())
    assert (twice.status_code, "已经设立" in twice.text) == (422, True)
    assert "改动或撤销" in (await browser.get(f"{NEW}?year=2019")).text
    address = "/incubator/rounds/2019-makerspace/edit"
    assert field((await browser.get(address)).text, "closes_on") == "2019-12-02"
    refused = await browser.post(address, data=form(closes_on="2019-10-31"))
    assert (refused.status_code, 'value="2019-10-31"' in refused.text) == (422, True)
    changed = await browser.post(address, data=form(closes_on="2019-12-04"))
    assert changed.status_code == 303, changed.text
    async with city.running.look() as connection:
        noted = (await connection.execute(select(CHANGE.c.why).where(CHANGE.c.of == "2019-makerspace"))).scalars().all()
    assert noted[-1] == "截止填报 2019-12-02 → 2019-12-04"
    city.at(date(2019, 11, 1))
    await SCHEDULE.run(city.running, SCHEDULE.named("open-rounds"))
    late = await browser.post(address, data=form(closes_on="2019-12-05"))
    assert (late.status_code, "不能改为" in late.text) == (409, True)
    assert (await rounds(city))["2019-makerspace"].closes_on == date(2019, 12, 4)


async def test_a_round_is_given_up_with_a_reason_and_may_be_set_up_anew(city: City, browser: httpx.AsyncClient) -> None:
    await browser.post(NEW, data=form())
    address = "/incubator/rounds/2019-makerspace/cancel"
    assert (await browser.post(address, data={"reason": " "})).status_code == 422
    assert (await browser.post(address, data={"reason": "文件推迟"})).status_code == 303
    assert (await rounds(city))["2019-makerspace"].state == "cancelled"
    assert (await browser.post(address, data={"reason": "再一次"})).status_code == 409
    for page in ("/incubator/rounds", "/incubator/rounds/2019-makerspace"):
        assert "已撤销" in (await browser.get(page)).text, page
    city.at(date(2019, 11, 4))
    await SCHEDULE.run(city.running, SCHEDULE.named("open-rounds"))
    assert (await rounds(city))["2019-makerspace"].state == "cancelled"
    again = await browser.post(NEW, data=form(opens_on="2019-11-05"))
    assert again.status_code == 303, again.text
    assert (await rounds(city))["2019-makerspace"].state == "planned"


async def test_one_that_opens_today_shows_every_letter_first(city: City, browser: httpx.AsyncClient) -> None:
    city.at(date(2019, 11, 1))
    seen = await browser.post(NEW, data=form())
    assert seen.status_code == 200
    assert seen.text.count("《年度考评开始》") == 4
    assert set(await rounds(city)) == {"2018-makerspace"}
    digest = re.search(r'name="confirmed" value="([0-9a-f]+)"', seen.text)
    assert digest is not None
    assert (await browser.post(NEW, data=form() | {"confirmed": digest[1]})).status_code == 303
    assert (await rounds(city))["2019-makerspace"].state == "open"


async def test_a_year_without_a_calendar_says_what_to_do(browser: httpx.AsyncClient) -> None:
    far = {"opens_on": "2060-11-01", "closes_on": "2060-12-01", "district_until": "", "experts_until": ""}
    answer = await browser.post(NEW, data=form(**far))
    assert answer.status_code == 422
    assert "没有 2060 年的工作日历" in answer.text
    assert 'href="/incubator/calendar"' in answer.text


async def test_only_the_office_sets_rounds_up(city: City) -> None:
    for role, looks in ((Role.AUDITOR, 200), (Role.OPERATOR, 403), (Role.DISTRICT, 403)):
        async with office_browser(city, role) as browser:
            page = await browser.get(NEW)
            assert page.status_code == looks
            assert 'value="save"' not in page.text
            assert (await browser.post(NEW, data=form())).status_code == 403
    assert set(await rounds(city)) == {"2018-makerspace"}
