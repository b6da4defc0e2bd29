"""How the message server and a service's place in its streams are doing, for whoever watches."""

from typing import NamedTuple

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.messaging.broker import client_of
from shared.messaging.provision import Durable

PATIENCE_SECONDS = 2


class Behind(NamedTuple):
    """How far behind a consumer is.

    pending  not yet delivered; in_hand  delivered and not yet acknowledged; redelivered  of these, more than once
    """

    pending: int
    in_hand: int
    redelivered: int


def is_connected(jetstream: JetStreamContext) -> bool:
    """Whether there is a connection to the message server, as far as is known."""
    return bool(client_of(jetstream).is_connected)


async def answers(jetstream: JetStreamContext) -> bool:
    """Whether the message server answers just now."""
    try:
        await client_of(jetstream).flush(timeout=PATIENCE_SECONDS)
    except (NatsError, TimeoutError, OSError):
        return False
    return is_connected(jetstream)


async def behind(jetstream: JetStreamContext, durable: Durable) -> Behind | None:
    """How far behind a durable is; None if the server cannot say."""
    try:
        info = await jetstream.consumer_info(durable.stream, durable.name, timeout=PATIENCE_SECONDS)
    except (NatsError, TimeoutError, OSError):
        return None
    return Behind(info.num_pending or 0, info.num_ack_pending or 0, info.num_redelivered or 0)


def hosts(jetstream: JetStreamContext) -> list[str]:
    """host:port of the message servers this connection knows, without anybody's password."""
    servers = client_of(jetstream).servers
    return sorted({f"{server.hostname}:{server.port}" for server in servers})
