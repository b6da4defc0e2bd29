"""The registers: organisations, carriers and tenants, found and entered."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CALENDAR_DAY, CARRIER, ORGANISATION
from shared.contracts.incubator import Carrier as ToldCarrier
from shared.core.workdays import Known
from shared.db import entering

enter = entering.enter
MOST_IDS = 5_000
"""As many ids as one question to the database asks for."""


async def carriers(connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
    """The carriers by id, those that are there."""
    rows = (await connection.execute(select(CARRIER).where(CARRIER.c.id.in_(ids)))).mappings()
    return {row["id"]: row for row in rows}


async def carriers_of_kind(connection: AsyncConnection, kind: str) -> Sequence[RowMapping]:
    """The active carriers of a kind, in the order of their ids."""
    query = select(CARRIER).where(CARRIER.c.kind == kind, CARRIER.c.state == "active").order_by(CARRIER.c.id)
    return (await connection.execute(query)).mappings().all()


async def reachable(connection: AsyncConnection, ids: Sequence[str]) -> set[str]:
    """Those of these organisations that have a mail address."""
    found: set[str] = set()
    for start in range(0, len(ids), MOST_IDS):
        query = select(ORGANISATION.c.id).where(
            ORGANISATION.c.id.in_(ids[start : start + MOST_IDS]), ORGANISATION.c.contact_email.is_not(None)
        )
        found |= set((await connection.execute(query)).scalars())
    return found


def told(carrier: RowMapping, **changed: object) -> ToldCarrier:
    """A carrier as every event names it."""
    row: dict[str, Any] = {**carrier, **changed}
    return ToldCarrier(
        id=row["id"], org_id=row["organisation_id"], kind=row["kind"], level=row["level"], name=row["name"]
    )


async def calendar(connection: AsyncConnection) -> Known:
    """The days the office imported."""
    return {row.day: row.worked for row in await connection.execute(select(CALENDAR_DAY))}
