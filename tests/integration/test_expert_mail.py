"""From the draw to the mail in an expert's box: the incubator's own events, over the real bus, once each."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.requests import Request

from services.incubator.store.base import METADATA
from services.incubator.store.tables import SPINE
from services.notify.store.tables import CONTACT
from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.envelope import read
from shared.contracts.incubator import ReviewsAssigned
from shared.db.engine import open_database
from shared.identity.roles import Role
from shared.identity.who import Grant, Who
from tests.asking import no_accounts
from tests.integration.notify_mails import MailServer, parsed
from tests.integration.notify_world import World, at_work, example, sending, until
from tests.integration.panel import Panel
from tests.one_app import make_app
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
async def world(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer
) -> AsyncIterator[World]:
    async with at_work(database, nats_server.url, tmp_path, mails.url, sending()) as world:
        yield world


@pytest.fixture
async def panel(tmp_path: Path) -> AsyncIterator[Panel]:
    """The incubator beside it, in a database of its own."""
    engine = open_database(f"sqlite:///{tmp_path / 'incubator.db'}")
    async with engine.begin() as connection:
        await connection.run_sync(METADATA.create_all)
    panel = Panel(engine, tmp_path)
    await panel.prepared()
    yield panel
    await engine.dispose()


class Relay:
    """Publishes what the incubator wrote down since it was last asked, as its relay does; `again`: all of it once more,
    and the stream takes it for new."""

    def __init__(self, panel: Panel, world: World) -> None:
        self.panel, self.world, self.position = panel, world, 0

    async def __call__(self, again: str = "") -> None:
        rows = await self.panel.rows(select(SPINE.outbox).order_by(SPINE.outbox.c.position))
        for row in rows if again else [row for row in rows if row["position"] > self.position]:
            event, envelope = read(row["headers"], bytes(row["body"]))
            await self.world.publish(event, envelope.id, story=envelope.correlation_id, at=envelope.time, again=again)
        self.position = rows[-1]["position"]
        await until(self.world.heard)


def to_persons(rows: list[Any]) -> dict[str, str]:
    return {row.person_id: row.state for row in rows if row.person_id is not None}


async def test_a_draw_becomes_one_mail_in_each_experts_box_however_often_it_is_heard(
    panel: Panel, world: World, mails: MailServer
) -> None:
    relay = Relay(panel, world)
    await panel.expert("P1", contact_email="p1@example.cn")
    await panel.drawn(3, 3)
    got = [carrier for carrier, expert in await panel.holding() if expert == "P1"]
    await relay()
    experts = {f"expert-{expert}" for _, expert in await panel.holding()}
    written = [row for row in await world.rows() if row.letter == "review-invited"]
    assert {row.person_id for row in written} == experts
    assert len(written) == len(experts)
    await until(lambda: _are(world, "expert-P1", "handed_over"))
    mail = next(mail for mail in map(parsed, mails.taken) if "p1@example.cn" in str(mail["to"]))
    assert f"{len(got)} 家单位" in str(mail["subject"])
    plain = mail.get_body(("plain",))
    assert plain is not None
    text = plain.get_content()
    assert "https://miaopu.example.cn/incubator/reviews" in text
    assert "样例孵化器" not in text
    assert mails.recipients.count("p1@example.cn") == 1
    await relay(again="-again")
    assert len(await world.rows()) == len({row.id for row in await world.rows()})
    assert [row.id for row in await world.rows() if row.letter == "review-invited"] == [row.id for row in written]
    assert mails.recipients.count("p1@example.cn") == 1
    # who had no address is written to when he has one
    assert to_persons(written)["expert-P2"] == "no_address"
    await panel.expert("P2", contact_email="p2@example.cn")
    await relay()
    await until(lambda: _are(world, "expert-P2", "handed_over"))
    assert mails.recipients.count("p2@example.cn") == 1


async def _are(world: World, person: str, state: str) -> bool:
    return {row.state for row in await world.rows() if row.person_id == person} == {state}


async def test_an_address_that_was_taken_away_is_erased_and_nothing_older_brings_it_back(
    panel: Panel, world: World, mails: MailServer
) -> None:
    relay = Relay(panel, world)
    await panel.expert("P1", contact_email="p1@example.cn")
    await relay()
    assert [row.email for row in await _contacts(world)] == ["p1@example.cn"]
    panel.instant = panel.instant.replace(hour=panel.instant.hour + 1)
    await panel.expert("P1")
    await relay()
    (row,) = await _contacts(world)
    assert (row.name, row.email) == ("", "")
    late = IncubatorContactChanged(
        recipient_id="expert-P1", person_id="expert-P1", role="expert", name="专家", email="p1@example.cn"
    )
    await world.publish(late, at=datetime(2018, 10, 1, tzinfo=UTC))
    await until(world.heard)
    assert [row.email for row in await _contacts(world)] == [""]
    await panel.drawn(3, 3)
    await relay()
    assert to_persons(await world.rows())["expert-P1"] == "no_address"
    assert mails.recipients == []
    info = await world.jetstream.stream_info("CONTACTS", subjects_filter="contact.incubator.changed.v1.expert-P1")
    assert info.state.subjects == {"contact.incubator.changed.v1.expert-P1": 1}


async def _contacts(world: World) -> list[Any]:
    async with world.running.look() as connection:
        return list(await connection.execute(select(CONTACT).where(CONTACT.c.person_id == "expert-P1")))


async def test_what_has_not_gone_to_an_erased_address_does_not_go_there(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> None:
    async with at_work(database, nats_server.url, tmp_path, None) as world:  # no mail server: letters stay queued
        person = {"recipient_id": "expert-P1", "person_id": "expert-P1", "role": "expert"}
        await world.publish(IncubatorContactChanged(**person, name="专家", email="p1@example.cn"))
        await until(world.heard)
        await world.publish(example(ReviewsAssigned))
        await until(world.heard)
        (row,) = await world.rows()
        assert (row.state, row.to_address, row.carrier_id, row.org_id) == ("queued", "p1@example.cn", None, None)
        await world.publish(IncubatorContactChanged(**person, name="", email=""))
        await until(world.heard)
        (row,) = await world.rows()
        assert (row.state, row.to_name, row.to_address) == ("no_address", None, None)
        await until(lambda: world.tells("queued", "no_address"))
        await pages(world, row.id)


async def pages(world: World, id_: str) -> None:
    """The office finds the letter and where to enter an address; the expert reads his own, and nobody else's."""

    def whose(expert: str) -> Who:
        return Who(expert, "专家", (Grant(Role.EXPERT, expert),), session="mine")

    clerk = Who("clerk-1", "经办", (Grant(Role.CLERK),), session="office", second_factor=True)
    for who, path, status, said in (
        (clerk, f"/notify/messages/{id_}", 200, "该专家"),
        (clerk, "/notify/messages?carrier=P1", 200, "专家评审邀请"),
        (clerk, "/notify/messages?carrier=P2", 200, "没有符合条件"),
        (whose("P1"), f"/notify/mine/{id_}", 200, "专家评审邀请"),
        (whose("P2"), f"/notify/mine/{id_}", 404, "没有编号为"),
    ):

        async def asks(_: Request, who: Who = who) -> Who:
            return who

        app = make_app("苗圃", [world.running], now=world.running.now, identity=no_accounts(), asks=asks)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:1") as browser:
            answer = await browser.get(path, headers={"accept": "text/html"})
        assert (answer.status_code, said in answer.text) == (status, True), (path, answer.text)
