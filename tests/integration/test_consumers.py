"""Consumers on real servers: what is heard is handled once, in batches; what fails holds up nothing else."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from nats.js import JetStreamContext
from sqlalchemy import Column, Integer, String, Table, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.incubator import EvaluationFinalised
from shared.core.errors import DomainError
from shared.db.engine import open_database
from shared.db.transaction import reading, transaction
from shared.messaging import consumer as consumers
from shared.messaging import parking
from shared.messaging.broker import connect, hear
from shared.messaging.consumer import DELAYS, Hearing
from shared.messaging.provision import provision
from shared.messaging.tables import SpineTables
from tests.integration.spine_world import (
    SOURCE,
    Ledger,
    count,
    drained,
    finalised,
    hearing,
    now,
    provisioned,
    quiet,
    send,
    until,
)
from tests.servers import NatsServer, free_port

pytestmark = pytest.mark.empty_database


@pytest.fixture
async def jetstream(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    async with provisioned(nats_server) as made:
        yield made


@pytest.fixture
async def ledger(database: AsyncEngine, spine: SpineTables) -> Ledger:
    table = Table(
        "ledger", spine.outbox.metadata, Column("number", Integer, primary_key=True), Column("event", String(100))
    )
    async with database.begin() as connection:
        await connection.run_sync(table.create)
    return Ledger(table)


async def test_events_are_handled_in_batches_with_what_follows_in_one_transaction(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, nats_server: NatsServer, ledger: Ledger
) -> None:
    await send(jetstream, range(300))
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await until(lambda: drained(jetstream))
    assert sum(ledger.batches) == 300
    assert len(ledger.batches) < 300
    assert [await count(database, table) for table in (ledger.table, spine.inbox, spine.outbox)] == [300, 300, 300]


async def test_an_event_delivered_twice_is_handled_once(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, nats_server: NatsServer, ledger: Ledger
) -> None:
    await send(jetstream, range(40))
    await send(jetstream, range(40), window="-again")  # within one batch, or in the next
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await until(lambda: drained(jetstream))
        await send(jetstream, range(40), window="-long after")
        await until(lambda: drained(jetstream))
    assert (await jetstream.stream_info("INCUBATOR")).state.messages == 120
    assert await count(database, ledger.table) == 40
    assert await count(database, spine.outbox) == 40


async def test_one_bad_event_does_not_fail_its_neighbours_and_is_parked(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, nats_server: NatsServer, ledger: Ledger
) -> None:
    ledger.failing["e3"] = [DomainError("round-closed", "本轮已经结束")] * 9
    await send(jetstream, range(10))
    subject = EvaluationFinalised.type_
    await jetstream.publish(subject, b"\xff\x00 not json", stream="INCUBATOR")
    headers = headers_of(finalised(1), Envelope("e99", "/test", now(), "x"))
    await jetstream.publish(subject, b'{"evaluation_id": 7}', stream="INCUBATOR", headers=headers)
    await jetstream.publish(
        subject, b"{}", stream="INCUBATOR", headers={**headers, "ce-type": "cn.miaopu.x", "Nats-Msg-Id": "x"}
    )
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await until(lambda: drained(jetstream))
    async with reading(database) as connection:
        events = set((await connection.execute(select(ledger.table.c.event))).scalars())
        parked = await parking.listed(connection, spine)
    assert events == {f"e{number}" for number in range(10)} - {"e3"}
    assert sorted(each["code"] for each in parked) == ["round-closed", *["unreadable-event"] * 3]
    assert {bytes(each["body"]) for each in parked} >= {b"\xff\x00 not json", b"{}"}
    told = next(each for each in parked if each["code"] == "round-closed")
    assert (told["headers"]["ce-id"], told["consumer"]) == ("e3", "incubator-settlement")
    assert told["error"] == "本轮已经结束（round-closed）"


async def test_what_may_succeed_later_is_tried_again_after_a_while(
    database: AsyncEngine,
    spine: SpineTables,
    jetstream: JetStreamContext,
    nats_server: NatsServer,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.messaging.consumer.DELAYS", (0.2, 0.2))
    # each event is tried in its batch, then by itself; e1 succeeds at the second delivery, e2 never does
    ledger.failing["e1"] = [ConnectionError("the database went away")] * 2
    ledger.failing["e2"] = [ConnectionError("for ever")] * 99
    await send(jetstream, range(4))
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await until(lambda: drained(jetstream))
    assert await count(database, ledger.table) == 3
    async with reading(database) as connection:
        (parked,) = await parking.listed(connection, spine)
    assert (parked["code"], parked["attempts"], parked["headers"]["ce-id"]) == ("ConnectionError", 3, "e2")


class Unacknowledged:
    """A message whose connection is gone by the time it is acknowledged."""

    def __init__(self, number: int) -> None:
        event = finalised(number)
        self.headers = headers_of(event, Envelope(f"e{number}", "/test", now(), event.about()))
        self.data = body_of(event)
        self.subject = event.subject()

    async def ack(self) -> None:
        raise ConnectionError("gone")

    async def nak(self, **_: float) -> None:
        raise AssertionError("what is committed is not put off")


async def test_what_is_committed_is_never_judged_again_even_if_it_cannot_be_acknowledged(
    database: AsyncEngine, spine: SpineTables, ledger: Ledger
) -> None:
    at_work = Hearing(ledger.consumer(), database, spine, SOURCE, now, lambda: None)
    messages: list[Any] = [Unacknowledged(1), Unacknowledged(2)]
    for batch in (messages, messages[:1]):  # they come again, together or alone
        with pytest.raises(ConnectionError, match="gone"):
            await at_work.handle(batch)
    assert [await count(database, table) for table in (ledger.table, spine.parked)] == [2, 0]
    assert ledger.batches == [2]


async def test_a_parked_event_is_settled_once_with_who_and_why(database: AsyncEngine, spine: SpineTables) -> None:
    message = parking.Parked("c", "INCUBATOR", 7, "s", {"ce-id": "e"}, b"x", "code", "first", 1)
    async with transaction(database) as connection:
        await parking.park(connection, spine, message, now())
        await parking.park(connection, spine, message._replace(error="second", attempts=2), now())
    async with reading(database) as connection:
        (row,) = await parking.listed(connection, spine)
    assert (row["error"], row["attempts"]) == ("second", 2)
    number = row["id"]
    async with transaction(database) as connection:
        with pytest.raises(DomainError, match="理由"):
            await parking.settle(connection, spine, number, parking.DISCARDED, "clerk-1", " ", now())
        settled = await parking.settle(connection, spine, number, parking.DISCARDED, "clerk-1", "重复报送", now())
        assert (settled["state"], settled["settled_by"], settled["reason"]) == ("discarded", "clerk-1", "重复报送")
        with pytest.raises(DomainError, match="已经处理过"):
            await parking.settle(connection, spine, number, parking.REDRIVEN, "clerk-2", "再试", now())
        with pytest.raises(DomainError, match="没有编号"):
            await parking.settle(connection, spine, number + 1, parking.REDRIVEN, "clerk-2", "再试", now())


async def test_a_consumer_that_is_told_to_stop_leaves_nothing_behind_for_the_next(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, nats_server: NatsServer, ledger: Ledger
) -> None:
    """What the server has given to a request that nobody waits for would come again only after its ack wait."""
    for part in range(4):
        async with hearing(ledger, database, spine, jetstream, nats_server.url):
            await send(jetstream, range(part * 20, part * 20 + 20))
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await until(lambda: drained(jetstream))
    info = await jetstream.consumer_info("INCUBATOR", "incubator-settlement")
    assert info.num_redelivered == 0
    assert await count(database, ledger.table) == 80


async def test_a_durable_that_is_gone_is_told_and_heard_again_once_it_is_back(
    database: AsyncEngine,
    spine: SpineTables,
    jetstream: JetStreamContext,
    nats_server: NatsServer,
    ledger: Ledger,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with hearing(ledger, database, spine, jetstream, nats_server.url):
        await jetstream.delete_consumer("INCUBATOR", "incubator-settlement")

        async def told() -> bool:
            return "cannot hear" in caplog.text

        await until(told)
        await provision(jetstream, [ledger.consumer().provisioned()])
        await send(jetstream, range(5))
        await until(lambda: drained(jetstream))
    assert await count(database, ledger.table) == 5


async def test_while_the_database_is_away_nothing_is_judged_and_all_is_handled_soon_after(
    database: AsyncEngine,
    spine: SpineTables,
    jetstream: JetStreamContext,
    nats_server: NatsServer,
    ledger: Ledger,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(consumers, "AWAY_SECONDS", 0.1)
    away = open_database(f"postgresql://nobody:x@127.0.0.1:{free_port()}/nowhere")
    consumer = ledger.consumer()
    await provision(jetstream, [consumer.provisioned()])
    client = await connect(nats_server.url, quiet)
    stop = asyncio.Event()
    at_work = Hearing(consumer, away, spine, SOURCE, now, lambda: None)
    running = asyncio.create_task(hear(client.jetstream(), at_work, stop))
    await send(jetstream, range(20))

    async def tried_more_often_than_a_message_is_ever_tried() -> bool:
        return at_work.tally.put_off >= 20 * (len(DELAYS) + 3)

    await until(tried_more_often_than_a_message_is_ever_tried)
    at_work.engine = database
    await until(lambda: drained(jetstream))
    stop.set()
    await running
    await client.close()
    await away.dispose()
    assert [await count(database, table) for table in (ledger.table, spine.parked)] == [20, 0]
