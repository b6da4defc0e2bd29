"""Publishes a batch to JetStream and says of each message whether the stream has taken it.

All acknowledgements of a relay come to one inbox and are told apart by number. The driver's `publish_async` keeps a
random id, a future and two callbacks for each; here a batch is one wait.
"""

import asyncio
import logging
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.errors import APIError, NoStreamResponseError

from shared.contracts.streams import stream_of

log = logging.getLogger(__name__)


class WrongStream(NatsError):
    """Another stream has taken it than the one that keeps its owner's events: nobody would hear it there."""

    def __init__(self, stream: str, took: str) -> None:
        super().__init__(f"an event for the stream {stream} was taken by {took}")


class Outbound(NamedTuple):
    subject: str
    headers: dict[str, str]
    body: bytes


class Publisher:
    """One per relay, used by one task at a time."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.inbox = client.new_inbox()
        self._subscription: Subscription | None = None
        self._numbers = count(1)
        self._waiting: dict[str, tuple[int, str]] = {}
        """For each reply that is still to come, the message's place in the batch and the stream it belongs to."""
        self._answers: dict[int, Exception | None] = {}
        self._all_came = asyncio.Event()

    async def publish(self, messages: Sequence[Outbound], patience: float) -> list[Exception | None]:
        """For each message None if its stream has taken it, or why that is not known. `patience`: seconds for all."""
        if self._subscription is None:
            self._subscription = await self.client.subscribe(f"{self.inbox}.*", cb=self._come)
        self._waiting, self._answers = {}, {}
        failure: Exception = TimeoutError("the stream did not answer in time")  # of whatever is not answered at the end
        try:
            async with asyncio.timeout(patience):
                for number, (subject, headers, body) in enumerate(messages):
                    reply = f"{self.inbox}.{next(self._numbers)}"
                    self._waiting[reply] = number, stream_of(subject).name
                    await self.client.publish(subject, body, reply=reply, headers=headers)
                while self._waiting:
                    self._all_came.clear()
                    await self._all_came.wait()
        except TimeoutError:
            log.warning("%d of %d messages were not answered in %.0f s", len(self._waiting), len(messages), patience)
        except NatsError as error:  # the connection was lost in the middle; what was not taken goes again
            failure = error
        self._waiting = {}
        return [self._answers.get(number, failure) for number in range(len(messages))]

    async def _come(self, message: Msg) -> None:
        place = self._waiting.pop(message.subject, None)
        if place is None:
            return  # of a batch that was given up
        number, stream = place
        self._answers[number] = _failure(message, stream)
        if not self._waiting:
            self._all_came.set()


def _failure(message: Msg, stream: str) -> Exception | None:
    """What an acknowledgement says against the publishing; None if the stream has it."""
    if not message.data:
        return NoStreamResponseError()  # nobody listens: there is no such stream, or JetStream is not up
    told = orjson.loads(message.data)
    if "error" in told:
        error: Exception = APIError.from_error(told["error"])
        return error
    return None if told.get("stream") == stream else WrongStream(stream, str(told.get("stream")))
