"""A program outside: it knows the contracts and the message server, and tells what happens until it is believed."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import nats
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import PubAck

from shared.contracts.envelope import Envelope, body_of, headers_of
from shared.contracts.streams import STREAMS, stream_of
from tests.faults.world import Cause, Poison

PATIENCE_SECONDS = 2.0
BETWEEN_ECHOES = 0.2
MESSAGE_ID = "Nats-Msg-Id"
AGAIN = "-again"
SOURCE = "/outside"


class Outside:
    """`parks`: (consumer, stream, sequence) of all the poison it has told, as the stream answered."""

    def __init__(self, client: Any, chance: random.Random) -> None:
        self.client = client
        self.jetstream: JetStreamContext = client.jetstream()
        self.chance = chance
        self.parks: list[tuple[str, str, int]] = []
        self.echoes: asyncio.Queue[Msg] = asyncio.Queue()
        self.echoed = 0
        self._unheard = 0

    async def tell(self, causes: Iterable[Cause], pause: float = 0.0) -> None:
        for cause in causes:
            event = cause.event
            headers = headers_of(event, Envelope(cause.id, SOURCE, datetime.now(UTC), event.about()))
            await self._publish(event.subject(), body_of(event), headers)
            await asyncio.sleep(pause)

    async def poison(self, poison: Iterable[Poison], pause: float = 0.0) -> None:
        for each in poison:
            headers = {}
            if each.event is not None:
                headers = headers_of(each.event, Envelope(each.id, SOURCE, datetime.now(UTC), each.event.about()))
            taken = await self._publish(each.subject, each.body, {**headers, MESSAGE_ID: each.id})
            self.parks += [(consumer, taken.stream, taken.seq) for consumer in each.heard_by]
            await asyncio.sleep(pause)

    async def _publish(self, subject: str, body: bytes, headers: dict[str, str]) -> PubAck:
        """Until the stream has taken it, once: it knows the id of what it has taken already."""
        while True:
            try:
                stream = stream_of(subject).name
                return await self.jetstream.publish(subject, body, PATIENCE_SECONDS, stream, dict(headers))
            except (NatsError, TimeoutError, OSError):
                await asyncio.sleep(0.1)

    async def echo(self) -> None:
        """From now on whatever is published, by whomever, is published once more a little later, out of order."""
        for stream in STREAMS:
            for subject in stream.subjects:
                await self.client.subscribe(subject, cb=self._hear)

    async def _hear(self, message: Msg) -> None:
        id_ = (message.headers or {}).get(MESSAGE_ID, "")
        if id_ and not id_.endswith(AGAIN) and not id_.startswith("poison"):
            self._unheard += 1
            self.echoes.put_nowait(message)

    async def repeat(self) -> None:
        """Publishes the echoes, until it is cancelled."""
        while True:
            waiting = [await self.echoes.get()]
            await asyncio.sleep(BETWEEN_ECHOES)
            while not self.echoes.empty():
                waiting.append(self.echoes.get_nowait())
            self.chance.shuffle(waiting)
            for message in waiting:
                headers = dict(message.headers or {})
                headers[MESSAGE_ID] += AGAIN
                await self._publish(message.subject, message.data, headers)
                self.echoed += 1
                self._unheard -= 1

    @property
    def silent(self) -> bool:
        """Whether everything heard so far is repeated."""
        return self._unheard == 0


@asynccontextmanager
async def outside(url: str, chance: random.Random) -> AsyncIterator[Outside]:
    async def told(_: Exception) -> None:
        """The message server is killed on purpose."""

    client = await nats.connect(
        url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=told, connect_timeout=30
    )
    try:
        yield Outside(client, chance)
    finally:
        await client.close()
