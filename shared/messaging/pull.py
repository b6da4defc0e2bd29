"""Pulls batches from a durable, one request at a time, as JetStream's protocol has it ($JS.API.CONSUMER.MSG.NEXT).

The driver's own `fetch` waits for every message of a batch with two tasks, a timer and a random id of its own: more
than the settlement of the event it brings. Here messages are laid into a list as they are read (docs/decisions/0005).
"""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from shared.messaging.provision import Durable

BATCH = 500
WAIT_SECONDS = 0.5
"""How long one request waits for messages; the first to come end it, so this is no latency."""
FEW = 10
"""Up to so many are handled at once: that is the answer of an idle system."""
LINGER_SECONDS = 0.1
"""How long more than a few wait for others: a batch costs a transaction, and when many come more are on their way."""
GRACE_SECONDS = 2.0
"""After this the server's word that a request is over is not waited for any longer."""
NO_MESSAGES, TIMED_OUT = "404", "408"


class PullRefused(Exception):
    """The server ended a request for a reason of its own: the durable is gone, its leader moved, nobody answers."""


class Pull:
    """One durable's batches. `async with Pull(client, durable) as pull: messages = await pull.take()`."""

    def __init__(self, client: Client, durable: Durable) -> None:
        self.client = client
        self.subject = f"$JS.API.CONSUMER.MSG.NEXT.{durable.stream}.{durable.name}"
        self.inbox = client.new_inbox()
        self._subscription: Subscription | None = None
        self._taken: list[Msg] = []
        self._number = 0
        self._open = False
        self._refused: str | None = None
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._subscription = await self.client.subscribe(f"{self.inbox}.*", cb=self._come)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._subscription is not None and not self.client.is_closed:
            await self._subscription.unsubscribe()

    async def take(self) -> list[Msg]:
        """Up to a batch of messages; none if none came in time. A message taken is never kept back or dropped."""
        await self._ask()
        if not await self._until(lambda: bool(self._taken), WAIT_SECONDS + GRACE_SECONDS):
            self._open = False  # the connection broke, say: nobody will end it
        if FEW < len(self._taken) < BATCH:
            await self._until(lambda: len(self._taken) >= BATCH, LINGER_SECONDS)
        refused, self._refused = self._refused, None
        if refused is not None and not self._taken:
            raise PullRefused(refused)
        taken, self._taken = self._taken[:BATCH], self._taken[BATCH:]
        return taken

    async def rest(self) -> list[Msg]:
        """What the last request still brings, before this ends; without it those would come again a minute later."""
        await self._until(lambda: False, WAIT_SECONDS + GRACE_SECONDS)
        taken, self._taken = self._taken, []
        return taken

    async def _ask(self) -> None:
        """A new request unless one is open; what it brings beyond what is taken waits for the next taking."""
        if self._open or len(self._taken) >= BATCH:
            return
        self._number += 1
        self._open = True
        wanted = {"batch": BATCH - len(self._taken), "expires": int(WAIT_SECONDS * 1e9)}
        self._wanted = wanted["batch"]
        await self.client.publish(self.subject, orjson.dumps(wanted), reply=f"{self.inbox}.{self._number}")

    async def _until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Waits until it holds or the request is over; False if neither came in time."""
        try:
            async with asyncio.timeout(seconds):
                while self._open and not holds():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    async def _come(self, message: Msg) -> None:
        status = (message.headers or {}).get("Status") if message.subject.startswith(self.inbox) else None
        if status is None:
            self._taken.append(message)
            self._wanted -= 1
            if self._wanted == 0:
                self._open = False
        elif message.subject == f"{self.inbox}.{self._number}":
            self._open = False
            if status not in (NO_MESSAGES, TIMED_OUT):
                self._refused = f"{status} {(message.headers or {}).get('Description', '')}".strip()
        self._changed.set()
