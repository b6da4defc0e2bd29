"""Whether everything that was begun is finished: nothing to publish, nothing to hear."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from shared.messaging.outbox import backlog
from shared.running.running import Running

Finished = Callable[[], Awaitable[bool]]

LOOK_SECONDS, MOST_SECONDS = 0.05, 0.5
"""How long between two looks: the more is behind, the later the next one, for looking is work as well."""
PER_MESSAGE = 0.005


async def behind(runnings: Sequence[Running]) -> int:
    """Rows not yet published and messages not yet handled, of all these services."""
    total = 0
    for running in runnings:
        async with running.look() as connection:
            total += (await backlog(connection, running.service.spine)).rows
        for consumer in running.service.consumers:
            durable = consumer.provisioned()
            info = await running.jetstream.consumer_info(durable.stream, durable.name)
            total += (info.num_pending or 0) + (info.num_ack_pending or 0)
    return total


async def until_quiet(runnings: Sequence[Running], finished: Finished, seconds: float = 600.0) -> None:
    """Waits until nothing is behind and `finished` agrees, twice in a row: what is between two services is nowhere.

    TimeoutError if that takes longer than `seconds`.
    """
    async with asyncio.timeout(seconds):
        calm = 0
        while calm < 2:
            left = await behind(runnings)
            calm = calm + 1 if left == 0 and await finished() else 0
            await asyncio.sleep(min(LOOK_SECONDS + left * PER_MESSAGE, MOST_SECONDS))
