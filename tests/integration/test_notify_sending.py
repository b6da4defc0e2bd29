"""Handing over on real servers: nothing is lost, nothing goes twice by our doing, and the server's words are kept."""

import asyncio
import os
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy import text, update
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.schedule import LEASE, Sender
from services.notify.store.tables import ATTEMPT, MESSAGE
from services.notify.usecases import hand_over
from services.notify.usecases.decide import resend
from shared.contracts.incubator import SubsidyComputed
from shared.contracts.notify import MessageFailed
from shared.core.clock import Now
from shared.core.errors import DomainError
from shared.db.engine import open_database
from shared.db.transaction import transaction
from shared.running.running import Running
from tests.integration.notifying import (
    PATIENCE,
    QUICK,
    MailServer,
    World,
    at_work,
    carrier,
    contact,
    drop,
    example,
    never,
    now,
    parsed,
    sending,
    until,
)
from tests.servers import NatsServer, free_port

Working = Callable[..., "asynccontextmanager[World]"]


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
def working(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer) -> partial:
    """The service at work with this mail server, or what the test says instead."""

    def started(smtp_url: str | None = None, task: object = None, **settings: object):
        return at_work(database, nats_server.url, tmp_path, smtp_url or mails.url, task or sending(), **settings)

    return started


async def letters(world: World, number: int = 1) -> None:
    """Has the service write so many letters, each to a contact of its own."""
    for each in range(number):
        await world.publish(contact(f"o{each}", email=f"o{each}@example.cn"))
    await until(world.heard)
    for each in range(number):
        await world.publish(example(SubsidyComputed, subsidy_id=f"S-{each}", carrier=carrier(each)))
    await until(world.heard)


@dataclass
class Clock:
    """The machine's clock, moved on by the test."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


# ---------- what a server answers ----------


@pytest.mark.parametrize("where", ["rcpt", "data", "mail"])
async def test_a_server_that_cannot_now_is_asked_again_with_the_same_bytes(
    working, mails: MailServer, where: str
) -> None:
    getattr(mails, where).extend(["451 4.3.0 busy", "452 4.2.2 full"])
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        assert [attempt[:2] for attempt in await world.attempts()] == [
            ("put_off", 451), ("put_off", 452), ("handed_over", 250),
        ]  # fmt: skip
        (row,) = await world.rows()
        assert (row.attempts, row.put_off, row.last_error) == (3, 2, None)
        await until(lambda: world.tells("queued", "handed_over"))
    assert len(mails.taken) == 1
    assert len(set(mails.offered)) == 1


@pytest.mark.parametrize(("where", "said"), [("rcpt", "550 5.1.1 no such mailbox"), ("data", "554 5.7.1 spam")])
async def test_a_final_refusal_fails_the_letter_in_the_servers_words_and_no_other(
    working, mails: MailServer, where: str, said: str
) -> None:
    getattr(mails, where).append(said)
    async with working() as world:
        await letters(world, 2)
        await until(lambda: world.are("failed", "handed_over"))
        failed = next(row for row in await world.rows() if row.state == "failed")
        assert (failed.last_error, failed.attempts) == (said, 1)
        assert ("refused", int(said[:3]), said[4:]) in await world.attempts()
        await until(lambda: _tells_all(world, 4))
        ((event, _),) = [(event, id_) for name, event, id_ in await world.told() if name == "failed"]
        assert isinstance(event, MessageFailed)
        assert (event.reason, event.message_id) == (said, failed.id)
    assert len(mails.taken) == 1
    assert mails.connections == 1, "a refusal of one letter is no reason to hang up"


async def _tells_all(world: World, number: int) -> bool:
    return len(await world.told()) == number


async def test_who_refuses_for_days_fails_in_the_end(working, mails: MailServer) -> None:
    mails.data += ["451 4.3.0 busy"] * 9
    async with working(task=sending(delays=(0.1, 0.1))) as world:
        await letters(world)
        await until(lambda: world.are("failed"))
        (row,) = await world.rows()
        assert (row.attempts, row.last_error) == (3, "451 4.3.0 busy")
    assert mails.taken == []


async def test_a_failed_letter_sent_again_goes_to_the_corrected_address_under_its_own_message_id(
    working, mails: MailServer
) -> None:
    mails.rcpt.append("550 5.1.1 no such mailbox")
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("failed"))
        (failed,) = await world.rows()
        await world.publish(contact("o0", email="right@example.cn"))
        await until(world.heard)
        with pytest.raises(DomainError, match="reason-missing"):
            async with world.unit() as unit:
                await resend(unit, failed.id, "")
        async with world.unit() as unit:
            await resend(unit, failed.id, "地址已更正")
        await until(lambda: world.are("handed_over"))
        with pytest.raises(DomainError, match="not-failed"):
            async with world.unit() as unit:
                await resend(unit, failed.id, "再来一次")
        await until(lambda: world.tells("queued", "failed", "queued", "handed_over"))
        assert len({envelope.id for _, _, envelope in await world.told()}) == 4
        assert [attempt[0] for attempt in await world.attempts()] == ["refused", "handed_over"]
    assert mails.recipients == ["right@example.cn"]
    assert mails.ids == [failed.message_id_header]


# ---------- what happens on the way ----------


async def test_a_server_that_stalls_is_left_and_asked_again(working, mails: MailServer) -> None:
    mails.data.append(never)
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        first, second = await world.attempts()
        assert first[:2] == ("put_off", None)
        assert "没有得到邮件服务器的答复" in first[2]
        assert second[0] == "handed_over"
    assert len(mails.taken) == 1
    assert mails.connections == 2, "a conversation that broke off is not gone on with"


async def test_a_connection_that_breaks_after_the_content_sends_the_same_bytes_again(
    working, mails: MailServer
) -> None:
    async def take_and_drop(server: SMTP, envelope: Envelope) -> str:
        mails.taken.append(envelope.content)
        return await drop(server, envelope)

    mails.data.append(take_and_drop)
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        assert [attempt[0] for attempt in await world.attempts()] == ["put_off", "handed_over"]
    first, second = mails.taken
    assert first == second
    assert len(set(mails.ids)) == 1


async def test_a_connection_the_server_ended_while_idle_is_no_letters_fault(working, mails: MailServer) -> None:
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        mails.hang_up()
        mails.mail += ["421 4.7.0 enough"]
        await world.publish(example(SubsidyComputed, subsidy_id="S-9", carrier=carrier(0)))
        await until(lambda: world.are("handed_over", "handed_over"))
        await world.publish(example(SubsidyComputed, subsidy_id="S-10", carrier=carrier(0)))
        await until(lambda: world.are(*["handed_over"] * 3))
        outcomes = [attempt[0] for attempt in await world.attempts()]
        assert outcomes.count("handed_over") == 3
        assert outcomes.count("put_off") <= 1  # the 421, if it came to a connection that was new


async def test_a_server_that_ends_a_used_connection_at_the_next_mail_costs_no_attempt(
    working, mails: MailServer
) -> None:
    async with working() as world:
        await letters(world)
        await until(lambda: world.are("handed_over"))
        mails.mail.append("421 4.7.0 too many messages on this connection")
        await world.publish(example(SubsidyComputed, subsidy_id="S-9", carrier=carrier(0)))
        await until(lambda: world.are("handed_over", "handed_over"))
        assert [attempt[0] for attempt in await world.attempts()] == ["handed_over", "handed_over"]
    assert mails.connections == 2


async def test_letters_wait_for_a_server_that_is_not_there_and_go_when_it_comes(working) -> None:
    port = free_port()
    async with working(f"smtp://127.0.0.1:{port}") as world:
        await letters(world, 3)

        async def tried() -> bool:
            return len(await world.attempts()) >= 1

        await until(tried)
        assert await world.are("queued", "queued", "queued")
        assert {attempt[:2] for attempt in await world.attempts()} == {("put_off", None)}
        async with MailServer().serving(port=port) as late:
            await until(lambda: world.are("handed_over", "handed_over", "handed_over"))
            assert len(set(late.ids)) == len(late.ids) == 3


async def test_what_the_database_does_not_take_is_noted_later_and_not_sent_again(
    working, mails: MailServer, database: AsyncEngine
) -> None:
    async def take_the_table_away(_: SMTP, __: Envelope) -> str:
        async with database.begin() as connection:
            await connection.execute(text("alter table attempt rename to attempt_gone"))
        return ""

    mails.data.append(take_the_table_away)
    async with working() as world:
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


# ---------- one letter, one sender ----------


async def test_two_senders_never_send_the_same_letter(
    working, mails: MailServer, database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> None:
    async with working(None, _nothing) as world:
        await letters(world, 60)
    engine = open_database(database.url)
    async with (
        working(),
        at_work(engine, nats_server.url, tmp_path, mails.url, sending()) as other,
    ):
        await until(lambda: other.are(*["handed_over"] * 60))
    await engine.dispose()
    assert len(mails.ids) == len(set(mails.ids)) == 60
    assert mails.connections >= 2


async def _nothing(running: Running) -> None:
    await running.stop.wait()


async def test_what_a_dead_sender_had_in_hand_goes_again_when_its_lease_is_over_and_is_the_same(
    working, mails: MailServer
) -> None:
    """It died after the server took the letter and before that was noted: the same bytes under the same Message-ID."""

    async def take_and_die(server: SMTP, envelope: Envelope) -> str:
        mails.taken.append(envelope.content)
        return await never(server, envelope)

    mails.data.append(take_and_die)
    clock = Clock()
    async with working(None, _nothing) as world:
        await letters(world)
        dying = asyncio.create_task(_sender(world.running, mails, clock).round())

        async def taken() -> bool:
            return len(mails.taken) == 1

        await until(taken)
        async with transaction(world.database) as connection:  # what `kill -9` leaves: no note, and its lease
            leased = update(MESSAGE).values(leased_until=clock() + LEASE)
            dying.cancel()
            await asyncio.wait([dying])
            await connection.execute(leased)
        second = _sender(world.running, mails, clock)
        assert await second.round() == 0, "another sender leaves it alone as long as it is leased"
        clock.ahead = LEASE + timedelta(seconds=1)
        assert await second.round() == 1
        await second.transport.close()
        assert await world.states() == ["handed_over"]
    first, again = mails.taken
    assert first == again


def _sender(running: Running, mails: MailServer, machine: Now, delays: Sequence[float] = QUICK) -> Sender:
    from services.notify.senders.smtp import Smtp, server_of  # noqa: PLC0415 - beside its only use

    return Sender(running, Smtp(server_of(mails.url), "miaopu.example.cn", PATIENCE), machine, delays)


async def test_a_lease_is_renewed_while_a_server_takes_its_time(
    working, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another sender looks all the while, with a clock on which the first lease has long run out."""
    monkeypatch.setattr("services.notify.schedule.RENEW_SECONDS", 0.05)
    clock = Clock()

    async def slowly(_: SMTP, __: Envelope) -> str:
        for _ in range(10):
            clock.ahead += LEASE / 2
            await asyncio.sleep(0.15)
            assert await _sender(world.running, mails, clock).round() == 0
        return ""

    mails.data.append(slowly)
    async with working(None, _nothing) as world:
        await letters(world)
        sender = _sender(world.running, mails, clock)
        sender.transport.patience = PATIENCE._replace(content=60)
        assert await sender.round() == 1
        await sender.transport.close()
        assert await world.states() == ["handed_over"]
    assert len(mails.taken) == 1


async def test_that_a_letter_was_handed_over_is_noted_even_if_the_lease_was_lost(working, mails: MailServer) -> None:
    clock = Clock()
    async with working(None, _nothing) as world:
        await letters(world)
        async with world.unit("slow") as unit:
            (slow,) = await hand_over.claim(unit, 9, "a@example.cn", clock(), LEASE)
        clock.ahead = LEASE * 2
        async with world.unit("quick") as unit:
            (quick,) = await hand_over.claim(unit, 9, "other@example.cn", clock(), LEASE)
        assert quick.letter == slow.letter, "who sends it is fixed when it is first taken up"
        refused = hand_over.Outcome("refused", 550, "late")
        async with world.unit("slow") as unit:
            await hand_over.note(unit, slow, refused, clock())
        assert await world.states() == ["queued"], "a lost lease settles nothing"
        async with world.unit("slow") as unit:
            await hand_over.note(unit, slow, hand_over.Outcome("handed_over", 250, "ok"), clock())
        async with world.unit("quick") as unit:
            await hand_over.note(unit, quick, refused, clock())
        assert await world.states() == ["handed_over"]
        assert [attempt[0] for attempt in await world.attempts()] == ["handed_over"]


# ---------- limits, stopping, encryption ----------


async def test_no_more_letters_go_in_a_minute_than_the_office_allows(working, mails: MailServer) -> None:
    clock = Clock()
    async with working(None, sending(machine=clock), smtp_per_minute=4) as world:
        await letters(world, 10)

        async def sent(number: int) -> bool:
            return len(mails.taken) == number

        for minute in (4, 8, 10):
            await until(lambda most=minute: sent(most))
            await asyncio.sleep(1.5)
            assert len(mails.taken) == minute
            clock.ahead += timedelta(seconds=61)
        await until(lambda: world.are(*["handed_over"] * 10))
        assert {row.attempts for row in await world.rows()} == {1}


async def test_told_to_stop_it_does_not_wait_for_a_stalled_server_and_gives_the_letters_back(
    working, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.schedule.STOP_SECONDS", 0.2)
    mails.data.append(never)
    patient = PATIENCE._replace(content=600)
    async with working(None, sending(patience=patient)) as world:
        await letters(world, 3)

        async def offered() -> bool:
            return len(mails.offered) == 1

        await until(offered)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 30
    assert [(row.state, row.leased_until, row.attempts) for row in await world.rows()] == [("queued", None, 0)] * 3
    await until(partial(_nobody_connected, mails))


async def _nobody_connected(mails: MailServer) -> bool:
    return not mails.open_


async def test_the_letter_in_hand_is_finished_when_the_service_stops(working, mails: MailServer) -> None:
    begun = asyncio.Event()

    async def slowly(_: SMTP, __: Envelope) -> str:
        begun.set()
        await asyncio.sleep(0.7)
        return ""

    mails.data.append(slowly)
    async with working() as world:
        await letters(world)
        await begun.wait()
    assert await world.states() == ["handed_over"]


async def test_without_a_mail_server_letters_stay_queued(
    database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> None:
    async with at_work(database, nats_server.url, tmp_path, None) as world:
        await letters(world, 2)
        assert await world.are("queued", "queued")
        assert await world.attempts() == []


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that only who is told of it trusts."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True, env={**os.environ, "RANDFILE": str(folder / "rnd")},
    )  # fmt: skip
    return folder


@pytest.fixture
def tls(authority: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority / "cert.pem", authority / "key.pem")
    return context


@pytest.mark.parametrize(("scheme", "at_once"), [("smtp", False), ("smtps", True)])
async def test_letters_go_encrypted_and_with_a_login_where_the_server_asks_for_it(
    working, authority: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, scheme: str, at_once: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "cert.pem"))
    async with MailServer().serving(tls, at_once=at_once) as server:
        url = f"{scheme}://user:secret@127.0.0.1:{server.port}"
        async with working(url) as world:
            await letters(world, 2)
            await until(lambda: world.are("handed_over", "handed_over"))
        assert set(server.logins) == {"user:secret"}
        assert server.connections == 1
        if not at_once:
            assert server.encrypted == [True, True]


async def test_a_certificate_nobody_vouches_for_or_a_wrong_password_fails_no_letter(
    working, authority: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with MailServer().serving(tls) as server:
        async with working(f"smtp://user:secret@127.0.0.1:{server.port}") as world:
            await letters(world)
            await until(lambda: _last_words(world, "certificate verify failed"))
            assert await world.states() == ["queued"]
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "cert.pem"))
        async with working(f"smtp://user:wrong@127.0.0.1:{server.port}") as world:
            await until(lambda: _last_words(world, "Authentication credentials invalid"))
            assert await world.states() == ["queued"]
        assert server.taken == []


async def _last_words(world: World, words: str) -> bool:
    attempts = await world.attempts()
    return bool(attempts) and words in attempts[-1][2]
