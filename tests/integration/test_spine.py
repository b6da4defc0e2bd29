"""The spine on real servers: what is written is published once, what is heard is handled once, nothing is lost."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import count as count_from
from typing import Any

import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StreamConfig
from sqlalchemy import Column, Integer, String, Table, func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.incubator import EvaluationFinalised, SettlementRequested, SubsidyBlocked
from shared.core.errors import DomainError
from shared.db.engine import open_database
from shared.db.transaction import reading, transaction
from shared.messaging import consumer as consumers
from shared.messaging import parking
from shared.messaging import relay as relays
from shared.messaging.broker import client_of, connect, hear
from shared.messaging.consumer import DELAYS, Consumer, Hearing, Received, consumes
from shared.messaging.outbox import Outgoing, backlog, event_id, publish
from shared.messaging.provision import Durable, ProvisionDiffers, provision
from shared.messaging.publisher import WrongStream
from shared.messaging.relay import Relay
from shared.messaging.tables import SpineTables
from shared.messaging.unit import Unit
from tests.servers import NatsServer, free_port

pytestmark = pytest.mark.empty_database

SOURCE = "/incubator"


def now() -> datetime:
    return datetime.now(UTC)


def finalised(number: int) -> EvaluationFinalised:
    return EvaluationFinalised.model_validate({**EvaluationFinalised.example, "evaluation_id": f"2018-{number}"})


def outgoing(number: int) -> Outgoing:
    return Outgoing(f"e{number}", finalised(number), correlation_id=f"story-{number}")


@pytest.fixture
async def jetstream(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    client = await connect(nats_server.url, _quiet)
    context = client.jetstream()
    await provision(context, [])
    yield context
    await client.close()


async def _quiet(error: Exception) -> None:
    """A killed server is what the test wants."""


async def write(database: AsyncEngine, spine: SpineTables, numbers: range) -> None:
    async with transaction(database) as connection:
        await publish(connection, spine, SOURCE, [outgoing(number) for number in numbers], now())


async def count(database: AsyncEngine, table: Table) -> int:
    async with reading(database) as connection:
        found: int = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        return found


async def until(holds: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds():
        assert asyncio.get_running_loop().time() < deadline, "it did not come about in time"
        await asyncio.sleep(0.05)


# ---------- outbox and relay ----------


async def test_what_is_rolled_back_is_never_published(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext
) -> None:
    async def fail() -> None:
        async with transaction(database) as connection:
            await publish(connection, spine, SOURCE, [outgoing(1)], now())
            raise RuntimeError("a bug")

    with pytest.raises(RuntimeError, match="a bug"):
        await fail()
    assert await Relay(database, spine, jetstream, now).publish_batch() == 0


async def test_the_relay_publishes_in_order_with_all_headers_and_marks_what_was_taken(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext
) -> None:
    await write(database, spine, range(2_500))
    async with reading(database) as connection:
        assert (await backlog(connection, spine)).rows == 2_500
    relay = Relay(database, spine, jetstream, now)
    assert [await relay.publish_batch() for _ in range(4)] == [1_000, 1_000, 500, 0]
    async with reading(database) as connection:
        assert await backlog(connection, spine) == (0, None)
    for sequence in (1, 1_001, 2_500):
        message = await jetstream.get_msg("INCUBATOR", sequence)
        assert message.headers is not None
        assert message.headers["ce-id"] == message.headers["Nats-Msg-Id"] == f"e{sequence - 1}"
        assert message.headers["ce-type"] == "cn.miaopu.incubator.evaluation.finalised.v1"
        assert message.headers["ce-correlationid"] == f"story-{sequence - 1}"
        assert message.headers["ce-subject"] == f"2018-{sequence - 1}"


async def test_a_crash_before_marking_publishes_again_and_the_stream_drops_it(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext
) -> None:
    await write(database, spine, range(3))
    await Relay(database, spine, jetstream, now).publish_batch()
    async with transaction(database) as connection:
        await connection.execute(
            spine.outbox.update().values(sent_at=None)
        )  # as if it had died before this was written
    assert await Relay(database, spine, jetstream, now).publish_batch() == 3
    assert (await jetstream.stream_info("INCUBATOR")).state.messages == 3


async def test_one_refused_row_does_not_hold_up_the_others_and_is_told(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext
) -> None:
    await write(database, spine, range(3))
    async with transaction(database) as connection:
        wrong = (
            spine.outbox.update().where(spine.outbox.c.event_id == "e1").values(subject="talent.nothing.happened.v1")
        )
        await connection.execute(wrong)
    await jetstream.delete_stream("TALENT")
    with pytest.raises(Exception, match=r"no response|NoStream|nats"):
        await Relay(database, spine, jetstream, now).publish_batch()
    async with reading(database) as connection:
        assert (await backlog(connection, spine)).rows == 1
    assert (await jetstream.stream_info("INCUBATOR")).state.messages == 2


async def test_a_running_relay_outlives_a_killed_server_and_loses_nothing(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, nats_server: NatsServer
) -> None:
    stop = asyncio.Event()
    relay = Relay(database, spine, jetstream, now)
    running = asyncio.create_task(relay.run(stop))
    await write(database, spine, range(50))
    relay.wake()
    nats_server.stop(signal.SIGKILL)
    await write(database, spine, range(50, 80))
    nats_server.start()

    async def published() -> bool:
        async with reading(database) as connection:
            return (await backlog(connection, spine)).rows == 0

    await until(published)
    stop.set()
    await running
    assert (await jetstream.stream_info("INCUBATOR")).state.messages == 80


async def test_what_a_cut_off_relay_could_not_publish_goes_again(
    database: AsyncEngine,
    spine: SpineTables,
    jetstream: JetStreamContext,
    nats_server: NatsServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large = [outgoing(number)._replace(body=b"{" + b" " * 4_000 + b"}") for number in range(1_000)]
    async with transaction(database) as connection:
        await publish(connection, spine, SOURCE, large, now())  # more than the driver keeps for a lost connection
    client = client_of(jetstream)
    give, begun = client.publish, count_from(1)

    async def cut_off_in_the_middle(*arguments: Any, **named: Any) -> Any:
        if next(begun) == 300:
            nats_server.stop(signal.SIGKILL)
        return await give(*arguments, **named)

    monkeypatch.setattr(client, "publish", cut_off_in_the_middle)
    monkeypatch.setattr(relays, "PATIENCE_SECONDS", 2)
    relay = Relay(database, spine, jetstream, now)
    for _ in range(3):
        with pytest.raises((NatsError, TimeoutError)):
            await relay.publish_batch()
    nats_server.start()

    async def published() -> bool:
        with suppress(NatsError, TimeoutError):
            await relay.publish_batch()
        async with reading(database) as connection:
            return (await backlog(connection, spine)).rows == 0

    await until(published)
    assert (await jetstream.stream_info("INCUBATOR")).state.messages == 1_000


def test_the_id_of_what_follows_is_derived_from_its_cause() -> None:
    assert event_id("e1", "makerspace-excellent") == event_id("e1", "makerspace-excellent")
    assert len({event_id("e1", "a", "b"), event_id("e1", "ab"), event_id("e1a", "b"), event_id("e2", "a", "b")}) == 4


# ---------- consumers ----------


class Ledger:
    """What a handler of these tests writes: a row per event, and an event that follows; it can be told to fail."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.batches: list[int] = []
        self.failing: dict[str, list[Exception]] = {}

    def consumer(self) -> Consumer:
        @consumes(EvaluationFinalised, SettlementRequested, durable="incubator-settlement")
        async def settle(received: list[Received[Any]], unit: Unit) -> None:
            self.batches.append(len(received))
            await unit.connection.execute(insert(self.table), [{"event": each.envelope.id} for each in received])
            for each in received:
                if failures := self.failing.get(each.envelope.id):
                    raise failures.pop(0)
                blocked = SubsidyBlocked.model_validate({**SubsidyBlocked.example, "cause_event_id": each.envelope.id})
                unit.publish(Outgoing(event_id(each.envelope.id, "blocked"), blocked, causation_id=each.envelope.id))

        return settle


@pytest.fixture
async def ledger(database: AsyncEngine, spine: SpineTables) -> Ledger:
    table = Table(
        "ledger", spine.outbox.metadata, Column("number", Integer, primary_key=True), Column("event", String(100))
    )
    async with database.begin() as connection:
        await connection.run_sync(table.create)
    return Ledger(table)


@asynccontextmanager
async def hearing(
    ledger: Ledger, database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext, url: str
) -> AsyncIterator[None]:
    consumer = ledger.consumer()
    await provision(jetstream, [consumer.provisioned()])
    client = await connect(url, _quiet)
    stop = asyncio.Event()
    at_work = Hearing(consumer, database, spine, SOURCE, now, lambda: None)
    running = asyncio.create_task(hear(client.jetstream(), at_work, stop))
    try:
        yield
    finally:
        stop.set()
        await running
        await client.close()


async def send(jetstream: JetStreamContext, numbers: range, *, window: str = "") -> None:
    for number in numbers:
        event = finalised(number)
        headers = headers_of(event, Envelope(f"e{number}", "/test", now(), event.about()))
        headers["Nats-Msg-Id"] += window  # another id for the stream's own window, the same event
        await jetstream.publish(event.subject(), body_of(event), stream="INCUBATOR", headers=headers)


async def drained(jetstream: JetStreamContext) -> bool:
    info = await jetstream.consumer_info("INCUBATOR", "incubator-settlement")
    return (info.num_pending, info.num_ack_pending) == (0, 0)


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


# ---------- provision ----------


async def test_provisioning_twice_changes_nothing(jetstream: JetStreamContext) -> None:
    durable = Durable("d", "INCUBATOR", ("incubator.evaluation.finalised.v1", "incubator.settlement.requested.v1"))
    single = Durable("one", "INCUBATOR", ("incubator.evaluation.finalised.v1",))
    for _ in range(2):
        await provision(jetstream, [durable, single])
    assert (await jetstream.stream_info("CONTACTS")).config.max_msgs_per_subject == 1
    with pytest.raises(ProvisionDiffers, match=r"INCUBATOR/one.*filter_subjects"):
        await provision(jetstream, [single._replace(subjects=("incubator.round.opened.v1",))])


async def test_a_stream_that_was_changed_stops_the_start(jetstream: JetStreamContext) -> None:
    await jetstream.update_stream(StreamConfig(name="NOTIFY", subjects=["notify.>", "letters.>"]))
    with pytest.raises(ProvisionDiffers, match=r"流 NOTIFY.*subjects"):
        await provision(jetstream, [])


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


async def test_an_event_that_another_stream_takes_is_not_marked_as_published(
    database: AsyncEngine, spine: SpineTables, jetstream: JetStreamContext
) -> None:
    await write(database, spine, range(1))
    await jetstream.delete_stream("INCUBATOR")
    await jetstream.add_stream(name="ELSEWHERE", subjects=["incubator.>"])
    with pytest.raises(WrongStream, match="ELSEWHERE"):
        await Relay(database, spine, jetstream, now).publish_batch()
    async with reading(database) as connection:
        assert (await backlog(connection, spine)).rows == 1


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
    client = await connect(nats_server.url, _quiet)
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
