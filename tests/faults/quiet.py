"""Whether a city has come to rest: nothing to hear, nothing to publish, no letter to hand over, and it stays so."""

import asyncio
from collections.abc import Awaitable, Callable

from nats.errors import Error as NatsError
from sqlalchemy.exc import SQLAlchemyError

from services.notify.domain import states
from services.notify.service import SERVICE as NOTIFY
from services.notify.store.tables import MESSAGE
from shared.contracts.streams import STREAMS
from tests.faults.city import City, services
from tests.faults.outside import Outside

LOOK_SECONDS = 0.3
PATIENCE_SECONDS = 120.0


async def until(city: City, holds: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    """Waits until it has come about; what did not is found at the end."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not await holds() and not city.broken and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - other processes set no event
        await asyncio.sleep(0.05)


async def until_quiet(city: City, outside: Outside, seconds: float = PATIENCE_SECONDS) -> str:
    """Waits until nothing is left to do; answers what is left if nothing has moved for so many seconds.

    The streams are looked at first and last: what is between two of the looks would have moved them.
    """
    before: tuple[tuple[int, ...], str] = ((), "还没有看")
    moved_at = asyncio.get_running_loop().time()
    while not city.broken and asyncio.get_running_loop().time() < moved_at + seconds:
        try:
            now = await _ends(outside), await _left(city, outside)
        except (NatsError, SQLAlchemyError, OSError, TimeoutError) as error:
            now = (), f"看不到：{error!r}"
        if now != before:
            moved_at = asyncio.get_running_loop().time()
        elif not now[1]:
            return ""
        before = now
        await asyncio.sleep(LOOK_SECONDS)
    return before[1] or "还在动"


async def _ends(outside: Outside) -> tuple[int, ...]:
    infos = [await outside.jetstream.stream_info(stream.name) for stream in STREAMS]
    return tuple(info.state.last_seq for info in infos)


async def _left(city: City, outside: Outside) -> str:
    if not outside.silent:
        return "还有事件没有重复投递"
    for service in services():
        for consumer in service.consumers:
            durable = consumer.provisioned()
            info = await outside.jetstream.consumer_info(durable.stream, durable.name)
            if info.num_pending or info.num_ack_pending:
                return f"{durable.name} 还有 {info.num_pending} 条未取、{info.num_ack_pending} 条未确认"
    for service in services():
        outbox = service.spine.outbox
        if (rows := await city.count(service, outbox, outbox.c.sent_at.is_(None))) != 0:
            return f"{service.name} 的发件箱还有 {rows} 条"
    if (rows := await city.count(NOTIFY, MESSAGE, MESSAGE.c.state == states.QUEUED)) != 0:
        return f"还有 {rows} 封信待发送"
    return ""
