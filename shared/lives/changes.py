"""Moving a row through its life: a conditional UPDATE, who, when and why beside it, and the audit trail."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.lives.lifecycle import Lifecycle
from shared.messaging.unit import Unit

MOST_IDS = 5_000

NoteTrail = Callable[[Unit, str, Sequence[Mapping[str, Any]]], Awaitable[None]]
"""Enters what moved (a noun, its changes) into the service's audit trail."""


@dataclass(frozen=True)
class Changes:
    """A service's own: its table of changes (noun, of, before, after, by, at, why) and its audit trail."""

    table: Table
    note_trail: NoteTrail

    async def found(
        self, connection: AsyncConnection, table: Table, id_: str, label: str, *, hold: bool = False
    ) -> RowMapping:
        """The row, or a DomainError that it is not there. `hold`: nobody else moves it until this transaction ends."""
        key = next(iter(table.primary_key.columns))
        query = select(table).where(key == id_)
        if hold:
            query = query.with_for_update(key_share=True)
        row = (await connection.execute(query)).mappings().first()
        if row is None:
            raise DomainError(f"no-such-{table.name.replace('_', '-')}", f"没有{label}“{id_}”", status=404)
        return row

    async def move(
        self, unit: Unit, life: Lifecycle, table: Table, id_: str, after: str, why: str = "", **values: object
    ) -> RowMapping:
        """Moves one row to `after` and sets `values`; raises if its state forbids it. Answers the row as it was."""
        row = await self.found(unit.connection, table, id_, life.label)
        life.check(row["state"], after, id_)
        key = next(iter(table.primary_key.columns))
        change = update(table).where(key == id_, table.c.state == row["state"]).values(state=after, **values)
        if (await unit.connection.execute(change)).rowcount == 0:  # somebody else moved it in between
            raise DomainError(f"{life.noun}-moved", f"{life.label}“{id_}”刚刚被别人改动，请刷新后再试", status=409)
        await self.note(unit, life.noun, [(id_, row["state"], after)], why)
        return row

    async def claim(
        self,
        unit: Unit,
        life: Lifecycle,
        table: Table,
        ids: Collection[str],
        after: str,
        why: str = "",
        **values: object,
    ) -> list[str]:
        """Moves those of the rows that may become `after`, whoever else tries at the same time; their ids."""
        key = next(iter(table.primary_key.columns))
        moved: list[tuple[str, str, str]] = []
        wanted = sorted(ids)
        for start in range(0, len(wanted), MOST_IDS):
            part = wanted[start : start + MOST_IDS]
            for before in life.sources(after):
                change = (
                    update(table)
                    .where(key.in_(part), table.c.state == before)
                    .values(state=after, **values)
                    .returning(key)
                )
                moved += [(id_, before, after) for id_ in (await unit.connection.execute(change)).scalars()]
        await self.note(unit, life.noun, moved, why)
        return [id_ for id_, _, _ in moved]

    async def note(self, unit: Unit, noun: str, moves: Sequence[tuple[str, str | None, str]], why: str = "") -> None:
        """Notes what moved, once it has: (id, state before, state after). The audit trail gets its entries here."""
        rows = [
            {"noun": noun, "of": id_, "before": before, "after": after, "by": unit.by, "at": unit.now, "why": why}
            for id_, before, after in moves
        ]
        if rows:
            await unit.connection.execute(insert(self.table), rows)
            await self.note_trail(unit, noun, rows)

    async def of(self, connection: AsyncConnection, ids: Collection[str]) -> Sequence[RowMapping]:
        """What was done with these, oldest first."""
        query = select(self.table).where(self.table.c.of.in_(ids)).order_by(self.table.c.position)
        return (await connection.execute(query)).mappings().all()
