"""Takes messages out of a stream whose words were erased where they are kept; nothing else is ever taken out of one.

A consumer that has not heard a message yet hears it first: what it tells stands in somebody's way until then.
"""

import math
from collections.abc import AsyncIterator, Collection, Mapping
from typing import NamedTuple

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.messaging.broker import client_of
from shared.messaging.provision import Durable
from shared.messaging.pull import Pull, PullRefused

__all__ = ["NatsError", "take_out"]
ID = "Nats-Msg-Id"
_UNUSED_SECONDS = 30.0
"""After this the server drops our reader, should we die while reading."""


class _At(NamedTuple):
    sequence: int
    event_id: str


async def take_out(jetstream: JetStreamContext, stream: str, events: Mapping[str, str]) -> set[str]:
    """Deletes these events, given as id and subject, from the stream, with their content overwritten on its disk.

    Answers those the stream has no more. One that a durable has not acknowledged is left for another time.
    """
    heard = await _heard(jetstream, stream, set(events.values()))
    left = set()
    async for at in _messages(jetstream, stream, sorted(set(events.values()))):
        if at.event_id not in events:
            continue
        if at.sequence <= heard[events[at.event_id]]:
            await jetstream.delete_msg(stream, at.sequence)
        else:
            left.add(at.event_id)
    return set(events) - left


async def _heard(jetstream: JetStreamContext, stream: str, subjects: Collection[str]) -> dict[str, float]:
    """Of each subject, up to which message every durable that hears it has acknowledged all: none if no durable does
    now, for it is being made anew. Readers without a name, of other programs, keep nothing here."""
    heard: dict[str, float] = {}
    for info in await jetstream.consumers_info(stream):
        if info.config.durable_name is None:
            continue
        hears = {*(info.config.filter_subjects or ()), info.config.filter_subject}
        behind = info.num_pending or info.num_ack_pending
        floor = (info.ack_floor.stream_seq if info.ack_floor else 0) if behind else math.inf
        for subject in hears & set(subjects):
            heard[subject] = min(heard.get(subject, math.inf), floor)
    return {subject: heard.get(subject, 0) for subject in subjects}


async def _messages(jetstream: JetStreamContext, stream: str, subjects: list[str]) -> AsyncIterator[_At]:
    """Where the stream has each message of these subjects now, without what it says."""
    reader = await jetstream.add_consumer(
        stream,
        ConsumerConfig(
            filter_subjects=subjects,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.NONE,
            headers_only=True,
            mem_storage=True,
            inactive_threshold=_UNUSED_SECONDS,
        ),
    )
    try:
        left = reader.num_pending or 0
        async with Pull(client_of(jetstream), Durable(reader.name, stream, tuple(subjects))) as pull:
            while left > 0:
                taken = await _taken(pull)
                if not taken:
                    raise TimeoutError(f"{left} messages of {stream} were not read in time")
                for message in taken:
                    yield _at(message)
                left -= len(taken)
    finally:
        await jetstream.delete_consumer(stream, reader.name)


async def _taken(pull: Pull) -> list[Msg]:
    """Refused as by a server whose leader moved, it is tried again like anything that took too long."""
    try:
        return await pull.take()
    except PullRefused as refused:
        raise TimeoutError(str(refused)) from refused


def _at(message: Msg) -> _At:
    return _At(message.metadata.sequence.stream, (message.headers or {}).get(ID, ""))
