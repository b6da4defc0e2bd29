"""A service's place on the message server: the connection for as long as it runs, its streams and durables made."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js import JetStreamContext
from nats.js.errors import APIError, NotFoundError, ServiceUnavailableError

from shared.contracts.streams import STREAMS
from shared.core.addresses import without_password
from shared.core.errors import DomainError
from shared.messaging.broker import connect
from shared.messaging.provision import Durable, provision, stream_config

PATIENCE_SECONDS = 30.0
"""How long a start waits for a server that is starting, too."""
FLUSH_SECONDS = 5
IN_A_CLUSTER = 3
REFUSED = "Authorization Violation"
"""What the server says to a wrong user or password."""
NO_CLUSTER, TOO_FEW_SERVERS, TOO_FEW_RESOURCES = 10074, 10005, 10023
"""What the server says to three replicas when it cannot keep them."""

log = logging.getLogger(__name__)


@asynccontextmanager
async def connected(url: str, lost: Callable[[Exception], None]) -> AsyncIterator[Client]:
    """A connection, closed at the end. `lost` hears if the server ends it for good before that."""
    last: list[Exception] = []
    ours = False

    async def told(error: Exception) -> None:
        # whoever is refused is cut off too, and may see only that the next time: the refusal is the reason to tell
        if not (last and isinstance(error, ConnectionError) and REFUSED in str(last[0])):
            last[:] = [error]
        log.warning("the message server: %r", error)

    async def closed() -> None:
        if not ours:
            why = last[0] if last else "no reason given"
            lost(RuntimeError(f"the message server closed the connection for good: {why!r}"))

    try:
        client = await asyncio.wait_for(connect(url, told, closed), PATIENCE_SECONDS)
    except TimeoutError:
        raise DomainError(
            "no-message-server",
            f"连不上消息服务器 {without_password(url)}（{last[0] if last else '没有应答'}）；"
            "请检查 MIAOPU_NATS_URL 的主机、端口、用户和密码",
            status=503,
        ) from None
    try:
        yield client
    finally:
        ours = True
        if client.is_connected:
            try:
                await client.flush(FLUSH_SECONDS)  # the last acknowledgements; without them what is done comes again
            except (NatsError, OSError, TimeoutError) as error:
                log.info("the last acknowledgements may not have arrived: %r", error)
        try:
            await client.close()
        except (NatsError, OSError) as error:  # the server was gone before us, and there was something left to say
            log.info("the connection could not be closed in peace: %r", error)


class _StillForming(Exception):
    """The cluster has fewer servers than three; perhaps only for now."""


async def set_up(jetstream: JetStreamContext, durables: Iterable[Durable]) -> int:
    """Makes the streams and durables that are missing, and waits for a cluster that still forms; how many replicas."""
    durables = tuple(durables)
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        waited = asyncio.get_running_loop().time() > deadline
        try:
            replicas = await _replicas(jetstream, waited=waited)
            await provision(jetstream, durables, replicas)
        except (_StillForming, ServiceUnavailableError, NoRespondersError, TimeoutError) as error:
            if waited:
                raise DomainError(
                    "no-jetstream",
                    f"消息服务器没有可用的 JetStream（{error}）；请检查它的 jetstream 配置、磁盘空间和本用户的权限",
                    status=503,
                ) from error
            await asyncio.sleep(0.5)
        else:
            return replicas


async def _replicas(jetstream: JetStreamContext, *, waited: bool) -> int:
    """As many as the streams have; for the first stream three, or one where there are no three servers."""
    for stream in STREAMS:
        try:
            live = (await jetstream.stream_info(stream.name)).config.num_replicas
        except NotFoundError:
            continue
        return IN_A_CLUSTER if live == IN_A_CLUSTER else 1  # any other number is a difference, and told as one
    try:
        await jetstream.add_stream(stream_config(STREAMS[0], IN_A_CLUSTER))
    except APIError as error:
        if error.err_code in (TOO_FEW_SERVERS, TOO_FEW_RESOURCES) and not waited:
            raise _StillForming from error
        if error.err_code not in (NO_CLUSTER, TOO_FEW_SERVERS, TOO_FEW_RESOURCES):
            raise
        return 1
    return IN_A_CLUSTER
