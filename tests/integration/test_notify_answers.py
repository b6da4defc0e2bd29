"""What a mail server answers, and what becomes of the letter: its words are kept, nothing is lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notify.usecases.decide import resend
from shared.contracts.notify import MessageFailed
from shared.core.errors import DomainError
from tests.integration.notify_mails import MailServer
from tests.integration.notify_world import (
    Office,
    World,
    contact,
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


@pytest.mark.parametrize("where", ["rcpt", "data", "mail"])
async def test_a_server_that_cannot_now_is_asked_again_with_the_same_bytes(
    office: Office, mails: MailServer, where: str
) -> None:
    getattr(mails, where).extend(["451 4.3.0 busy", "452 4.2.2 full"])
    async with office.at_work() as world:
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
    office: Office, mails: MailServer, where: str, said: str
) -> None:
    getattr(mails, where).append(said)
    async with office.at_work() as world:
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


async def test_who_refuses_for_days_fails_in_the_end_and_sent_again_is_asked_as_patiently(
    office: Office, mails: MailServer
) -> None:
    mails.data += ["451 4.3.0 busy"] * 5
    async with office.at_work(sending(delays=(0.1, 0.1))) as world:
        await letters(world)
        await until(lambda: world.are("failed"))
        (row,) = await world.rows()
        assert (row.attempts, row.last_error) == (3, "451 4.3.0 busy")
        assert mails.taken == []
        async with world.unit() as unit:
            await resend(unit, row.id, "邮件服务器已经修好")
        await until(lambda: world.are("handed_over"))
        (row,) = await world.rows()
        assert row.attempts == 6
    assert len(set(mails.offered)) == len(mails.taken) == 1


async def test_a_failed_letter_sent_again_goes_to_the_corrected_address_under_its_own_message_id(
    office: Office, mails: MailServer
) -> None:
    mails.rcpt.append("550 5.1.1 no such mailbox")
    async with office.at_work() as world:
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
