"""What the settlement heard, kept as it was asked; and what the office decided about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.tables import LedgerTables


@dataclass(frozen=True)
class Causes:
    """The questions a ledger's causes and decisions are asked."""

    tables: LedgerTables

    async def keep(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await connection.execute(insert(self.tables.cause), rows)

    async def named(self, connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
        """The causes by event id, those that are there."""
        cause = self.tables.cause
        rows = (await connection.execute(select(cause).where(cause.c.event_id.in_(ids)))).mappings()
        return {row["event_id"]: row for row in rows}

    async def of_roots(self, connection: AsyncConnection, roots: Collection[str]) -> dict[str, list[RowMapping]]:
        """Each root's causes, itself first, then what asked to compute it again, in the order of their time."""
        cause = self.tables.cause
        query = select(cause).where(cause.c.root.in_(roots)).order_by(cause.c.happened_at, cause.c.event_id)
        found: dict[str, list[RowMapping]] = {root: [] for root in roots}
        for row in (await connection.execute(query)).mappings():
            if row["event_id"] == row["root"]:
                found[row["root"]].insert(0, row)
            else:
                found[row["root"]].append(row)
        return found

    async def about(self, connection: AsyncConnection, matter: str) -> list[str]:
        """The roots that a matter names: what an event is about, or the id of an event itself."""
        cause = self.tables.cause
        query = select(cause.c.event_id).where(
            cause.c.event_id == cause.c.root,
            or_(cause.c.about == matter, cause.c.event_id == matter),
        )
        return list((await connection.execute(query)).scalars())

    async def decided(
        self, connection: AsyncConnection, matters: Collection[str]
    ) -> dict[str, tuple[int, dict[str, object]]]:
        """Each matter's latest decision: its place among all, and what the policy engine is told of it."""
        decision = self.tables.decision
        query = select(decision).where(decision.c.about.in_(matters)).order_by(decision.c.position)
        found = {}
        for row in await connection.execute(query):
            given = {"rate": row.rate, "amount": row.amount}
            told = {"by": row.by, "on": row.on_date.isoformat(), "reason": row.reason}
            found[row.about] = row.position, {name: value for name, value in given.items() if value is not None} | told
        return found
