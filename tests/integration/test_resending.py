"""A letter that failed is put right in the browser: its contact corrected, then sent again; both leave their traces."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.store.tables import AUDIT
from shared.contracts.incubator import SubsidyComputed
from shared.webkit.app import make_app
from tests.asking import anybody, no_accounts
from tests.integration.little_city import City, little_city
from tests.integration.notify_mails import MailServer
from tests.integration.notify_world import World, at_work, contact, example, now, sending, until
from tests.servers import NatsServer

pytestmark = pytest.mark.tables_of("notify")


@pytest.fixture
async def world(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[World]:
    async with (
        MailServer(rcpt=["550 5.1.1 no such mailbox"]).serving() as mails,
        at_work(database, nats_server.url, tmp_path, mails.url, sending()) as made,
    ):
        yield made


async def test_a_failed_letter_is_sent_again_to_the_contact_of_now(world: World) -> None:
    app = make_app("苗圃", [world.running], now=now, identity=no_accounts(), asks=anybody)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as browser:
        await world.publish(example(SubsidyComputed))
        await until(lambda: world.are("no_address"))
        (row,) = await world.rows()
        path = f"/notify/messages/{row.id}"
        waiting = (await browser.get(path)).text
        assert "信会自动发出，不用重发" in waiting
        assert "miaopu incubator register-organisation" in waiting  # this site has no page of organisations
        assert (await browser.post(f"{path}/resend", data={"reason": "再试"})).status_code == 409
        await world.publish(contact(email="wrong@example.cn"))
        await until(lambda: world.are("failed"))
        await world.publish(contact(email="right@example.cn"))
        await until(world.heard)
        assert "right@example.cn" in (await browser.get(path)).text
        empty = await browser.post(f"{path}/resend", data={"reason": " "})
        assert (empty.status_code, "请写明理由" in empty.text) == (422, True)
        sent = await browser.post(f"{path}/resend", data={"reason": "邮箱已改正"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{path}?resent=1")
        await until(lambda: world.are("handed_over"))
        page = (await browser.get(path)).text
        assert "邮箱已改正" in page
        assert await _acts(world) == ["message:resent"]


async def _acts(world: World) -> list[str]:
    async with world.running.look() as connection:
        return list((await connection.execute(select(AUDIT.entry.c.act))).scalars())


@pytest.fixture
async def city(database: AsyncEngine, tmp_path: Path) -> AsyncIterator[City]:
    async with little_city(database, tmp_path) as city:
        await city.registered()
        yield city


async def test_an_organisations_contact_is_corrected_with_the_error_at_its_field(city: City) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(city.app), base_url="http://127.0.0.1") as browser:
        path = "/incubator/organisations/U1"
        page = (await browser.get(path)).text
        assert "还没有联系人的邮箱" in page
        assert "样例众创空间 1" in page
        wrong = await browser.post(path, data={"contact_name": "李四", "contact_email": "李四"})
        assert wrong.status_code == 422
        assert 'id="wrong-contact_email"' in wrong.text
        assert 'value="李四"' in wrong.text
        missing = await browser.post(path, data={"contact_name": "李四"})
        assert missing.status_code == 422
        kept = await browser.post(path, data={"contact_name": "李四", "contact_email": "li@example.cn"})
        assert kept.status_code == 303
        after = (await browser.get(kept.headers["location"])).text
        assert "li@example.cn" in after
        assert "样例单位 1" in after
        assert (await browser.get("/incubator/organisations/U99")).status_code == 404
