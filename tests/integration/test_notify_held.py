"""Letters that wait for a person, and what notify cannot use: seen by somebody, never lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.store.tables import CONTACT, DECISION, MESSAGE, SPINE
from services.notify.usecases.decide import release, release_all
from services.notify.usecases.note_contacts import note_contacts
from services.notify.usecases.queue_letters import queue_letters
from shared.contracts.contact import TalentContactChanged
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import (
    CarrierWithdrawn,
    SubsidyComputed,
    SubsidyReversed,
)
from shared.contracts.talent import TalentBrokerEnded
from shared.core.errors import DomainError
from shared.db.transaction import reading
from shared.messaging import parking
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit, unit_of_work
from tests.integration.notify_mails import MailServer, parsed
from tests.integration.notify_world import (
    World,
    at_work,
    contact,
    example,
    made,
    sending,
    until,
)
from tests.servers import NatsServer

pytestmark = pytest.mark.tables_of("notify")

DECEMBER = datetime(2018, 12, 17, 1, 30, 5, tzinfo=UTC)


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
async def world(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer
) -> AsyncIterator[World]:
    async with at_work(
        database,
        nats_server.url,
        tmp_path,
        mails.url,
        sending(),
        clock=lambda: DECEMBER,
        mail_from="苗圃 <miaopu@example.cn>",
    ) as world:
        yield world


async def test_a_letter_that_waits_goes_when_it_is_released_and_who_did_it_is_kept(
    world: World, mails: MailServer
) -> None:
    await world.publish(contact())
    await until(world.heard)
    await world.publish(example(SubsidyReversed))
    await until(lambda: world.tells("held"))
    await world.publish(example(SubsidyComputed), "e2")
    await until(lambda: world.are("held", "handed_over"))
    id_ = next(row.id for row in await world.rows() if row.state == "held")
    with pytest.raises(DomainError, match="reason-missing"):
        async with world.unit() as unit:
            await release(unit, [id_], " ")
    async with world.unit("clerk-7") as unit:
        await release(unit, [id_], "已核对原因")
    await until(lambda: world.are("handed_over", "handed_over"))
    assert len(mails.taken) == 2
    async with reading(world.database) as connection:
        (kept,) = await connection.execute(select(DECISION))
    assert (kept.message_id, kept.what, kept.by, kept.reason) == (id_, "released", "clerk-7", "已核对原因")
    assert kept.at.replace(tzinfo=UTC) == DECEMBER
    for unknown, code in ((id_, "not-held"), ("nobody", "no-such-message")):
        with pytest.raises(DomainError, match=code):
            async with world.unit() as unit:
                await release(unit, [unknown], "再放一次")


async def test_all_that_wait_are_released_at_once_or_none(world: World, mails: MailServer) -> None:
    await world.publish(contact())
    await until(world.heard)
    await world.publish(example(SubsidyReversed))
    await world.publish(example(CarrierWithdrawn))
    await until(lambda: world.are("held", "held"))
    ids = [row.id for row in await world.rows()]
    with pytest.raises(DomainError, match="no-such-message"):
        async with world.unit() as unit:
            await release(unit, [*ids, "nobody"], "放行")
    assert await world.states() == ["held", "held"]
    async with world.unit() as unit:
        assert await release_all(unit, "先放一类", "carrier-withdrawn") == 1
    async with world.unit() as unit:
        assert await release_all(unit, "其余放行") == 1
    await until(lambda: world.are("handed_over", "handed_over"))
    async with world.unit() as unit:
        assert await release_all(unit, "没有了") == 0


async def test_an_address_nobody_can_write_to_is_put_aside_and_its_neighbours_are_kept(world: World) -> None:
    bad = contact("U-bad", email="a@example.cn>,<all@example.cn")
    for event in (contact("U-1"), bad, contact("U-2")):
        await world.publish(event)
    await until(world.heard)
    async with reading(world.database) as connection:
        kept = set((await connection.execute(select(CONTACT.c.recipient_id))).scalars())
        (parked,) = await parking.listed(connection, world.running.service.spine)
    assert kept == {"U-1", "U-2"}
    assert (parked["code"], parked["consumer"]) == ("bad-address", "notify-contacts")
    assert "不是可以寄达的邮箱地址" in parked["error"]


async def test_an_explanation_that_cannot_be_read_is_put_aside_and_its_neighbours_are_written(world: World) -> None:
    await world.publish(example(SubsidyComputed, subsidy_id="S-1"))
    await world.publish(example(SubsidyComputed, subsidy_id="S-2", explanation=[{"step": "poem"}]))
    await world.publish(example(SubsidyComputed, subsidy_id="S-3"))
    await until(world.heard)
    assert sorted(row.about for row in await world.rows()) == ["S-1", "S-3"]
    async with reading(world.database) as connection:
        (parked,) = await parking.listed(connection, world.running.service.spine)
    assert parked["code"] == "unreadable-explanation"


async def test_names_with_lines_of_their_own_stay_in_their_headers(world: World, mails: MailServer) -> None:
    await world.publish(contact(name="张三\r\nBcc: all@example.cn"))
    await until(world.heard)
    name = "样例\r\nBcc: all@example.cn\r\n\r\n<h1>"
    await world.publish(example(SubsidyComputed, carrier={**SubsidyComputed.example["carrier"], "name": name}))
    await until(lambda: world.are("handed_over"))
    mail = parsed(mails.taken[0])
    assert mail["bcc"] is None
    assert mails.recipients == ["u-z12@example.cn"]
    assert mail["to"].addresses[0].display_name == "张三 Bcc: all@example.cn"
    assert "样例 Bcc: all@example.cn <h1>" in mail["subject"]
    assert "<h1>" not in str(mail.get_body(("html",))).partition("核算过程")[2]


async def test_a_letter_is_told_of_each_time_its_contact_goes_and_another_comes(database: AsyncEngine) -> None:
    await made(database)
    event, moments = example(TalentBrokerEnded), count()
    his = {"recipient_id": event.org_id, "org_id": event.org_id, "role": "broker"}

    def received(each: Event, id_: str, at: datetime) -> list[Received[Any]]:
        return [Received(each, Envelope(id_, "/talent", at, each.about()))]

    @asynccontextmanager
    async def moment() -> AsyncIterator[tuple[Unit, datetime]]:
        at = DECEMBER + timedelta(seconds=next(moments))
        async with unit_of_work(database, SPINE, "/notify", lambda: at, "clerk-7") as unit:
            yield unit, at

    async with moment() as (unit, at):
        await queue_letters(received(event, "ended", at), unit)
    for turn in range(2):
        for name, email, state in (("样例", "b@example.cn", "held"), ("", "", "no_address")):
            async with moment() as (unit, at):
                contact_told = TalentContactChanged(**his, name=name, email=email)
                await note_contacts(received(contact_told, f"contact-{turn}-{state}", at), unit)
            async with reading(database) as connection:
                (row,) = await connection.execute(select(MESSAGE))
            assert row.state == state
            if state == "held":
                async with moment() as (unit, _):
                    await release(unit, [row.id], "已核对")
    async with reading(database) as connection:
        subjects = [each.rpartition("message.")[2] for each in await connection.scalars(select(SPINE.outbox.c.subject))]
    assert {name: subjects.count(name) for name in set(subjects)} == {
        "no_address.v1": 3, "held.v1": 2, "queued.v1": 2,
    }  # fmt: skip
