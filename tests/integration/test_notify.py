"""From an event to a letter handed over: once each, with everything it should say, wherever the address comes from."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.domain.wording import yuan
from services.notify.store.tables import CONTACT, MESSAGE
from services.notify.usecases.note_contacts import note_contacts
from services.notify.usecases.queue_letters import queue_letters
from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.incubator import (
    CarrierWithdrawn,
    EvaluationFinalised,
    ObjectionDecided,
    SubsidyComputed,
)
from shared.db.transaction import reading, transaction
from shared.messaging.consumer import Received
from shared.messaging.outbox import event_id
from shared.messaging.unit import Unit
from tests.integration.notify_mails import MailServer, parsed
from tests.integration.notify_world import (
    SITE,
    TRACE,
    World,
    at_work,
    carrier,
    contact,
    example,
    made,
    now,
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


async def test_an_event_becomes_a_letter_that_is_handed_over_with_exactly_its_headers(
    world: World, mails: MailServer
) -> None:
    await world.publish(contact())
    await until(world.heard)
    event = example(SubsidyComputed)
    await world.publish(event, "e1", story="story-1")
    await until(lambda: world.tells("queued", "handed_over"))
    (row,) = await world.rows()
    assert (row.state, row.attempts, row.letter, row.about) == ("handed_over", 1, "subsidy-computed", "S-2018-0412")
    assert row.id == event_id("e1", "subsidy-computed", "U-Z12")
    assert row.handed_over_at.replace(tzinfo=UTC) == DECEMBER
    (content,) = mails.taken
    mail = parsed(content)
    assert dict(mail.items()) == {
        "From": "苗圃 <miaopu@example.cn>",
        "To": "样例联系人 <u-z12@example.cn>",
        "Subject": "补助核算结果：应补助 300,000.00 元（样例众创空间 12）",
        "Date": "Mon, 17 Dec 2018 09:30:05 +0800",
        "Message-ID": f"<{row.id}@miaopu.example.cn>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": "zh-CN",
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="=_{row.id}"',
    }
    plain, html = mail.iter_parts()
    assert plain.get_content().replace("\r\n", "\n") == row.text
    assert html.get_content().replace("\r\n", "\n") == row.html
    assert f"{SITE}/incubator/mine/subsidies/S-2018-0412" in row.text
    assert yuan(event.amount) in row.text
    assert (mails.senders, mails.recipients) == (["miaopu@example.cn"], ["u-z12@example.cn"])
    assert mails.greetings == ["miaopu.example.cn"]
    assert await world.attempts() == [("handed_over", 250, "2.0.0 queued")]
    for name, told, envelope in await world.told():
        assert told.model_dump() == {
            "message_id": row.id, "letter": "subsidy-computed", "cause_event_id": "e1", "recipient_id": "U-Z12",
        }  # fmt: skip
        assert (envelope.correlation_id, envelope.causation_id, envelope.source) == ("story-1", "e1", "/notify"), name
        assert (envelope.traceparent or "")[:35] == TRACE[:35], "one trace from the grade to the mail"


async def test_a_story_begins_with_its_event_if_nobody_began_it(world: World) -> None:
    await world.publish(example(EvaluationFinalised), "e1")
    await until(lambda: world.tells("no_address"))
    ((_, _, envelope),) = await world.told()
    assert envelope.correlation_id == "e1"


async def test_without_an_address_a_letter_waits_and_goes_when_the_contact_arrives(
    world: World, mails: MailServer
) -> None:
    await world.publish(example(SubsidyComputed), "e1")
    await world.publish(example(EvaluationFinalised), "e2")
    await world.publish(example(CarrierWithdrawn), "e3")
    await until(lambda: world.are("no_address", "no_address", "no_address"))
    assert [(row.recipient_id, row.to_address) for row in await world.rows()] == [("U-Z12", None)] * 3
    await world.publish(contact("U-other"))
    await world.publish(contact("p-7", org_id="U-Z12"))
    await until(lambda: world.are("handed_over", "handed_over", "held"))
    assert mails.recipients == ["u-z12@example.cn"] * 2
    assert {row.to_address for row in await world.rows()} == {"u-z12@example.cn"}
    await until(lambda: _told_so_far(world, {"no_address": 3, "queued": 2, "held": 1, "handed_over": 2}))


async def _told_so_far(world: World, wanted: dict[str, int]) -> bool:
    names = [name for name, _, _ in await world.told()]
    return {name: names.count(name) for name in set(names)} == wanted


async def test_each_contact_of_a_unit_gets_the_letter_and_a_later_change_wins_whenever_it_comes(
    world: World, mails: MailServer
) -> None:
    await world.publish(contact("p-1", org_id="U-Z12", email="new@example.cn"), at=DECEMBER)
    await until(world.heard)
    await world.publish(contact("p-1", org_id="U-Z12", email="old@example.cn"), at=DECEMBER - timedelta(days=1))
    await world.publish(contact("p-2", org_id="U-Z12", email="second@example.cn"))
    await until(world.heard)
    await world.publish(example(SubsidyComputed))
    await until(lambda: world.are("handed_over", "handed_over"))
    assert sorted(mails.recipients) == ["new@example.cn", "second@example.cn"]
    await world.publish(contact("p-1", org_id="U-Z12", email="newest@example.cn"), at=DECEMBER + timedelta(days=1))
    await until(world.heard)
    async with reading(world.database) as connection:
        found = set((await connection.execute(select(CONTACT.c.email))).scalars())
    assert found == {"newest@example.cn", "second@example.cn"}


async def test_an_event_is_answered_once_however_often_it_comes_and_whoever_is_known_by_then(
    world: World, mails: MailServer
) -> None:
    await world.publish(contact())
    await until(world.heard)
    event = example(SubsidyComputed)
    for again in ("", "-again", "-and-again"):
        await world.publish(event, "e1", again=again)
    await until(world.heard)
    await until(lambda: world.are("handed_over"))
    await world.publish(contact("p-2", org_id="U-Z12"))
    await until(world.heard)
    envelope = Envelope("e1", "/test", now(), event.about())
    async with world.unit() as unit:  # as if the inbox had forgotten it
        await queue_letters([Received(event, envelope)], unit)
    assert await world.states() == ["handed_over"]
    assert len(mails.taken) == 1
    await until(lambda: world.tells("queued", "handed_over"))


async def test_objector_and_unit_are_told_the_decision_each_in_a_letter_of_its_own(
    world: World, mails: MailServer
) -> None:
    await world.publish(contact())
    await world.publish(contact("U-77", email="objector@example.cn"))
    await until(world.heard)
    await world.publish(example(ObjectionDecided, objector_id="U-77"))
    await until(lambda: world.are("handed_over", "handed_over"))
    rows = {row.org_id: row for row in await world.rows()}
    assert {org: row.to_address for org, row in rows.items()} == {
        "U-Z12": "u-z12@example.cn", "U-77": "objector@example.cn",
    }  # fmt: skip
    assert rows["U-77"].text.startswith("异议提出单位：")
    assert rows["U-Z12"].text.startswith("样例众创空间 12：")


async def test_many_letters_are_written_in_batches_and_each_is_handed_over_once(
    world: World, mails: MailServer
) -> None:
    for number in range(120):
        await world.publish(contact(f"o{number}", email=f"o{number}@example.cn"))
    await until(world.heard)
    for number in range(120):
        await world.publish(example(SubsidyComputed, subsidy_id=f"S-{number}", carrier=carrier(number)))
    await until(lambda: world.are(*["handed_over"] * 120))
    assert sorted(mails.recipients) == sorted(f"o{number}@example.cn" for number in range(120))
    assert len(set(mails.ids)) == 120
    assert mails.connections == 1, "one connection is used again"


async def test_a_contact_that_arrives_while_a_letter_is_being_written_is_not_missed(database: AsyncEngine) -> None:
    await made(database)

    def received(event: Event) -> list[Received[Event]]:
        return [Received(event, Envelope("e1", "/test", now(), event.about()))]

    async def arrive() -> None:
        async with transaction(database) as connection:
            await note_contacts(received(contact()), Unit(connection, now()))

    async with transaction(database) as connection:
        await queue_letters(received(example(SubsidyComputed)), Unit(connection, now()))
        arriving = asyncio.create_task(arrive())
        await asyncio.sleep(0.5)  # long enough for it to have looked for letters, if it did not wait
        assert not arriving.done()
    await arriving
    async with reading(database) as connection:
        ((state, address),) = await connection.execute(select(MESSAGE.c.state, MESSAGE.c.to_address))
    assert (state, address) == ("queued", "u-z12@example.cn")
