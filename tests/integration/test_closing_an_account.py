"""Whoever made his own account ends it himself, once nothing else is known of him."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.talent.usecases import erasing
from services.talent.usecases.people import RegisterApplicant, register_applicant
from shared.db.transaction import reading, transaction
from shared.identity import accounts
from shared.identity.roles import Role
from shared.identity.tables import ACCOUNT, GRANT, LINK, SESSION
from shared.identity.who import Grant
from tests.integration.applicant_site import Site, applicant_site
from tests.integration.login_site import enter

pytestmark = [pytest.mark.one_database, pytest.mark.tables_of("talent")]
PAGE = "/talent/mine/data"
SURE = {"close": "yes"}


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Site]:
    async with applicant_site(database, tmp_path) as made:
        await made.applicant("ann", "p1")
        yield made


@pytest.fixture
async def ann(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser("ann") as made:
        yield made


async def known(site: Site) -> None:
    """She has done something, and so the office knows her."""
    async with site.office.unit("ann") as unit:
        order = RegisterApplicant(id="p1", account="ann", name="安", email="ann@example.cn")
        await register_applicant(unit, order)


async def everything(site: Site) -> str:
    async with reading(site.identity.engine) as connection:
        rows = [(await connection.execute(select(table))).mappings().all() for table in (ACCOUNT, GRANT, SESSION, LINK)]
    return str(rows)


async def test_it_is_ended_once_its_owner_is_erased_and_nothing_of_him_is_left_but_the_login_s_name(
    site: Site, ann: httpx.AsyncClient
) -> None:
    await known(site)
    assert "资料清除以后，可以在这里注销账号" in (await ann.get(PAGE)).text
    refused = await ann.post(f"{PAGE}/close", data=SURE)
    assert (refused.status_code, "请先申请清除" in refused.text) == (409, True)
    async with site.office.unit("head") as unit:
        request = await erasing.ask_erasure(unit, erasing.AskErasure(applicant_id="p1"))
        await erasing.erase_applicant(unit, erasing.EraseApplicant(request_id=request, reason="本人申请"))
    unsure = await ann.post(f"{PAGE}/close")
    assert (unsure.status_code, 'id="wrong-close"' in unsure.text) == (422, True)
    assert (await ann.post(f"{PAGE}/close", data=SURE)).headers["location"] == "/login?closed=1"
    assert "账号已经注销" in (await ann.get("/login?closed=1")).text
    assert (await ann.get(PAGE)).status_code in {303, 401}
    async with site.browser() as stranger:
        assert (await enter(stranger, "ann")).status_code != 303
    left = await everything(site)
    assert "ann@example.cn" not in left
    assert "'id': 'ann'" in left
    async with reading(site.identity.engine) as connection:
        row = await accounts.found(connection, "ann")
        assert await accounts.grants_of(connection, "ann") == ()
    assert (row["name"], row["email"], row["password"], row["disabled_at"] is None) == ("", "", None, False)


async def test_who_never_did_anything_may_end_it_at_once(site: Site, ann: httpx.AsyncClient) -> None:
    assert (await ann.post(f"{PAGE}/close", data=SURE)).status_code == 303
    assert "ann@example.cn" not in await everything(site)


async def test_an_account_that_is_somebody_else_too_is_the_administrator_s_to_end(
    site: Site, ann: httpx.AsyncClient
) -> None:
    async with transaction(site.identity.engine) as connection:
        await accounts.grant(connection, "ann", Grant(Role.UNIT, "T-01"), "administrator", site.identity.now())
    refused = await ann.post(f"{PAGE}/close", data=SURE)
    assert (refused.status_code, "请系统管理员先收回" in refused.text) == (409, True)
    assert "ann@example.cn" in await everything(site)
