"""Rate, stopping, encryption and logins, on a real mail server."""

import asyncio
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.domain.mail import Mail
from services.notify.senders.smtp import Smtp, server_of
from tests.integration.notify_mails import MailServer, never, nobody_connected
from tests.integration.notify_world import (
    PATIENCE,
    Clock,
    Office,
    World,
    at_work,
    letters,
    sending,
    until,
)
from tests.servers import NatsServer

pytestmark = pytest.mark.tables_of("notify")


@pytest.fixture
async def mails() -> AsyncIterator[MailServer]:
    async with MailServer().serving() as server:
        yield server


@pytest.fixture
def office(database: AsyncEngine, nats_server: NatsServer, tmp_path: Path, mails: MailServer) -> Office:
    return Office(database, nats_server, tmp_path, mails)


async def test_no_more_letters_go_in_a_minute_than_the_office_allows(office: Office, mails: MailServer) -> None:
    clock = Clock()
    async with office.at_work(sending(machine=clock), smtp_per_minute=4) as world:
        await letters(world, 10)

        for minute in (4, 8, 10):
            await until(partial(_sent, mails, minute))
            await asyncio.sleep(1.5)
            assert len(mails.taken) == minute
            clock.ahead += timedelta(seconds=61)
        await until(lambda: world.are(*["handed_over"] * 10))
        assert {row.attempts for row in await world.rows()} == {1}


async def _sent(mails: MailServer, number: int) -> bool:
    return len(mails.taken) == number


async def _offered(mails: MailServer) -> bool:
    return len(mails.offered) == 1


async def test_told_to_stop_it_does_not_wait_for_a_stalled_server_and_gives_the_letters_back(
    office: Office, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.notify.schedule.STOP_SECONDS", 0.2)
    mails.data.append(never)
    patient = PATIENCE._replace(content=600)
    async with office.at_work(sending(patience=patient)) as world:
        await letters(world, 3)

        await until(partial(_offered, mails))
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < 30
    assert [(row.state, row.leased_until, row.attempts) for row in await world.rows()] == [("queued", None, 0)] * 3
    await until(partial(nobody_connected, mails))


async def _nobody_connected(mails: MailServer) -> bool:
    return not mails.open_


async def test_a_hand_over_that_is_interrupted_leaves_no_connection_nobody_knows_the_state_of(
    mails: MailServer,
) -> None:
    mails.data.append(never)
    smtp = Smtp(server_of(mails.url), "miaopu.example.cn", PATIENCE._replace(content=600))
    handing = asyncio.create_task(smtp.hand_over(Mail("a@example.cn", "b@example.cn", b"Subject: x\r\n\r\nx\r\n")))
    await until(partial(_offered, mails))
    handing.cancel()
    await asyncio.wait([handing])
    await until(partial(nobody_connected, mails))


async def test_the_letter_in_hand_is_finished_when_the_service_stops(office: Office, mails: MailServer) -> None:
    begun = asyncio.Event()

    async def slowly(_: SMTP, __: Envelope) -> str:
        begun.set()
        await asyncio.sleep(0.7)
        return ""

    mails.data.append(slowly)
    async with office.at_work() as world:
        await letters(world)
        await begun.wait()
    assert await world.states() == ["handed_over"]
    assert mails.goodbyes == mails.connections == 1


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
    office: Office, authority: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, scheme: str, at_once: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "cert.pem"))
    async with MailServer().serving(tls, at_once=at_once) as server:
        url = f"{scheme}://user:secret@127.0.0.1:{server.port}"
        async with office.at_work(smtp_url=url) as world:
            await letters(world, 2)
            await until(lambda: world.are("handed_over", "handed_over"))
        assert set(server.logins) == {"user:secret"}
        assert server.connections == 1
        if not at_once:
            assert server.encrypted == [True, True]


async def test_a_certificate_nobody_vouches_for_or_a_wrong_password_fails_no_letter(
    office: Office, authority: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with MailServer().serving(tls) as server:
        async with office.at_work(smtp_url=f"smtp://user:secret@127.0.0.1:{server.port}") as world:
            await letters(world)
            await until(lambda: _last_words(world, "certificate verify failed"))
            assert await world.states() == ["queued"]
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "cert.pem"))
        async with office.at_work(smtp_url=f"smtp://user:wrong@127.0.0.1:{server.port}") as world:
            await until(lambda: _last_words(world, "Authentication credentials invalid"))
            assert await world.states() == ["queued"]
        assert server.taken == []


async def _last_words(world: World, words: str) -> bool:
    attempts = await world.attempts()
    return bool(attempts) and words in attempts[-1][2]
