"""The outbox and its relay on real servers: what is written is published once and in order, nothing is lost."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count as count_from
from typing import Any

import pytest
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.db.transaction import reading, transaction
from shared.messaging import relay as relays
from shared.messaging.broker import client_of
from shared.messaging.outbox import backlog, event_id, publish
from shared.messaging.publisher import WrongStream
from shared.messaging.relay import Relay
from shared.messaging.tables import SpineTables
from tests.integration.spine_world import (
    SOURCE,
    now,
    outgoing,
    provisioned,
    until,
    write,
)
from tests.servers import NatsServer

pytestmark = pytest.mark.empty_database


@pytest.fixture
async def jetstream(nats_server: NatsServer) -> AsyncIterator[JetStreamContext]:
    async with provisioned(nats_server) as made:
        yield made


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
