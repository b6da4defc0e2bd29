"""How the message server and a service's place in its streams are doing, for whoever watches."""

from typing import NamedTuple

from nats.errors import Error as NatsError
from nats.js import JetStreamContext

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
    return bool(jetstream._nc.is_connected)  # noqa: SLF001 - the driver's context has no public way back to it


async def answers(jetstream: JetStreamContext) -> bool:
    """Whether the message server answers just now."""
    client = jetstream._nc  # noqa: SLF001 - as above
    try:
        await client.flush(timeout=PATIENCE_SECONDS)
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
    servers = jetstream._nc.servers  # noqa: SLF001 - as above
    return sorted({f"{server.hostname}:{server.port}" for server in servers})
