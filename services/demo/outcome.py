"""What a demo came to: grades, money, letters, events; the same numbers for people and for programs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from services.incubator.store.overview import summary
from services.notify.store.tables import MESSAGE
from shared.contracts.streams import STREAMS
from shared.messaging.parking import PARKED
from shared.running.running import Running


async def outcome(runnings: Sequence[Running]) -> dict[str, Any]:
    """{"grades": {kind: {grade: n}}, "ledger": {article: yuan}, "declined": n, "letters": {status: n},
    "events": {stream: n}, "parked": n}: carriers, yuan, rows of the ledger, letters, messages kept, rows."""
    named = {running.service.name: running for running in runnings}
    async with named["incubator"].look() as connection:
        year = await summary(connection)
    async with named["notify"].look() as connection:
        counted = (
            select(MESSAGE.c.state, func.count().label("letters")).group_by(MESSAGE.c.state).order_by(MESSAGE.c.state)
        )
        letters = {row.state: row.letters for row in await connection.execute(counted)}
    events = {}
    for stream in STREAMS:
        events[stream.name] = (await named["incubator"].jetstream.stream_info(stream.name)).state.messages
    return {
        "grades": year["grades"],
        "ledger": year["ledger"],
        "declined": year["declined"],
        "letters": letters,
        "events": events,
        "parked": sum([await _parked(running) for running in runnings]),
    }


async def _parked(running: Running) -> int:
    parked = running.service.spine.parked
    async with running.look() as connection:
        waiting = select(func.count()).select_from(parked).where(parked.c.state == PARKED)
        count: int = (await connection.execute(waiting)).scalar_one()
        return count
