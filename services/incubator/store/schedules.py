"""When each schedule last ran and what it did."""

from collections.abc import Mapping

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import registers
from services.incubator.store.tables import SCHEDULE_RUN
from shared.messaging.unit import Unit


async def note(unit: Unit, name: str, did: int, error: str | None) -> None:
    """Notes a run; what was done last stays known over the runs that found nothing to do."""
    row: dict[str, object] = {"name": name, "last_at": unit.now, "did": did, "error": error}
    if did:
        row["last_did_at"] = unit.now
    await registers.enter(unit.connection, SCHEDULE_RUN, [row])


async def runs(connection: AsyncConnection) -> Mapping[str, RowMapping]:
    """The last run of each schedule, by name."""
    return {row["name"]: row for row in (await connection.execute(select(SCHEDULE_RUN))).mappings()}
