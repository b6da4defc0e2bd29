"""People make their own account: proved by the mail it gets, told alike whether the address is known, not too often."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.onebox.mails import Mailbox
from services.talent.store.tables import APPLICANT
from shared.db.transaction import reading
from shared.identity import attempts
from shared.identity.roles import Role
from shared.identity.tables import ACCOUNT, GRANT
from shared.webkit.app import make_app
from tests.integration.applicant_site import Site, applicant_site
from tests.integration.login_site import PASSWORD, browsing, enter, token_in

pytestmark = [pytest.mark.one_database, pytest.mark.empty_database]
NEW = {"name": "王 小明", "account": "Wang.xm", "email": "wang@example.cn"}


@pytest.fixture
async def site(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[Site]:
    async with applicant_site(database, tmp_path) as made:
        yield made


@pytest.fixture
async def stranger(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with site.browser() as made:
        yield made


async def accounts_there(site: Site) -> list[str]:
    async with reading(site.identity.engine) as connection:
        return list((await connection.execute(select(ACCOUNT.c.id).order_by(ACCOUNT.c.id))).scalars())


async def test_an_account_is_made_its_address_proved_by_the_link_and_its_owner_led_to_his_applications(
    site: Site, stranger: httpx.AsyncClient
) -> None:
    assert 'href="/register"' in (await stranger.get("/login")).text
    assert 'href="/register"' in (await stranger.get("/public")).text
    assert (await stranger.get("/register")).status_code == 200
    sent = await stranger.post("/register", data=NEW)
    assert sent.status_code == 200
    assert "一封邮件正在发往 wang@example.cn" in sent.text
    (mail,) = site.mails()
    assert mail.startswith("wang@example.cn\n请设置苗圃的密码\n王 小明：")
    assert "账号是 wang.xm" in mail
    assert b"\nDate: " in (Mailbox(site.folder / "mails").read(1) or b"")
    assert re.search(
        r"您好！\n\n.*请打开下面的链接设置密码，\d{4}年\d+月\d+日\d\d:\d\d（北京时间）前有效，只能用一次", mail
    )
    assert re.search(r"下一步：.*\n\n.*\n\n苗圃（.*）\n\d{4}年\d+月\d+日\n", mail)
    early = await enter(stranger, "wang.xm")  # without the mail nobody gets in
    assert early.status_code == 401
    token = re.search(r"/account/password\?token=(\S+)", mail)
    assert token is not None
    answer = {"token": token[1], "password": PASSWORD, "again": PASSWORD}
    assert (await stranger.post("/account/password", data=answer)).status_code == 303
    assert (await stranger.post("/login", data={"account": "wang.xm", "password": PASSWORD})).status_code == 303
    first = await stranger.get("/")
    assert (first.status_code, first.headers["location"]) == (303, "/talent/mine")
    mine = await stranger.get("/talent/mine")
    assert "开始申报大连市青年科技之星" in mine.text
    async with reading(site.identity.engine) as connection:
        role, scope = (await connection.execute(select(GRANT.c.role, GRANT.c.scope))).one()
    assert role == Role.APPLICANT
    assert re.fullmatch("p[0-9a-f]{16}", scope)
    async with site.running.look() as connection:
        assert (await connection.execute(select(APPLICANT))).first() is None  # looking made nothing
    headers = {"x-form-token": token_in(await stranger.get("/account"))}
    begun = await stranger.post("/talent/mine/applications", data={"programme_id": "young-star-2018"}, headers=headers)
    assert begun.status_code == 303, begun.text
    async with site.running.look() as connection:
        row = (await connection.execute(select(APPLICANT))).mappings().one()
    assert (row["id"], row["account"], row["name"], row["email"]) == (scope, "wang.xm", "王 小明", "wang@example.cn")


async def test_an_address_that_is_known_is_answered_alike_and_told_so_in_its_mail_alone(
    site: Site, stranger: httpx.AsyncClient
) -> None:
    first = await stranger.post("/register", data=NEW)
    again = await stranger.post("/register", data=NEW | {"account": "another", "email": "WANG@example.cn"})
    assert again.status_code == first.status_code == 200
    assert again.text.replace("WANG@", "wang@") == first.text
    assert await accounts_there(site) == ["wang.xm"]
    mail = site.mails()[1]
    assert mail.startswith("WANG@example.cn\n您的邮箱在苗圃已有账号\n")
    assert "wang.xm" in mail
    assert "token=" not in mail
    for email in ("wang@example.cn", "nobody@example.cn"):
        taken = await stranger.post("/register", data=NEW | {"email": email})
        assert taken.status_code == 409
        assert "账号 wang.xm 已经有了" in taken.text
        assert f'value="{email}"' in taken.text
    assert len(site.mails()) == 2


HOSTILE = [
    ("account", "王", "账号用小写字母"),
    ("account", "a", "账号用小写字母"),
    ("account", "x" * 5000, "账号用小写字母"),
    ("name", "<script>alert(1)</script>", "请写身份证件上的姓名"),
    ("name", "中奖了请打开 http://a.cn", "请写身份证件上的姓名"),
    ("name", "", "请写身份证件上的姓名"),
    ("name", "王\r\nBcc: x@example.cn", "请写身份证件上的姓名"),
    ("email", "a@b", "请写能收到邮件的邮箱地址"),
    ("email", "a@example.cn\nBcc: b@example.cn", "请写能收到邮件的邮箱地址"),
    ("email", "a@example.cn, b@example.cn", "请写能收到邮件的邮箱地址"),
    ("email", f"{'x' * 400}@example.cn", "请写能收到邮件的邮箱地址"),
]


async def test_what_is_hostile_or_wrong_is_refused_at_its_field_with_the_rest_kept(
    site: Site, stranger: httpx.AsyncClient
) -> None:
    for field, text, told in HOSTILE:
        answer = await stranger.post("/register", data=NEW | {field: text})
        assert answer.status_code == 422, (field, text)
        assert f'id="wrong-{field}"' in answer.text, (field, text)
        assert told in answer.text
        assert "<script>alert" not in answer.text
        kept = next(name for name in NEW if name != field)
        assert f'value="{NEW[kept]}"' in answer.text
    assert (await stranger.post("/register", content=b"name=%FF%FE&account=%00")).status_code == 422
    assert await accounts_there(site) == []
    assert site.mails() == []


async def test_it_may_not_be_tried_too_often_for_an_address_nor_from_a_machine_and_logins_are_not_held_up(
    site: Site, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.applicant("ann", "p1")
    for number in range(attempts.FOR_AN_ACCOUNT):
        answer = await stranger.post("/register", data=NEW | {"account": f"w-{number}"})
        assert answer.status_code == 200
    tired = await stranger.post("/register", data=NEW | {"account": "w-9"})
    assert tired.status_code == 429
    assert "试得太频繁" in tired.text
    assert 'value="w-9"' in tired.text
    monkeypatch.setattr(attempts, "FROM_AN_ADDRESS", attempts.FOR_AN_ACCOUNT + 1)
    other = {"account": "li", "email": "li@example.cn"}
    assert (await stranger.post("/register", data=NEW | other)).status_code == 200
    assert (await stranger.post("/register", data=NEW | {"account": "zoe", "email": "z@example.cn"})).status_code == 429
    assert (await enter(stranger, "ann")).status_code == 303


async def test_a_site_without_the_talent_service_registers_nobody(site: Site) -> None:
    app: FastAPI = make_app("苗圃", [], now=site.identity.clock, identity=site.identity)
    async with browsing(app) as browser:
        assert (await browser.get("/register")).status_code == 404
        assert "/register" not in (await browser.get("/login")).text
