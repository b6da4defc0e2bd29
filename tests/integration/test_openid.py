"""Logging in at a provider of the office's own: a real one, as a process on loopback."""

import html
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.core.clock import system_now
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.db.transaction import reading, transaction
from shared.identity import accounts
from shared.identity.opening import SCHEMA, Identity
from shared.identity.roles import Role
from shared.identity.tables import ACCOUNT
from shared.identity.who import Grant
from shared.webkit.access import READERS, Known
from shared.webkit.app import make_app
from tests.integration.boxes import until
from tests.servers import free_port

HERE = "http://127.0.0.1:1"


@pytest.fixture
def issuer() -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return httpx.get(f"{address}/.well-known/openid-configuration").status_code == 200
        except httpx.HTTPError:
            return False

    until(answers, "the provider")
    yield address
    process.terminate()
    process.wait(60)


@pytest.fixture
async def identity(database: AsyncEngine, issuer: str, tmp_path: Path) -> Identity:
    await upgrade(database, SCHEMA)
    settings = Settings(
        data=tmp_path,
        base_url=HERE,
        openid_url=issuer,
        openid_client="miaopu",
        openid_secret="x",  # noqa: S106 - of a provider that lives for a test
        openid_name="政务通",
    )
    async with transaction(database) as connection:
        grants = [Grant(Role.CLERK)]
        await accounts.make(connection, "clerk", "张经办", "clerk@example.cn", grants, "test", system_now())
    return Identity(database, settings, "s" * 40)


@pytest.fixture
async def browser(identity: Identity) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app("苗圃", [], now=system_now, identity=identity)

    @app.get("/work", dependencies=[READERS])
    async def work(who: Known) -> str:
        return who.account

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as made:
        yield made


async def come_back(browser: httpx.AsyncClient, issuer: str, sub: str, *, verified: bool) -> httpx.Response:
    """Leaves for the provider, says there who one is, and comes back with what it gives."""
    claims = {"email": "Clerk@example.cn", "email_verified": verified}
    async with httpx.AsyncClient() as elsewhere:
        (await elsewhere.put(f"{issuer}/users/{sub}", json=claims)).raise_for_status()
    away = await browser.get("/openid?next=/work")
    assert away.status_code == 302
    assert away.headers["location"].startswith(f"{issuer}/")
    assert "code_challenge=" in away.headers["location"]
    async with httpx.AsyncClient() as elsewhere:
        allowed = await elsewhere.post(away.headers["location"], data={"sub": sub})
    back = await browser.get(allowed.headers["location"].removeprefix(HERE))
    fields = {
        name: html.unescape(value) for name, value in re.findall(r'name="(code|state)" value="([^"]+)"', back.text)
    }
    return await browser.post("/openid/enter", data=fields)


async def test_whom_the_provider_vouches_for_enters_the_account_with_his_verified_address(
    identity: Identity, issuer: str, browser: httpx.AsyncClient
) -> None:
    assert "政务通" in (await browser.get("/login")).text
    entered = await come_back(browser, issuer, "u-7", verified=True)
    assert (entered.status_code, entered.headers["location"]) == (303, "/work")
    assert (await browser.get("/work")).json() == "clerk"
    async with reading(identity.engine) as connection:
        assert (await connection.execute(select(ACCOUNT.c.subject))).scalar_one() == f"{issuer}|u-7"
    another = await come_back(browser, issuer, "u-8", verified=True)  # the account has its owner now
    assert another.status_code == 403
    assert "没有对应的账号" in another.text


async def test_an_address_the_provider_has_not_verified_opens_nothing(issuer: str, browser: httpx.AsyncClient) -> None:
    refused = await come_back(browser, issuer, "u-7", verified=False)
    assert refused.status_code == 403
    assert "经过核实的邮箱" in refused.text
    assert (await browser.get("/work")).status_code == 303


async def test_a_code_that_was_not_asked_for_here_opens_nothing(issuer: str, browser: httpx.AsyncClient) -> None:
    forged = await browser.post("/openid/enter", data={"code": "stolen", "state": "guessed"})
    assert forged.status_code == 401
    assert "统一登录没有通过" in forged.text
    refused = await browser.get("/openid/back?error=access_denied&error_description=<b>no</b>")
    assert refused.status_code == 401
    assert "&lt;b&gt;no&lt;/b&gt;" in refused.text
