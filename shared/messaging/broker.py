"""The connection to JetStream, and hearing from it: batches are pulled from a durable and handed to its consumer."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.messaging.accounts import inbox_prefix
from shared.messaging.consumer import Hearing
from shared.messaging.pull import Pull, PullRefused

PAUSE_SECONDS = 1.0

__all__ = ["Client", "JetStreamContext", "client_of", "connect", "hear"]

log = logging.getLogger(__name__)


async def _told(error: Exception) -> None:
    log.warning("the message server: %r", error)


async def connect(
    url: str,
    told: Callable[[Exception], Awaitable[None]] = _told,
    closed: Callable[[], Awaitable[None]] | None = None,
) -> Client:
    """A connection that reconnects for ever: to give up would leave a service that hears nothing and tells nobody.

    `url` may name several servers of a cluster, separated by commas. `closed` hears of the end that comes all the same,
    when the server throws us out.
    """
    servers = [urlsplit(each.strip()) for each in url.split(",")]
    options: dict[str, Any] = {}
    user, password = servers[0].username, servers[0].password
    if user is not None and password is not None:
        # given by name, so that they hold for servers of the cluster that are discovered later, too
        name = unquote(user)
        options = {"user": name, "password": unquote(password), "name": name, "inbox_prefix": inbox_prefix(name)}
    return await nats.connect(
        [urlunsplit(each._replace(netloc=each.netloc.rpartition("@")[2])) for each in servers],
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,
        error_cb=told,
        closed_cb=closed,
        **options,
    )


def client_of(jetstream: JetStreamContext) -> Client:
    """The connection behind it; the driver's context has no public way back."""
    client: Client = jetstream._nc  # noqa: SLF001 - see above
    return client


async def hear(jetstream: JetStreamContext, hearing: Hearing, stop: asyncio.Event) -> None:
    """Pulls batches from the consumer's durable, which `provision` has made, until `stop` is set.

    What was taken is always handed on: what is in hand when `stop` is set is finished first.
    """
    async with Pull(client_of(jetstream), hearing.consumer.provisioned()) as pull:
        while not stop.is_set():
            await _hand_on(pull.take, hearing)
        await _hand_on(pull.rest, hearing)


async def _hand_on(taking: Callable[[], Awaitable[list[Msg]]], hearing: Hearing) -> None:
    durable = hearing.consumer.durable
    try:
        messages = await taking()
    except (PullRefused, NatsError) as error:
        log.warning("%s cannot hear and tries again: %r", durable, error)
        await asyncio.sleep(PAUSE_SECONDS)
        return
    if not messages:
        return
    try:
        await hearing.handle(messages)
    except Exception:
        # what could not even be parked stays with the server and comes again
        log.exception("%s could not settle a batch of %d; it comes again", durable, len(messages))
        await asyncio.sleep(PAUSE_SECONDS)
