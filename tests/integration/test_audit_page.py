"""The audit trail in the browser: found by noun, person, id and day, taken away, and proved where it stands."""

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from nats.aio.client import Client
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.incubator.store.tables import AUDIT, CARRIER
from services.talent.service import SERVICE as TALENT
from shared.audit.sealing import Sealer
from shared.core.settings import Settings
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from shared.running.running import Running
from shared.webkit.app import make_app
from tests.asking import no_accounts
from tests.integration.little_city import ROUND, City, little_city
from tests.integration.talent_office import talent_office

pytestmark = pytest.mark.one_database


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        await city.opened()
        await Sealer(city.running.engine, AUDIT, lambda: city.instant).seal()
        yield city


@pytest.fixture
async def browser(city: City) -> AsyncIterator[httpx.AsyncClient]:
    async def asks(request: Request) -> Who:
        role = Role(request.headers.get("x-role", "auditor"))
        return Who(f"{role}-1", "测试", (Grant(role),), session="s", program=True)

    app = make_app("苗圃", [city.running], now=lambda: city.instant, identity=no_accounts(), asks=asks)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as made:
        yield made


async def test_entries_are_found_and_taken_away(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/audit", params={"of": ROUND})).text
    assert "round:" in page
    assert "clerk-1" in page
    assert ">Z1<" not in page
    assert ">Z1<" in (await browser.get("/audit", params={"of": "Z1"})).text
    assert "没有符合条件的记录" in (await browser.get("/audit", params={"until": "2018-10-07"})).text
    assert "没有符合条件的记录" in (await browser.get("/audit", params={"by": "nobody"})).text
    book = load_workbook(io.BytesIO((await browser.get("/audit.xlsx", params={"of": ROUND})).content))
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    assert cells[0][:5] == ("序号", "时间", "操作人", "做了什么", "编号")
    assert {row[4] for row in cells[1:]} == {ROUND}


async def test_the_proof_says_what_holds_and_names_what_was_changed(city: City, browser: httpx.AsyncClient) -> None:
    for role, status in (("clerk", 403), ("finance", 403), ("head", 200), ("auditor", 200)):
        assert (await browser.post("/audit/verify", headers={"x-role": role})).status_code == status
    assert "链条完整" in (await browser.post("/audit/verify")).text
    async with transaction(city.running.engine) as connection:
        await connection.execute(update(CARRIER).where(CARRIER.c.id == "Z1").values(level="national"))
    broken = (await browser.post("/audit/verify")).text
    assert "链条完整" not in broken
    assert "行被改动过" in broken
    assert "Z1" in broken


async def test_an_id_is_found_in_whichever_service_knows_it(city: City, tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'talent.db'}")
    async with talent_office(engine) as office:
        id_ = await office.started("ann")
        talents = Running(TALENT, Settings(data=tmp_path), engine, Client().jetstream(), lambda: office.instant)

        async def asks(_: Request) -> Who:
            return Who("auditor-1", "测试", (Grant(Role.AUDITOR),), session="s", program=True)

        app = make_app("苗圃", [city.running, talents], now=lambda: city.instant, identity=no_accounts(), asks=asks)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
            found = (await browser.get("/audit", params={"of": id_})).text
            assert f">{id_}<" in found
            assert "application:" in found
            assert f">{ROUND}<" in (await browser.get("/audit", params={"of": ROUND})).text
            other = await browser.get("/audit", params={"of": id_, "service": "incubator"})
            assert "没有符合条件的记录" in other.text
    await engine.dispose()
