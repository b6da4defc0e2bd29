"""The search of the site: whatever a reader of everything has at hand leads to its page; others have no such box."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.little_city import ROUND, City, little_city
from tests.one_app import make_app

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await city.reported()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async def asks(request: Request) -> Who:
        role = Role(request.headers.get("x-role", "auditor"))
        return Who(
            f"{role}-1", "测试", (Grant(role, "U1" if role is Role.OPERATOR else ""),), session="s", program=True
        )

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=no_accounts(), asks=asks)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as made:
        yield made


async def test_everything_is_found_by_what_people_have_at_hand(browser: httpx.AsyncClient) -> None:
    for text, href in (
        ("众创空间 2", "/incubator/carriers/Z2"),
        ("样例单位 3", "/incubator/organisations/U3"),
        ("91000000MA00000004", "/incubator/organisations/U4"),
        ("样例企业", "/incubator/carriers/F1"),
        ("〔2018〕31", f"/incubator/rounds/{ROUND}"),
        (f"{ROUND}-Z4", f"/incubator/reports/{ROUND}-Z4"),
    ):
        page = (await browser.get("/search", params={"text": text})).text
        assert f'<a href="{href}">' in page, text
    for text in ("%", "没有这个<b>"):
        nothing = (await browser.get("/search", params={"text": text})).text
        assert "没有找到" in nothing
        assert "可以找：载体" in nothing
        assert "<b>" not in nothing
    assert "请写要找什么" in (await browser.get("/search")).text


async def test_only_readers_of_everything_have_the_box(browser: httpx.AsyncClient) -> None:
    assert 'action="/search"' in (await browser.get("/incubator/rounds")).text
    operator = {"x-role": "operator"}
    assert (await browser.get("/search?text=Z1", headers=operator)).status_code == 403
    assert 'action="/search"' not in (await browser.get("/incubator/mine", headers=operator)).text
