"""Parked events: handled again by the consumer that parked them and by no other, at an official's wish, once."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli.root import miaopu
from services.incubator.service import SERVICE
from services.incubator.store.tables import SUBSIDY
from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.db.transaction import reading, transaction
from shared.messaging import parking
from shared.messaging.consumer import Hearing
from shared.messaging.redrive import redrive_parked, redrive_waiting
from shared.running.opening import opened_database
from shared.running.running import Running
from tests.integration.small_service import DURABLE, SmallService, at_work, finalised, now, send, until
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database

GONE = DomainError("round-closed", "本轮已经结束")


@pytest.fixture
def small() -> SmallService:
    return SmallService()


@pytest.fixture
async def running(
    small: SmallService, database: AsyncEngine, nats_server: NatsServer, tmp_path: Path
) -> AsyncIterator[Running]:
    async with at_work(small, database, nats_server.url, tmp_path) as made:
        yield made


def message(number: int, consumer: str = DURABLE, sequence: int | None = None) -> parking.Parked:
    """An event as a consumer parks it."""
    event = finalised(number)
    headers = headers_of(event, Envelope(f"e{number}", "/test", now(), event.about()))
    place = number if sequence is None else sequence
    return parking.Parked(
        consumer, "INCUBATOR", place, event.subject(), headers, body_of(event), "bug", "a bug of old", 1
    )


async def park(running: Running, *messages: parking.Parked) -> None:
    async with transaction(running.engine) as connection:
        for each in messages:
            await parking.park(connection, running.service.spine, each, now())


async def ask(running: Running, *numbers: int, state: str = parking.REDRIVING) -> None:
    async with transaction(running.engine) as connection:
        for number in numbers:
            await parking.settle(connection, running.service.spine, number, state, "clerk-1", "已修正", now())


async def rows(running: Running) -> list[RowMapping]:
    async with reading(running.engine) as connection:
        found = await connection.execute(select(running.service.spine.parked).order_by("id"))
        return list(found.mappings())


async def count(running: Running, table: Any) -> int:
    async with reading(running.engine) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        return found


async def is_redriven(running: Running) -> bool:
    (row,) = await rows(running)
    return bool(row["state"] == parking.REDRIVEN)


async def test_a_parked_event_is_redriven_by_its_consumer_with_what_follows(
    running: Running, small: SmallService
) -> None:
    """From the stream into the parking, and by an official's wish through the very same consumer."""
    spine = running.service.spine
    small.failing["e1"] = [GONE] * 2
    await send(running.jetstream, 1)
    work = asyncio.create_task(running.run())
    await until(lambda: count(running, spine.parked))
    (row,) = await rows(running)
    small.failing.clear()  # the cause is put right
    assert await count(running, small.entry) == 0
    await ask(running, row["id"])
    await until(lambda: is_redriven(running))
    running.stop.set()
    await work
    assert [await count(running, table) for table in (small.entry, spine.inbox, spine.outbox)] == [1, 1, 1]
    (row,) = await rows(running)
    assert (row["settled_by"], row["reason"], row["attempts"]) == ("clerk-1", "已修正", 1)
    assert (await running.jetstream.stream_info("INCUBATOR")).state.messages == 2  # what follows, and not it again


async def test_one_that_fails_again_is_parked_again_with_the_new_error_and_writes_nothing(
    running: Running, small: SmallService
) -> None:
    await park(running, message(1), message(2))
    small.failing["e1"] = [ConnectionError("still broken")]
    await ask(running, 1, 2)
    assert await redrive_waiting(running.hearings) == 1
    first, second = await rows(running)
    assert (first["state"], first["code"], first["error"]) == ("parked", "ConnectionError", "still broken")
    assert (first["attempts"], first["settled_by"], second["state"]) == (2, "clerk-1", "redriven")
    spine = running.service.spine
    assert [await count(running, table) for table in (small.entry, spine.inbox, spine.outbox)] == [1, 1, 1]
    await ask(running, 1)
    assert await redrive_waiting(running.hearings) == 1
    assert [row["state"] for row in await rows(running)] == ["redriven", "redriven"]


async def test_nothing_is_redriven_without_a_wish_nor_by_another_consumer(
    running: Running, small: SmallService
) -> None:
    await park(running, message(1), message(2, "somebody-else"))
    await ask(running, 2)
    assert await redrive_waiting(running.hearings) == 0
    assert [row["state"] for row in await rows(running)] == ["parked", "redriving"]
    assert await count(running, small.entry) == 0


async def test_an_event_that_was_handled_meanwhile_is_not_handled_twice(running: Running, small: SmallService) -> None:
    await park(running, message(1), message(1, sequence=7))
    await ask(running, 1, 2)
    assert await redrive_waiting(running.hearings) == 2
    assert await count(running, small.entry) == 1
    assert [row["state"] for row in await rows(running)] == ["redriven", "redriven"]


async def test_two_processes_redrive_each_event_once(running: Running, small: SmallService) -> None:
    await park(running, *(message(number) for number in range(1, 21)))
    await ask(running, *range(1, 21))
    replica = tuple(
        Hearing(each.consumer, each.engine, each.tables, each.source, each.now, each.committed)
        for each in running.hearings
    )
    done = await asyncio.gather(*(redrive_waiting(each) for each in (running.hearings, replica, running.hearings)))
    assert sum(done) == 20
    assert await count(running, small.entry) == 20
    assert {row["state"] for row in await rows(running)} == {"redriven"}
    assert {row["attempts"] for row in await rows(running)} == {1}


async def test_what_cannot_be_read_is_parked_again_until_a_program_can_read_it(
    running: Running, small: SmallService
) -> None:
    await park(running, message(1)._replace(body=b"\xff\x00"))
    await ask(running, 1)
    assert await redrive_waiting(running.hearings) == 0
    (row,) = await rows(running)
    assert (row["state"], row["code"], bytes(row["body"])) == ("parked", "unreadable-event", b"\xff\x00")


async def test_a_decision_stands_even_if_the_message_comes_again(running: Running) -> None:
    """Its acknowledgement was lost, say: what is discarded stays so, and a wish to redrive is not forgotten."""
    await park(running, message(1), message(2), message(3))
    await ask(running, 1, state=parking.DISCARDED)
    await ask(running, 2)
    await park(running, *(message(number)._replace(error="again") for number in (1, 2, 3)))
    assert [(row["state"], row["error"]) for row in await rows(running)] == [
        ("discarded", "a bug of old"), ("redriving", "a bug of old"), ("parked", "again"),
    ]  # fmt: skip


# ---------- the command, on the real service's database ----------


@pytest.fixture
def settings(database: AsyncEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation on this database, whose environment the command finds."""
    monkeypatch.setenv("MIAOPU_DATA", str(tmp_path))
    if database.dialect.name == "sqlite":
        return Settings(data=tmp_path)
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    monkeypatch.setenv("MIAOPU_DATABASE_URL", url)
    return Settings(data=tmp_path, database_url=url)


async def command(*arguments: str) -> Result:
    """In a thread: the command has a loop of its own, as in a process of its own."""
    result = await asyncio.to_thread(CliRunner().invoke, miaopu, ["parked", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


async def test_the_command_lists_shows_redrives_and_discards(settings: Settings) -> None:
    async with opened_database(settings, SERVICE) as engine:
        await upgrade(engine, SERVICE)
        (consumer,) = (each for each in SERVICE.consumers if each.durable == DURABLE)
        hearing = Hearing(consumer, engine, SERVICE.spine, "/incubator", now, lambda: None)
        poison = message(3)._replace(body=b"poison")
        async with transaction(engine) as connection:
            for each in (message(1), message(2), poison, message(4, "gone")):
                await parking.park(connection, SERVICE.spine, each, now())
        listed = json.loads((await command("list", "incubator", "--json")).output)
        assert [(row["service"], row["id"], row["state"]) for row in listed] == [
            ("incubator", number, "parked") for number in (1, 2, 3, 4)
        ]
        shown = (await command("show", "incubator", "3")).output
        for words in ("a bug of old", "poison", "ce-id: e3"):
            assert words in shown
        assert (await command("redrive", "incubator", "1", "--by", "clerk-1")).exit_code != 0  # no reason
        refused = await command("redrive", "incubator", "4", "--by", "clerk-1", "--reason", "再试")
        assert (refused.exit_code, "只能放弃" in refused.output) == (1, True)
        both = await command("redrive", "incubator", "1", "--all", "--by", "clerk-1", "--reason", "再试")
        assert (both.exit_code, "二者选一" in both.output) == (1, True)

        waiting = await command("redrive", "incubator", "1", "--by", "clerk-1", "--reason", "已修正", "--wait", "0.1")
        assert "还在等待" in waiting.output  # no service runs yet, and the wish is kept
        stop = asyncio.Event()
        service = asyncio.create_task(redrive_parked([hearing], stop))
        done = await command("redrive", "incubator", "2", "3", "--by", "clerk-1", "--reason", "已修正", "--wait", "90")
        stop.set()
        await service
        assert "2 号：已重新处理" in done.output
        assert "3 号：又没有成功" in done.output
        assert done.exit_code == 1
        async with reading(engine) as connection:
            assert (await connection.execute(select(func.count()).select_from(SUBSIDY))).scalar_one() == 2
            row = await parking.shown(connection, SERVICE.spine, 1)
        assert (row["state"], row["settled_by"], row["reason"]) == ("redriven", "clerk-1", "已修正")

        given_up = await command(
            "discard", "incubator", "--all", "--code", "unreadable-event", "--by", "c", "--reason", "误报"
        )
        assert "已放弃 1 个事件" in given_up.output
        twice = await command("discard", "incubator", "3", "--by", "c", "--reason", "误报")
        assert (twice.exit_code, "已经处理过（已放弃）" in twice.output) == (1, True)
        assert "没有名为 nobody 的服务" in (await command("show", "nobody", "1")).output
