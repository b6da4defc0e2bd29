"""What a box promises its services: work in hand is finished, a failure is never hidden, nobody speaks for another."""

import asyncio
import json
import signal
import sqlite3
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nats
import pytest

from services.onebox import Box, onebox
from shared.contracts.contact import IncubatorContactChanged
from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.event import Event
from shared.contracts.incubator import SettlementRequested
from shared.core.clock import system_now
from shared.core.settings import read_settings
from shared.db.revise import revise
from shared.messaging.relay import Relay
from tests.integration.boxes import PATIENCE, Process, is_ours, nothing_left, until
from tests.integration.tiny import FAIL, SLOWLY, STAY, tiny


@pytest.fixture
async def migrations(tmp_path: Path) -> Path:
    """The tiny service's revisions, written as a developer writes them."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    assert await revise(tiny(folder), "The tables") is not None
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = (tmp_path / "data").resolve()
    with nothing_left(folder):
        yield folder


@pytest.fixture
async def box(data: Path, migrations: Path) -> AsyncIterator[Box]:
    settings = read_settings({"MIAOPU_DATA": str(data), "MIAOPU_PORT": "0"})
    async with onebox(settings, services=(tiny(migrations),)) as made:
        yield made


def a_box(data: Path, migrations: Path) -> Process:
    return Process("-m", "tests.integration.tiny", str(migrations), data=data)


def requested(reason: str) -> SettlementRequested:
    return SettlementRequested.model_validate({**SettlementRequested.example, "reason": reason})


async def say(data: Path, event: Event, id_: str) -> None:
    """As a program outside: with nothing but the credentials."""
    known = json.loads((data / "credentials.json").read_text())
    client = await nats.connect(known["url"], user="outside", password=known["users"]["outside"])
    headers = headers_of(event, Envelope(id_, "/outside", system_now(), event.about()))
    await client.jetstream().publish(event.subject(), body_of(event), headers=headers, timeout=60)
    await client.close()


def rows(data: Path, query: str) -> int:
    connection = sqlite3.connect(data / "incubator.db")
    try:
        found: int = connection.execute(query).fetchone()[0]
        return found
    finally:
        connection.close()


async def test_a_batch_in_hand_is_finished_and_what_follows_is_published_before_it_ends(
    data: Path, migrations: Path
) -> None:
    with a_box(data, migrations) as process:
        process.wait_started()
        await say(data, requested(SLOWLY), "slow")
        until(lambda: "working" in process.output, "the batch is in hand")
        assert process.end(signal.SIGTERM) == 0
        assert "Traceback" not in process.output
    assert rows(data, "select count(*) from heard") == 1
    assert rows(data, "select count(*) from outbox where sent_at is not null") == 1


async def test_what_came_while_it_was_dead_is_heard_once_at_the_next_start(data: Path, migrations: Path) -> None:
    with a_box(data, migrations) as process:
        process.wait_started()
        await say(data, requested("first"), "e1")
        until(lambda: process.get("/incubator/heard").json() == 1, "heard")
        process.end(signal.SIGKILL)
        await say(data, requested("second"), "e2")  # the message server lives on
    with a_box(data, migrations) as again:
        again.wait_started()
        until(lambda: again.get("/incubator/heard").json() == 2, "heard after the start")
        assert again.end() == 0


def test_a_work_that_fails_ends_the_process_and_shows_why(data: Path, migrations: Path) -> None:
    with a_box(data, migrations) as process:
        process.wait_started()
        pid = process.nats_pid
        (data / FAIL).touch()
        assert process.popen.wait(PATIENCE) == 1
        process.end()
        assert "ValueError: the tiny service was asked to fail" in process.output
    assert not is_ours(pid, data)


def test_told_twice_it_ends_at_once_and_leaves_no_server(data: Path, migrations: Path) -> None:
    with a_box(data, migrations) as process:
        process.wait_started()
        pid = process.nats_pid
        (data / STAY).touch()
        process.popen.send_signal(signal.SIGINT)
        with pytest.raises(Exception, match="timed out"):
            process.popen.wait(1.5)
        assert process.end(signal.SIGINT) == 130
        assert "Traceback" not in process.output
    until(lambda: not is_ours(pid, data), "the message server is gone")


async def test_whoever_is_in_the_box_is_cancelled_when_a_work_fails(data: Path, migrations: Path) -> None:
    settings = read_settings({"MIAOPU_DATA": str(data), "MIAOPU_PORT": "0"})

    async def wait() -> None:
        async with onebox(settings, services=(tiny(migrations),)):
            (data / FAIL).touch()
            await asyncio.sleep(90)

    with pytest.raises(ValueError, match="asked to fail"):
        await wait()
    async with asyncio.timeout(90):  # nothing of the cancellation is left
        await asyncio.sleep(0)


async def test_a_relay_with_a_bug_never_dies_in_silence(
    data: Path, migrations: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_: Relay, __: asyncio.Event) -> None:
        await asyncio.sleep(0.1)
        raise ValueError("a bug in the relay")

    monkeypatch.setattr(Relay, "run", broken)
    settings = read_settings({"MIAOPU_DATA": str(data), "MIAOPU_PORT": "0"})

    async def wait() -> None:
        async with onebox(settings, services=(tiny(migrations),)):
            await asyncio.sleep(PATIENCE)

    with pytest.raises(ValueError, match="a bug in the relay"):
        await wait()


async def test_the_site_knows_where_it_really_is(box: Box) -> None:
    assert box.running("incubator").settings.base_url == box.url
    assert box.settings.port == 0
    assert not box.url.endswith(":0")


async def test_a_program_outside_may_tell_what_it_knows_and_nothing_else(box: Box) -> None:
    known = json.loads((box.settings.data / "credentials.json").read_text())
    refused: list[str] = []

    async def told(error: Exception) -> None:
        refused.append(str(error))

    async def as_(user: str) -> Any:
        return await nats.connect(known["url"], user=user, password=known["users"][user], error_cb=told)

    async def refusal(subject: str) -> None:
        # no flush: the driver's PING overtakes what waits to be written, so its PONG proves nothing
        said = f'"{subject.lower()}"'  # the driver writes it small
        await asyncio.to_thread(until, lambda: any(said in error for error in refused), f"refusing {subject}")
        assert any(said in error for error in refused)

    outside, incubator = await as_("outside"), await as_("incubator")
    contact = IncubatorContactChanged.model_validate(IncubatorContactChanged.example)
    await outside.jetstream().publish(contact.subject(), body_of(contact), timeout=60)
    await incubator.jetstream().publish("incubator.round.opened.v1", b"{}", timeout=60)
    for client, subject in (
        (outside, "incubator.subsidy.approved.v1"),
        (outside, "notify.message.queued.v1"),
        (outside, "$JS.API.STREAM.DELETE.INCUBATOR"),
        (outside, "$JS.API.STREAM.MSG.GET.CONTACTS"),
        (incubator, "notify.message.queued.v1"),
        (incubator, "contact.talent.changed.v1.x"),
    ):
        await client.publish(subject, b"{}")
        await refusal(subject)
    for subject in ("contact.>", "_INBOX_incubator.>", ">"):
        await outside.subscribe(subject)
        await refusal(subject)
    await outside.close()
    await incubator.close()


async def test_nobody_speaks_without_a_password(box: Box) -> None:
    known = json.loads((box.settings.data / "credentials.json").read_text())
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(known["url"]).port)
    writer.write(b'CONNECT {"verbose":false}\r\nPING\r\n')
    assert b"Authorization Violation" in await reader.read()
    writer.close()
    await writer.wait_closed()
