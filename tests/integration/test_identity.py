"""Accounts: who gets in, who does not and how often he may try, what ends a session, what a role lets one see."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.onebox.mails import Mailbox, parsed
from shared.db.transaction import reading, transaction
from shared.identity import accounts, sessions
from shared.identity.attempts import FOR_AN_ACCOUNT, WITHIN
from shared.identity.opening import Identity
from shared.identity.roles import Role
from shared.identity.tables import ACCOUNT
from shared.identity.who import Grant
from tests.integration.login_site import (
    PASSWORD,
    Clock,
    browsing,
    enter,
    make,
    opened,
    phone_of,
    site,
    token_in,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def identity(database: AsyncEngine, clock: Clock, tmp_path: Path) -> AsyncIterator[Identity]:
    async with opened(database, clock, tmp_path) as made:
        yield made


@pytest.fixture
def app(identity: Identity) -> FastAPI:
    return site(identity)


@pytest.fixture
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browsing(app) as made:
        yield made


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
    page = await browser.get("/work")
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
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
    typed = {"form_token": token, "note": "写了一个小时的“说明”<b>"}
    late = await browser.post("/work", data=typed, headers={"referer": "http://127.0.0.1:1/note"})
    assert late.status_code == 401
    assert "没有丢" in late.text
    assert late.headers["cache-control"] == "no-store"  # it holds what was typed
    kept = dict(re.findall(r'name="(kept[-:][^"]+)" value="([^"]*)"', late.text))
    again = await browser.post(
        "/login",
        data={
            "account": "clerk", "password": PASSWORD, "code": pyotp.TOTP(secret).at(clock.at), "next": "/work",
            "kept:note": "写了一个小时的“说明”<b>", "kept:form_token": kept["kept:form_token"],
            "kept-page": kept["kept-page"],
        },
    )  # fmt: skip
    assert "接着提交" in again.text
    assert "<dt>工作说明</dt>" in again.text  # as its form calls it, which nobody calls "note"
    assert "<dt>note</dt>" not in again.text
    assert "写了一个小时的“说明”&lt;b&gt;" in again.text
    ours = token_in(again)
    assert ours != token
    done = await browser.post("/work", data={"form_token": ours, "note": "写了一个小时的“说明”<b>"})
    assert done.text.startswith("changed: 写了一个小时的")


async def test_what_somebody_typed_is_given_to_nobody_else_who_logs_in_next(
    identity: Identity, browser: httpx.AsyncClient, clock: Clock
) -> None:
    phones = {}
    for account in ("ann", "bob"):
        await make(identity, account, Grant(Role.CLERK))
        phones[account] = pyotp.TOTP(await phone_of(identity, account))
    await enter(browser, "ann", code=phones["ann"].at(clock.at))
    typed = {"form_token": token_in(await browser.get("/account")), "note": "只有本人知道 11010519491231002X"}
    clock.at += sessions.LASTS + timedelta(seconds=1)
    kept = {f"kept:{name}": value for name, value in typed.items()} | {"next": "/work", "kept-page": "/note"}
    login = {name: {"account": name, "password": PASSWORD, "code": phones[name].at(clock.at)} for name in phones}
    other = await browser.post("/login", data=login["bob"] | kept)
    assert other.status_code == 409
    assert "只有本人知道" not in other.text
    assert (await browser.get("/work")).text == '"bob"', "he is logged in all the same"
    left_open = await browser.post("/work", data=typed, headers={"sec-fetch-site": "same-origin"})
    assert left_open.status_code == 409
    assert "只有本人知道" not in left_open.text
    own = await browser.post("/login", data=login["ann"] | kept)
    assert "接着提交" in own.text
    shown = re.sub(r"<input[^>]*>", "", own.text)
    assert "只有本人知道 **************002X" in shown


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
    assert 'name="again"' in (await browser.get("/account/password", params={"token": new["token"]})).text
    short = await browser.post("/account/password", data={**new, "password": "short", "again": "short"})
    assert short.status_code == 422
    assert "至少要 12 个" in short.text
    assert (await browser.post("/account/password", data=new)).headers["location"] == "/login?set=1"
    assert (await browser.get("/work")).status_code == 303
    assert (await browser.post("/account/password", data=new)).status_code == 410
    over = await browser.get("/account/password", params={"token": new["token"]})
    assert (over.status_code, 'name="password"' in over.text) == (410, False)  # said before anything is typed
    assert 'href="/account/forgotten"' in over.text
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
