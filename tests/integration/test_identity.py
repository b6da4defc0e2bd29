"""Accounts: who gets in, who does not and how often he may try, what ends a session, what a role lets one see."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.onebox.mails import Mailbox, catching, parsed
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.db.transaction import reading, transaction
from shared.identity import accounts, links, sessions
from shared.identity.attempts import FOR_AN_ACCOUNT, WITHIN
from shared.identity.opening import SCHEMA, Identity, secret_of
from shared.identity.roles import Role
from shared.identity.tables import ACCOUNT, SESSION
from shared.identity.who import Grant
from shared.webkit.access import READERS, Known, check_rules, may
from shared.webkit.app import make_app

START = datetime.now(UTC).replace(microsecond=0)  # a browser drops a cookie that ended long ago
PASSWORD = "a sentence nobody knows"  # noqa: S105 - of the tests
SECRET = "s" * 40


class Clock:
    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def identity(database: AsyncEngine, clock: Clock, tmp_path: Path) -> AsyncIterator[Identity]:
    await upgrade(database, SCHEMA)
    mailbox = Mailbox(tmp_path / "mails")
    async with catching(mailbox) as smtp_url:
        settings = Settings(data=tmp_path, smtp_url=smtp_url, base_url="https://miaopu.example")
        yield Identity(database, settings, SECRET, clock=clock.now)


@pytest.fixture
def app(identity: Identity) -> FastAPI:
    made = make_app("苗圃", [], now=identity.clock, identity=identity)

    @made.get("/work", dependencies=[READERS])
    async def work(who: Known) -> str:
        return who.account

    @made.post("/work", dependencies=[may(Role.CLERK)])
    async def change(request: Request, note: str = Form("")) -> HTMLResponse:
        return HTMLResponse(f"changed: {note} {request.headers.get('x')}")

    return made


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1") as made:
        yield made


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


async def test_nobody_gets_in_without_his_password_and_the_page_he_wanted_is_not_forgotten(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    wanted = await browser.get("/work?x=1")
    assert (wanted.status_code, wanted.headers["location"]) == (303, "/login?next=%2Fwork%3Fx%3D1")
    refused = await enter(browser, "auditor", "another sentence altogether")
    unknown = await enter(browser, "nobody")
    assert refused.status_code == unknown.status_code == 401
    assert "账号、密码或验证码不对" in refused.text
    assert "账号、密码或验证码不对" in unknown.text
    assert "miaopu" not in browser.cookies
    let_in = await enter(browser, "Auditor ")
    assert (let_in.status_code, let_in.headers["location"]) == (303, "/work")
    cookie = let_in.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await browser.get("/work")).json() == "auditor"


async def test_a_page_of_another_site_is_never_where_a_login_leads(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    for address in ("//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"):
        sent = {"account": "auditor", "password": PASSWORD, "next": address}
        assert (await browser.post("/login", data=sent)).headers["location"] == "/"


async def test_after_too_many_failures_even_the_right_password_waits(
    identity: Identity, browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    for _ in range(FOR_AN_ACCOUNT):
        assert (await enter(browser, "auditor", "guess after guess")).status_code == 401
    locked = await enter(browser, "auditor")
    assert locked.status_code == 429
    assert "15 分钟后再试" in locked.text
    clock.at += WITHIN + timedelta(seconds=1)
    assert (await enter(browser, "auditor")).status_code == 303


async def test_what_a_role_does_not_allow_is_refused_and_a_form_without_its_token_too(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    await make(identity, "operator", Grant(Role.OPERATOR, "U-1"))
    await enter(browser, "operator")
    assert (await browser.get("/work")).status_code == 403
    await enter(browser, "auditor")
    assert (await browser.post("/work", data={"note": "x"})).status_code == 403  # reads everything, changes nothing
    token = token_in(await browser.get("/account"))
    assert (await browser.post("/logout", data={"form_token": "0" * 64})).status_code == 403
    assert (await browser.get("/work")).status_code == 200
    assert (await browser.post("/logout", data={"form_token": token})).status_code == 303
    assert (await browser.get("/work")).status_code == 303


async def test_what_was_typed_when_the_session_ended_can_be_sent_after_the_login(
    identity: Identity, browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make(identity, "clerk", Grant(Role.CLERK))
    secret = await phone_of(identity, "clerk")
    await enter(browser, "clerk", code=pyotp.TOTP(secret).at(clock.at))
    token = token_in(await browser.get("/account"))
    clock.at += sessions.LASTS + timedelta(seconds=1)
    late = await browser.post("/work", data={"form_token": token, "note": "写了一个小时的“说明”<b>"})
    assert late.status_code == 401
    assert "没有丢" in late.text
    kept = dict(re.findall(r'name="(kept:[^"]+)" value="([^"]*)"', late.text))
    again = await browser.post(
        "/login",
        data={
            "account": "clerk", "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.at), "next": "/work",
            "kept:note": "写了一个小时的“说明”<b>", "kept:form_token": kept["kept:form_token"],
        },
    )  # fmt: skip
    assert "接着提交" in again.text
    assert "写了一个小时的“说明”&lt;b&gt;" in again.text
    ours = token_in(again)
    assert ours != token
    done = await browser.post("/work", data={"form_token": ours, "note": "写了一个小时的“说明”<b>"})
    assert done.text.startswith("changed: 写了一个小时的")


async def phone_of(identity: Identity, account: str) -> str:
    async with transaction(identity.engine) as connection:
        secret = await accounts.begin_second_factor(connection, account, SECRET)
        begun = await sessions.begin(connection, account, "", identity.now(), second_factor=False)
        who = await sessions.who_has(connection, begun.token, identity.now(), strict=True)
        assert who is not None
        code = pyotp.TOTP(secret).at(identity.now() - timedelta(seconds=30))
        await accounts.prove_second_factor(connection, account, code, who.session, SECRET, identity.now())
    return secret


async def test_the_office_sets_up_a_second_factor_before_anything_else_and_a_code_counts_once(
    identity: Identity, browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make(identity, "clerk", Grant(Role.CLERK))
    await enter(browser, "clerk")
    led = await browser.get("/work")
    assert (led.status_code, led.headers["location"]) == (303, "/account/second-factor?next=%2Fwork")
    assert (await browser.post("/work", data={"note": "x"})).status_code == 401
    token = token_in(await browser.get("/account/second-factor"))
    await browser.post("/account/second-factor", data={"form_token": token})
    page = await browser.get("/account/second-factor?next=/work")
    secret = re.search(r"密钥：<code>([A-Z2-7]+)</code>", page.text)
    assert secret is not None
    totp = pyotp.TOTP(secret[1])
    wrong = await browser.post("/account/second-factor", data={"form_token": token, "code": "000000", "next": "/work"})
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.text
    code = totp.at(clock.at)
    right = await browser.post("/account/second-factor", data={"form_token": token, "code": code, "next": "/work"})
    assert right.headers["location"] == "/work"
    assert (await browser.get("/work")).json() == "clerk"
    browser.cookies.clear()
    asked = await enter(browser, "clerk")
    assert "六位验证码" in asked.text
    assert (await enter(browser, "clerk", code=code)).status_code == 401  # that one is spent
    clock.at += timedelta(seconds=30)
    assert (await enter(browser, "clerk", code=totp.at(clock.at))).status_code == 303
    async with reading(identity.engine) as connection:
        (kept,) = (await connection.execute(select(ACCOUNT.c.second_factor))).scalars()
    assert secret[1].encode() not in bytes(kept)


async def test_a_forgotten_password_is_set_under_a_link_that_works_once_and_ends_every_session(
    identity: Identity, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    await enter(browser, "auditor")
    said = [(await browser.post("/account/forgotten", data={"account": name})).text for name in ("auditor", "nobody")]
    assert said[0] == said[1]
    mailbox = Mailbox(tmp_path / "mails")
    assert mailbox.last == 1
    part = parsed(mailbox.read(1) or b"").get_body(("plain",))
    assert part is not None
    found = re.search(r"https://miaopu\.example/account/password\?token=(\S+)", part.get_content())
    assert found is not None
    new = {"token": found[1], "password": "another long sentence", "again": "another long sentence"}
    short = await browser.post("/account/password", data={**new, "password": "short", "again": "short"})
    assert short.status_code == 422
    assert "至少要 12 个" in short.text
    assert (await browser.post("/account/password", data=new)).headers["location"] == "/login?set=1"
    assert (await browser.get("/work")).status_code == 303
    assert (await browser.post("/account/password", data=new)).status_code == 410
    assert (await enter(browser, "auditor")).status_code == 401
    assert (await enter(browser, "auditor", "another long sentence")).status_code == 303


async def test_an_account_that_is_disabled_or_loses_its_role_is_out_at_once(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    await enter(browser, "auditor")
    async with transaction(identity.engine) as connection:
        await accounts.take_back(connection, "auditor", Grant(Role.AUDITOR))
    assert (await browser.get("/work")).status_code == 403
    async with transaction(identity.engine) as connection:
        await accounts.disable(connection, "auditor", identity.now())
    assert (await browser.get("/work")).status_code == 303
    assert (await enter(browser, "auditor")).status_code == 401


async def test_a_program_speaks_with_a_token_and_no_browser_can_use_it(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "robot", Grant(Role.CLERK))
    async with transaction(identity.engine) as connection:
        token = (await sessions.begin_program(connection, "robot", "接口", identity.now())).token
    headers = {"authorization": f"Bearer {token}"}
    assert (await browser.post("/work", data={"note": "x"}, headers=headers)).status_code == 200
    assert (await browser.get("/work", headers={"authorization": "Bearer nonsense"})).status_code == 303
    await enter(browser, "robot")
    stolen = {"authorization": f"Bearer {browser.cookies['miaopu']}"}
    browser.cookies.clear()
    assert (await browser.get("/work", headers=stolen)).status_code == 303


async def test_the_administrator_makes_an_account_and_its_owner_gets_a_link(
    identity: Identity, browser: httpx.AsyncClient, tmp_path: Path
) -> None:
    await make(identity, "administrator", Grant(Role.ADMINISTRATOR))
    secret = await phone_of(identity, "administrator")
    await enter(browser, "administrator", code=pyotp.TOTP(secret).at(identity.now()))
    token = token_in(await browser.get("/accounts"))
    new = {"form_token": token, "account": "w.li", "name": "李某", "email": "w.li@example.cn", "role": "operator"}
    refused = await browser.post("/accounts", data=new)
    assert refused.status_code == 422
    assert "运营机构要写明单位编号" in refused.text
    assert 'value="w.li"' in refused.text  # nothing typed is lost
    assert (await browser.post("/accounts", data={**new, "scope": "U-1"})).status_code == 303
    assert Mailbox(tmp_path / "mails").last == 1
    page = (await browser.get("/accounts")).text
    assert "链接已交给邮件服务器" in page
    assert (await browser.post("/accounts", data={**new, "scope": "U-1"})).status_code == 409
    own = await browser.post("/accounts/administrator/disable", data={"form_token": token})
    assert "不能停用自己的账号" in own.text
    await browser.post("/accounts/w.li/disable", data={"form_token": token})
    async with reading(identity.engine) as connection:
        assert (await accounts.found(connection, "w.li"))["disabled_at"] is not None


async def test_no_secret_stands_in_the_database(identity: Identity) -> None:
    await make(identity, "auditor", Grant(Role.AUDITOR))
    async with transaction(identity.engine) as connection:
        session = await sessions.begin(connection, "auditor", "", identity.now(), second_factor=False)
        link = await links.make(connection, "auditor", identity.now())
    async with reading(identity.engine) as connection:
        kept = repr((await connection.execute(select(ACCOUNT.c.password))).all())
        kept += repr((await connection.execute(select(SESSION))).all())
    assert "$argon2id$" in kept
    for secret in (PASSWORD, session.token, link):
        assert secret not in kept


async def test_a_site_with_a_route_that_nobody_spoke_of_does_not_start(app: FastAPI) -> None:
    check_rules(app)

    @app.get("/forgotten-rule")
    async def open_to_all() -> str:
        return ""

    with pytest.raises(RuntimeError, match="GET /forgotten-rule"):
        check_rules(app)


def test_the_secret_is_made_once_and_separate_processes_have_to_be_told_it(tmp_path: Path) -> None:
    alone = Settings(data=tmp_path)
    assert secret_of(alone) == secret_of(alone)
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600
    apart = Settings(
        data=tmp_path / "other", database_url="postgresql://a:b@127.0.0.1/c", nats_url="nats://a:b@127.0.0.1:1"
    )
    with pytest.raises(DomainError, match="MIAOPU_SECRET"):
        secret_of(apart)
