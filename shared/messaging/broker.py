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

BATCH = 500
WAIT_SECONDS = 0.5
"""How long one pull waits for messages; the first to come end it, so this is no latency."""
FEW = 10
"""Up to so many are handled at once: that is the answer of an idle system."""
LINGER_SECONDS = 0.1
PAUSE_SECONDS = 1.0

__all__ = ["Client", "JetStreamContext", "connect", "hear"]

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


async def _more(subscription: JetStreamContext.PullSubscription, most: int) -> list[Msg]:
    """What else comes within a moment: a batch costs a transaction, and when many come, more are on their way."""
    try:
        return await subscription.fetch(most, timeout=LINGER_SECONDS)
    except (TimeoutError, NatsError):  # what was taken before is handled now; what is wrong shows at the next pull
        return []


async def hear(jetstream: JetStreamContext, hearing: Hearing, stop: asyncio.Event) -> None:
    """Pulls batches from the consumer's durable, which `provision` has made, until `stop` is set.

    The driver's own pull is used (docs/decisions/0005): what it has taken is always handed on. A batch that is being
    handled when `stop` is set is finished first.
    """
    durable = hearing.consumer.provisioned()
    subscription = await jetstream.pull_subscribe_bind(durable=durable.name, stream=durable.stream)
    while not stop.is_set():
        try:
            messages = await subscription.fetch(BATCH, timeout=WAIT_SECONDS)
            if FEW < len(messages) < BATCH:
                messages += await _more(subscription, BATCH - len(messages))
        except TimeoutError:  # nothing to hear; the driver raises its own and the bare one alike
            continue
        except NatsError as error:
            log.warning("%s cannot hear and tries again: %r", durable.name, error)
            await asyncio.sleep(PAUSE_SECONDS)
            continue
        try:
            await hearing.handle(messages)
        except Exception:
            # what could not even be parked stays with the server and comes again
            log.exception("%s could not settle a batch of %d; it comes again", durable.name, len(messages))
            await asyncio.sleep(PAUSE_SECONDS)
