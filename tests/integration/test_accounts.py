"""Accounts as the administrator keeps them, programs that have one, and secrets that stand nowhere."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest
from fastapi import FastAPI
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE as INCUBATOR
from services.onebox.mails import Mailbox
from services.talent.service import SERVICE as TALENT
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.db.transaction import reading, transaction
from shared.identity import accounts, links, sessions
from shared.identity.opening import Identity, secret_of
from shared.identity.roles import SCOPES, Role
from shared.identity.tables import ACCOUNT, SESSION
from shared.identity.who import Grant
from shared.webkit.access import check_rules
from shared.webkit.scopes import named_in
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

APPLIES = Grant(Role.APPLICANT, "p-1")


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


async def rows_of(browser: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    """The rows of a workbook by their heads."""
    heads, *rows = (
        load_workbook(io.BytesIO((await browser.get(path)).content)).worksheets[0].iter_rows(values_only=True)
    )
    return [dict(zip(map(str, heads), row, strict=True)) for row in rows]


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


async def test_an_account_is_called_by_its_name_and_nobody_but_the_office_learns_who_an_expert_is(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    expert, operator = Grant(Role.EXPERT, "x-1"), Grant(Role.OPERATOR, "U-1")
    for account, granted in (("auditor", Grant(Role.AUDITOR)), ("x-1", expert), ("wang", operator), ("zhou", APPLIES)):
        await make(identity, account, granted)
    looks = {"accept": "text/html"}

    async def called(account: str, **headers: str) -> str:
        return str((await browser.get(f"/by/{account}", headers=headers)).json())

    await enter(browser, "auditor")
    assert [await called(each, **looks) for each in ("wang", "x-1")] == ["某人（wang）", "某人（x-1）"]
    assert [await called(each, **looks) for each in ("zhou", "robot", "schedule")] == ["zhou", "robot", "定时任务"]
    assert await called("wang", accept="application/json") == "wang"
    await enter(browser, "wang")
    assert [await called(each, **looks) for each in ("auditor", "x-1")] == ["某人", "x-1"]


async def test_what_a_role_was_granted_for_is_called_as_its_register_has_it(identity: Identity) -> None:
    assert set(INCUBATOR.scopes) | set(TALENT.scopes) == set(SCOPES) - {Role.DISTRICT}  # a district is its name
    await make(identity, "u-1")
    grants = [Grant(Role.OPERATOR, "u-1"), Grant(Role.OPERATOR, "u-2"), Grant(Role.EXPERT, "u-1"), Grant(Role.CLERK)]
    async with reading(identity.engine) as connection:
        found = await named_in(connection, {Role.OPERATOR: ACCOUNT}, grants)
    assert found == {Grant(Role.OPERATOR, "u-1"): "某人"}


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


async def test_the_list_of_accounts_is_filtered_sorted_and_taken_away(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "administrator", Grant(Role.ADMINISTRATOR))
    await make(identity, "b.clerk", Grant(Role.CLERK))
    await make(identity, "a.operator", Grant(Role.OPERATOR, "U-1"), Grant(Role.OPERATOR, "U-2"))
    secret = await phone_of(identity, "administrator")
    await enter(browser, "administrator", code=pyotp.TOTP(secret).at(identity.now()))
    async with transaction(identity.engine) as connection:
        await accounts.make(connection, "c.unset", "=新来的", "c@example.cn", [], "test", identity.now())
        await accounts.disable(connection, "b.clerk", identity.now())
    for query, expected in (
        ("", ["a.operator", "administrator", "b.clerk", "c.unset"]),
        ("?sort=-id", ["c.unset", "b.clerk", "administrator", "a.operator"]),
        ("?sort=state", ["b.clerk", "c.unset", "a.operator", "administrator"]),
        ("?role=operator", ["a.operator"]),
        ("?state=disabled", ["b.clerk"]),
        ("?state=unset", ["c.unset"]),
        ("?factor=yes", ["administrator"]),
        ("?text=C@EXAMPLE", ["c.unset"]),
        ("?text=nobody", []),
    ):
        page = (await browser.get(f"/accounts{query}")).text
        assert (query, re.findall(r'<th scope="row"><code>([^<]+)', page)) == (query, expected)
        rows = await rows_of(browser, f"/accounts.xlsx{query}")
        assert (query, [row["账号"] for row in rows]) == (query, expected)
    (row,) = await rows_of(browser, "/accounts.xlsx?role=operator")
    assert (row["角色"], row["状态"], row["邮箱"]) == ("运营机构 U-1，运营机构 U-2", "可用", "a.operator@example.cn")
    (row,) = await rows_of(browser, "/accounts.xlsx?state=unset")
    assert (row["姓名"], row["设置密码的链接"]) == ("=新来的", "链接正在寄出")


async def test_after_a_change_the_account_is_shown_and_a_refused_one_keeps_the_list(
    identity: Identity, browser: httpx.AsyncClient
) -> None:
    await make(identity, "administrator", Grant(Role.ADMINISTRATOR))
    await make(identity, "b.clerk", Grant(Role.CLERK))
    secret = await phone_of(identity, "administrator")
    await enter(browser, "administrator", code=pyotp.TOTP(secret).at(identity.now()))
    sent = {"form_token": token_in(await browser.get("/accounts")), "role": "finance"}
    done = await browser.post("/accounts/b.clerk/grant", data=sent)
    assert (done.status_code, done.headers["location"]) == (303, "/accounts?text=b.clerk")
    refused = await browser.post("/accounts/b.clerk/grant", data={**sent, "role": "operator"})
    assert refused.status_code == 422
    assert 'action="/accounts"' in refused.text
    assert 'href="/accounts?sort=id"' in refused.text
