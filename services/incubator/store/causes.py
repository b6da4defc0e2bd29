"""What the settlement heard, kept as it was asked; and what the office decided about it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CAUSE, DECISION


async def keep(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(CAUSE), rows)


async def named(connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
    """The causes by event id, those that are there."""
    rows = (await connection.execute(select(CAUSE).where(CAUSE.c.event_id.in_(ids)))).mappings()
    return {row["event_id"]: row for row in rows}


async def of_roots(connection: AsyncConnection, roots: Collection[str]) -> dict[str, list[RowMapping]]:
    """Each root's causes, itself first, then what asked to compute it again, in the order of their time."""
    query = select(CAUSE).where(CAUSE.c.root.in_(roots)).order_by(CAUSE.c.happened_at, CAUSE.c.event_id)
    found: dict[str, list[RowMapping]] = {root: [] for root in roots}
    for row in (await connection.execute(query)).mappings():
        if row["event_id"] == row["root"]:
            found[row["root"]].insert(0, row)
        else:
            found[row["root"]].append(row)
    return found


async def about(connection: AsyncConnection, matter: str) -> list[str]:
    """The roots that a matter names: an evaluation's id, or the id of an event itself."""
    query = select(CAUSE.c.event_id).where(
        CAUSE.c.event_id == CAUSE.c.root, or_(CAUSE.c.about == matter, CAUSE.c.event_id == matter)
    )
    return list((await connection.execute(query)).scalars())


async def decided(connection: AsyncConnection, matters: Collection[str]) -> dict[str, tuple[int, dict[str, object]]]:
    """Each matter's latest decision: its place among all, and what the policy engine is told of it."""
    query = select(DECISION).where(DECISION.c.about.in_(matters)).order_by(DECISION.c.position)
    found = {}
    for row in await connection.execute(query):
        given = {"rate": row.rate, "amount": row.amount}
        told = {"by": row.by, "on": row.on_date.isoformat(), "reason": row.reason}
        found[row.about] = row.position, {name: value for name, value in given.items() if value is not None} | told
    return found
