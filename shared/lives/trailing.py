"""What moves is entered into the service's audit trail: the change itself, and how the row stands now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Table, select

from shared.audit.tables import AuditTables
from shared.audit.trail import Recorded, Step, decision, enter
from shared.messaging.unit import Unit

MOST_IDS = 5_000


def recorded_changes(table: Table) -> Recorded:
    """The table of changes, as a trail proves it."""
    return Recorded(table, "of", ("noun", "of", "before", "after", "by", "at", "why"))


@dataclass(frozen=True)
class Trailing:
    """A service's own: its trail, its table of changes, and by noun the table whose rows move."""

    audit: AuditTables
    changes: Recorded
    by_noun: Mapping[str, Recorded]

    async def note(self, unit: Unit, noun: str, changes: Sequence[Mapping[str, Any]]) -> None:
        """Enters what `Changes.note` has written, and how the rows that moved stand now."""
        steps = [self.changes.step(_act(row), row) for row in changes]
        if noun in self.by_noun:
            acts = {row["of"]: _act(row) for row in changes}
            steps += await _standing(unit, self.by_noun[noun], acts)
        await enter(unit.connection, self.audit, unit.by, unit.now, steps)

    async def record(self, unit: Unit, recorded: Recorded, act: str, rows: Iterable[Mapping[Any, Any]]) -> None:
        """Enters rows that were decided about, whole."""
        await enter(unit.connection, self.audit, unit.by, unit.now, [recorded.step(act, row) for row in rows])

    async def erased(self, unit: Unit, recorded: Recorded, of: str) -> None:
        """Enters that personal data was erased from every row of this id, and how those rows are now."""
        query = select(recorded.table).where(recorded.table.c[recorded.of] == of)
        rows = (await unit.connection.execute(query.order_by(*recorded.table.primary_key.columns))).mappings().all()
        act = f"{recorded.table.name}:kept"
        steps = [recorded.erased(of), *(recorded.step(act, row) for row in rows)]
        await enter(unit.connection, self.audit, unit.by, unit.now, steps)

    async def decided(self, unit: Unit, act: str, of: str, **decided: Any) -> None:  # noqa: ANN401 - what was decided
        """Enters a decision that leaves no row behind that could be compared."""
        await enter(unit.connection, self.audit, unit.by, unit.now, [decision(act, of, **decided)])


def _act(change: Mapping[str, Any]) -> str:
    """payment:proposed>approved; nothing stands before the > of a row that is new."""
    return f"{change['noun']}:{change['before'] or ''}>{change['after']}"


async def _standing(unit: Unit, recorded: Recorded, acts: Mapping[str, str]) -> list[Step]:
    key = recorded.table.c[recorded.of]
    columns = [recorded.table.c[name] for name in recorded.columns]
    ids = [int(id_) if isinstance(key.type, Integer) else id_ for id_ in acts]
    steps: list[Step] = []
    for start in range(0, len(ids), MOST_IDS):
        query = select(*columns).where(key.in_(ids[start : start + MOST_IDS])).order_by(key)
        rows = (await unit.connection.execute(query)).mappings()
        steps += [recorded.step(acts[str(row[recorded.of])], row) for row in rows]
    return steps
