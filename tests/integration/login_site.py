"""A site with accounts of its own, on the clock of its test: who is made there, how he logs in, what his phone shows."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyotp
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from services.onebox.mails import Mailbox, catching
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.db.transaction import transaction
from shared.identity import accounts, sessions
from shared.identity.opening import SCHEMA, Identity
from shared.identity.roles import Role
from shared.identity.who import Grant
from shared.webkit.access import LOGGED_IN, READERS, Known, may
from shared.webkit.app import make_app
from shared.webkit.called import called

START = datetime.now(UTC).replace(microsecond=0)  # a browser drops a cookie that ended long ago
PASSWORD = "a sentence nobody knows"  # noqa: S105 - of the tests
SECRET = "s" * 40


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@asynccontextmanager
async def opened(database: AsyncEngine, clock: Clock, tmp_path: Path) -> AsyncIterator[Identity]:
    await upgrade(database, SCHEMA)
    mailbox = Mailbox(tmp_path / "mails")
    async with catching(mailbox) as smtp_url:
        settings = Settings(data=tmp_path, smtp_url=smtp_url, base_url="https://miaopu.example")
        yield Identity(database, settings, SECRET, clock=clock.now)


def site(identity: Identity) -> FastAPI:
    """A site with one page to read and one form."""
    made = make_app("苗圃", [], now=identity.clock, identity=identity)

    @made.get("/work", dependencies=[READERS])
    async def work(who: Known) -> str:
        return who.account

    @made.get("/by/{account}", dependencies=[LOGGED_IN])
    async def by(account: str) -> str:
        return called(account)

    @made.get("/note", dependencies=[may(Role.CLERK)])
    async def note() -> HTMLResponse:
        return HTMLResponse('<form><label for="n">工作说明 <small>一段话</small></label><textarea id="n" name="note">')

    @made.post("/work", dependencies=[may(Role.CLERK)])
    async def change(request: Request, note: str = Form("")) -> HTMLResponse:
        return HTMLResponse(f"changed: {note} {request.headers.get('x')}")

    return made


def browsing(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1")


async def make(identity: Identity, account: str, *grants: Grant, password: str = PASSWORD) -> None:
    async with transaction(identity.engine) as connection:
        await accounts.make(connection, account, "某人", f"{account}@example.cn", grants, "test", identity.now())
        await accounts.set_password(connection, account, password, identity.now())


async def enter(browser: httpx.AsyncClient, account: str, password: str = PASSWORD, code: str = "") -> httpx.Response:
    return await browser.post("/login", data={"account": account, "password": password, "code": code, "next": "/work"})


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]{64})"', page.text)
    assert found is not None, page.text
    return found[1]


async def phone_of(identity: Identity, account: str) -> str:
    async with transaction(identity.engine) as connection:
        secret = await accounts.begin_second_factor(connection, account, SECRET)
        begun = await sessions.begin(connection, account, "", identity.now(), second_factor=False)
        who = await sessions.who_has(connection, begun.token, identity.now(), strict=True)
        assert who is not None
        code = pyotp.TOTP(secret).at(identity.now() - timedelta(seconds=30))
        await accounts.prove_second_factor(connection, account, code, who.session, SECRET, identity.now())
    return secret
