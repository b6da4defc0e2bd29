"""What goes wrong between a letter and its note: nothing is lost, and nothing goes twice by our doing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.domain.handing_over import Outcome
from services.notify.domain.mail import Mail
from services.notify.schedule import LEASE, Sender
from services.notify.senders.smtp import Smtp, server_of
from services.notify.store.tables import MESSAGE
from services.notify.usecases import hand_over
from shared.contracts.incubator import SubsidyComputed
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.running.running import Running
from tests.integration.notify_mails import MailServer, content_of, drop, never
from tests.integration.notify_world import (
    PATIENCE,
    Clock,
    Office,
    carrier,
    example,
    letters,
    nothing,
    now,
    sender_of,
    until,
)
from tests.servers import NatsServer, free_port

pytestmark = pytest.mark.tables_of("notify")


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
def office(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer) -> Office:
    return Office(database, nats_server, tmp_path, mails)


async def test_a_server_that_stalls_is_left_and_asked_again(office: Office, mails: MailServer) -> None:
    mails.data.append(never)
    async with office.at_work() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        first, second = await world.attempts()
        assert first[:2] == ("put_off", None)
        assert "没有得到邮件服务器的答复" in first[2]
        assert second[0] == "handed_over"
    assert len(mails.taken) == 1
    assert mails.connections == 2, "a conversation that broke off is not gone on with"


async def test_a_connection_that_breaks_after_the_content_sends_the_same_bytes_again(
    office: Office, mails: MailServer
) -> None:
    async def take_and_drop(server: SMTP, envelope: Envelope) -> str:
        mails.taken.append(content_of(envelope))
        return await drop(server, envelope)

    mails.data.append(take_and_drop)
    async with office.at_work() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        assert [attempt[0] for attempt in await world.attempts()] == ["put_off", "handed_over"]
    first, second = mails.taken
    assert first == second
    assert len(set(mails.ids)) == 1


async def test_a_connection_the_server_ended_while_idle_costs_no_attempt(office: Office, mails: MailServer) -> None:
    async with office.at_work() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        mails.hang_up()
        await world.publish(example(SubsidyComputed, subsidy_id="S-9", carrier=carrier(0)))
        await until(lambda: world.are("handed_over", "handed_over"))
        assert [attempt[0] for attempt in await world.attempts()] == ["handed_over", "handed_over"]
    assert mails.connections == 2


async def test_a_server_that_ends_a_used_connection_at_the_next_mail_costs_no_attempt(
    office: Office, mails: MailServer
) -> None:
    async with office.at_work() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        mails.mail.append("421 4.7.0 too many messages on this connection")
        await world.publish(example(SubsidyComputed, subsidy_id="S-9", carrier=carrier(0)))
        await until(lambda: world.are("handed_over", "handed_over"))
        assert [attempt[0] for attempt in await world.attempts()] == ["handed_over", "handed_over"]
    assert mails.connections == 2


async def test_a_server_in_trouble_is_left_alone_for_a_while_and_only_one_letter_pays_for_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.schedule.TROUBLE_SECONDS", (600.0,))
    async with office.at_work(smtp_url=f"smtp://127.0.0.1:{free_port()}") as world:
        await letters(world, 3)

        async def tried() -> bool:
            return len(await world.attempts()) >= 1

        await until(tried)
        await asyncio.sleep(1.5)
        assert len(await world.attempts()) == 1


async def test_letters_wait_for_a_server_that_is_not_there_and_go_when_it_comes(office: Office) -> None:
    port = free_port()
    async with office.at_work(smtp_url=f"smtp://127.0.0.1:{port}") as world:
        await letters(world, 3)

        async def tried() -> bool:
            return len(await world.attempts()) >= 1

        await until(tried)
        assert await world.are("queued", "queued", "queued")
        assert {attempt[:2] for attempt in await world.attempts()} == {("put_off", None)}
        async with MailServer().serving(port=port) as late:
            await until(lambda: world.are("handed_over", "handed_over", "handed_over"))
            assert len(set(late.ids)) == len(late.ids) == 3


async def test_a_letter_we_stumble_over_does_not_hold_up_those_behind_it(office: Office, mails: MailServer) -> None:
    class Stumbling(Smtp):
        async def hand_over(self, mail: Mail) -> Outcome:
            if mail.recipient == "o0@example.cn":
                raise ValueError("a bug")
            return await super().hand_over(mail)

    async def send_queued(running: Running) -> None:
        smtp = Stumbling(server_of(mails.url), "miaopu.example.cn", PATIENCE)
        await Sender(running, smtp, delays=(0.1,)).run()

    async with office.at_work(send_queued) as world:
        await letters(world, 3)
        await until(lambda: world.are("failed", "handed_over", "handed_over"))
        assert "a bug" in next(row.last_error for row in await world.rows() if row.state == "failed")


async def test_an_address_that_is_none_any_more_fails_its_letter_alone(office: Office, mails: MailServer) -> None:
    async with office.at_work(nothing) as world:
        await letters(world, 2)
        async with transaction(world.database) as connection:
            wrong = update(MESSAGE).where(MESSAGE.c.org_id == "o0").values(to_address="nowhere")
            await connection.execute(wrong)
        sender = sender_of(world.running, mails, now)
        assert await sender.round() == 2
        await sender.transport.close()
        assert await world.are("failed", "handed_over")
        assert "“nowhere”不是可以寄达的邮箱地址" in str(await world.attempts())


async def test_what_the_database_does_not_take_is_noted_later_and_not_sent_again(
    office: Office, mails: MailServer, database: AsyncEngine
) -> None:
    async def take_the_table_away(_: SMTP, __: Envelope) -> str:
        async with database.begin() as connection:
            await connection.execute(text("alter table attempt rename to attempt_gone"))
        return ""

    mails.data.append(take_the_table_away)
    async with office.at_work() as world:
        await letters(world)

        async def taken() -> bool:
            return len(mails.taken) == 1

        await until(taken)
        await asyncio.sleep(1.5)  # it has failed to note it at least once by now
        assert await world.states() == ["queued"]
        async with database.begin() as connection:
            await connection.execute(text("alter table attempt_gone rename to attempt"))
        await until(lambda: world.are("handed_over"))
    assert len(mails.taken) == 1


async def test_two_senders_never_send_the_same_letter(office: Office, mails: MailServer, database: AsyncEngine) -> None:
    async with office.at_work(nothing) as world:
        await letters(world, 60)
    engine = open_database(database.url)
    async with (
        office.at_work(),
        replace(office, database=engine).at_work() as other,
    ):
        await until(lambda: other.are(*["handed_over"] * 60))
    await engine.dispose()
    assert len(mails.ids) == len(set(mails.ids)) == 60
    assert mails.connections >= 2


async def test_what_a_dead_sender_had_in_hand_goes_again_when_its_lease_is_over_and_is_the_same(
    office: Office, mails: MailServer
) -> None:
    """It died after the server took the letter and before that was noted: the same bytes under the same Message-ID."""

    async def take_and_die(server: SMTP, envelope: Envelope) -> str:
        mails.taken.append(content_of(envelope))
        return await never(server, envelope)

    mails.data.append(take_and_die)
    clock = Clock()
    async with office.at_work(nothing) as world:
        await letters(world)
        dying = asyncio.create_task(sender_of(world.running, mails, clock).round())

        async def taken() -> bool:
            return len(mails.taken) == 1

        await until(taken)
        dying.cancel()
        await asyncio.wait([dying])
        async with transaction(world.database) as connection:  # what `kill -9` leaves: no note, and its lease
            await connection.execute(update(MESSAGE).values(leased_until=clock() + LEASE))
        second = sender_of(world.running, mails, clock)
        assert await second.round() == 0, "another sender leaves it alone as long as it is leased"
        clock.ahead = LEASE + timedelta(seconds=1)
        assert await second.round() == 1
        await second.transport.close()
        assert await world.states() == ["handed_over"]
    first, again = mails.taken
    assert first == again


async def test_a_lease_is_renewed_while_a_server_takes_its_time(
    office: Office, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another sender looks all the while, with a clock on which the first lease has long run out."""
    monkeypatch.setattr("services.notify.schedule.RENEW_SECONDS", 0.05)
    clock = Clock()
    others: list[int] = []

    async def slowly(_: SMTP, __: Envelope) -> str:
        for _again in range(10):
            clock.ahead += LEASE / 2
            await asyncio.sleep(0.15)
            others.append(await sender_of(world.running, mails, clock).round())
        return ""

    mails.data.append(slowly)
    async with office.at_work(nothing) as world:
        await letters(world)
        sender = sender_of(world.running, mails, clock, PATIENCE._replace(content=60))
        assert await sender.round() == 1
        await sender.transport.close()
        assert await world.states() == ["handed_over"]
    assert others == [0] * 10
    assert len(mails.taken) == 1


async def test_that_a_letter_was_handed_over_is_noted_even_if_the_lease_was_lost(
    office: Office, mails: MailServer
) -> None:
    clock = Clock()
    async with office.at_work(nothing) as world:
        await letters(world)
        async with world.unit("slow") as unit:
            (slow,) = await hand_over.claim(unit, 9, "a@example.cn", clock(), LEASE)
        clock.ahead = LEASE * 2
        async with world.unit("quick") as unit:
            (quick,) = await hand_over.claim(unit, 9, "other@example.cn", clock(), LEASE)
        assert quick.letter == slow.letter, "who sends it is fixed when it is first taken up"
        refused = Outcome("refused", 550, "late")
        async with world.unit("slow") as unit:
            await hand_over.note(unit, slow, refused, clock())
        assert await world.states() == ["queued"], "a lost lease settles nothing"
        async with world.unit("slow") as unit:
            await hand_over.note(unit, slow, Outcome("handed_over", 250, "ok"), clock())
        async with world.unit("quick") as unit:
            await hand_over.note(unit, quick, refused, clock())
        assert await world.states() == ["handed_over"]
        assert [attempt[0] for attempt in await world.attempts()] == ["handed_over"]
