"""Names of those the ledger speaks of: the register's, or, for who is not in it, those its event gave."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import registers
from services.incubator.usecases.bookkeeping import parties_of
from shared.contracts.incubator import Carrier


class Named(NamedTuple):
    """`registered`: whether the register knows it, or only an outside program's event."""

    name: str
    kind: str
    level: str | None
    registered: bool


async def carriers_named(connection: AsyncConnection, entries: Sequence[RowMapping]) -> dict[str, Named]:
    """The carrier of each entry, by the carrier's id."""
    known = await registers.carriers(connection, {entry["carrier_id"] for entry in entries})
    found = {id_: of_register(row) for id_, row in known.items()}
    strangers = {entry["root"]: entry["carrier_id"] for entry in entries if entry["carrier_id"] not in found}
    for told in (await parties_of(connection, strangers)).values():
        if isinstance(told, Carrier):
            found[told.id] = Named(told.name, told.kind, told.level, False)
    return found


def of_register(row: RowMapping) -> Named:
    return Named(row["name"], row["kind"], row["level"], True)
