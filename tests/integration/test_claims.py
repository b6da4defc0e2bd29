"""The office's list of what operators reported: oldest first, by district, read by auditors, decided by clerks alone."""

import io
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.store import claims
from services.incubator.store.trail import TRAIL
from shared.audit.verify import verify
from shared.identity.roles import Role
from tests.integration.audited import codes, seal
from tests.integration.little_city import City, Page, little_city
from tests.integration.register_hands import CLAIMS, change, decided, tenant, waiting
from tests.integration.somebody import somebody

pytestmark = pytest.mark.one_database

Z1 = "/incubator/mine/carriers/Z1"
CERTIFICATE = {"certificate_no": "GR201821000123", "issued_on": "2018-09-20", "which": "first"}


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    """On the 8th somebody of 中山区 reports, on the 9th and 10th somebody of 高新园区."""
    async with little_city(database, tmp_path) as city:
        await city.registered()
        async with somebody(city, Role.OPERATOR, "U4") as fourth:
            await fourth.post("/incubator/mine/carriers/Z4/changes", data=change("area", "900", "2018-01-01"))
        async with somebody(city, Role.OPERATOR, "U1") as first:
            city.at(date(2018, 10, 9))
            await first.post(f"{Z1}/tenants", data=tenant(1))
            (id_,) = [each for each in Page(await first.get(f"{Z1}/tenants")).links if "/tenants/" in each]
            assert (await first.post(f"{id_}/claims", data=CERTIFICATE)).status_code == 303
            city.at(date(2018, 10, 10))
            await first.post(f"{Z1}/changes", data=change("name", "=新名"))
        yield city


def order(page: Page) -> list[str]:
    return [
        next(word for word in ("样例众创空间 4", "样例企业 1", "=新名") if word in row)
        for row in page.rows()
        if row.startswith("2018-")
    ]


async def test_what_waits_is_counted_with_its_oldest(city: City) -> None:
    async with city.running.look() as connection:
        found = await claims.waiting(connection)
    assert {kind: each.number for kind, each in found.items()} == {"hnte": 1, "change": 2}
    oldest = found["change"].oldest_at
    assert oldest is not None
    assert oldest.date() == date(2018, 10, 8)


async def test_the_list_has_the_oldest_first_and_what_is_decided_last(city: City) -> None:
    async with somebody(city, Role.CLERK) as clerk:
        assert order(Page(await clerk.get(CLAIMS))) == ["样例众创空间 4", "样例企业 1", "=新名"]
        await decided(clerk, await waiting(clerk, "change"), outcome="confirmed")
        assert order(Page(await clerk.get(CLAIMS))) == ["样例企业 1", "=新名", "样例众创空间 4"]
        assert order(Page(await clerk.get(CLAIMS, params={"late": "late"}))) == ["样例众创空间 4"]
        assert order(Page(await clerk.get(CLAIMS, params={"text": "GR2018"}))) == ["样例企业 1"]
        sheet = load_workbook(io.BytesIO((await clerk.get(f"{CLAIMS}.xlsx")).content)).worksheets[0]
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert "=新名" in [cell.value for cell in cells if cell.data_type == "s"]
    assert all(cell.data_type != "f" for cell in cells)


async def test_a_district_sees_its_own_carriers_items_and_decides_none(city: City) -> None:
    async with somebody(city, Role.CLERK) as clerk:
        links = {link for link in Page(await clerk.get(CLAIMS)).links if "/claims/" in link}
    async with somebody(city, Role.DISTRICT, "中山区") as district:
        page = Page(await district.get(CLAIMS))
        assert order(page) == ["样例众创空间 4"]
        own = {link for link in page.links if "/claims/" in link}
        assert len(own) == 1
        for link in links:
            assert (await district.get(link)).status_code == (200 if link in own else 404)
            assert (await district.post(link, data={"outcome": "confirmed"})).status_code == 403


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.FINANCE])
async def test_who_only_reads_decides_nothing(city: City, role: Role) -> None:
    async with somebody(city, role) as reader:
        links = [link for link in Page(await reader.get(CLAIMS)).links if "/claims/" in link]
        assert len(links) == 3
        for link in links:
            page = await reader.get(link)
            assert page.status_code == 200
            assert 'name="outcome"' not in page.text
            assert (await reader.post(link, data={"outcome": "refused", "reason": "x"})).status_code == 403
    async with somebody(city, Role.OPERATOR, "U1") as operator:
        assert (await operator.get(CLAIMS)).status_code == 403


async def test_neither_word_nor_a_stranger_to_the_list_is_told_on_the_page(city: City) -> None:
    async with somebody(city, Role.CLERK) as clerk:
        for kind in ("change", "hnte"):
            answer = await clerk.post(await waiting(clerk, kind), data={"outcome": "maybe"})
            assert answer.status_code == 422
            assert "请选择确认或不予核定" in answer.text
        for address in (f"{CLAIMS}/changes/none", f"{CLAIMS}/hnte/none"):
            assert (await clerk.get(address)).status_code == 404


async def test_what_was_decided_is_proved_by_the_audit_trail(city: City) -> None:
    async with somebody(city, Role.CLERK) as clerk:
        await decided(clerk, await waiting(clerk, "change"), outcome="confirmed")
        await decided(
            clerk, await waiting(clerk, "hnte"), outcome="confirmed", checked=["certificate", "date", "tenancy"]
        )
    engine = city.running.engine
    await seal(engine)
    assert (await verify(engine, TRAIL)).faults == []
    async with engine.begin() as connection:
        await connection.execute(text("update reported_change set new = '1' where what = 'area'"))
    assert codes(await verify(engine, TRAIL)) == ["row-changed"]
