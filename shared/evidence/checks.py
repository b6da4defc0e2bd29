"""The checks that are due, claimed row by row, and what became of them. Due times are on the machine's clock."""

from datetime import datetime

from sqlalchemy import RowMapping, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.evidence.clamd import Verdict
from shared.evidence.states import CLEAN, INFECTED, TO_CHECK, UNCHECKED, WAITING
from shared.evidence.tables import EvidenceTables
from shared.messaging.unit import Unit

MOST_WORDS = 500
MOST_SIGNATURE = 200


async def any_due(connection: AsyncConnection, tables: EvidenceTables, now: datetime) -> bool:
    table = tables.evidence
    query = select(table.c.id).where(table.c.state.in_(TO_CHECK), table.c.check_at <= now).limit(1)
    return (await connection.execute(query)).first() is not None


async def claim(unit: Unit, tables: EvidenceTables, now: datetime, until: datetime) -> RowMapping | None:
    """The file that waits longest, for this checker alone until `until`; whoever dies with it leaves it due again."""
    table = tables.evidence
    due = table.c.state.in_(TO_CHECK) & (table.c.check_at <= now)
    oldest = (
        select(table.c.id)
        .where(due)
        .order_by(table.c.check_at, table.c.at, table.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    id_ = (await unit.connection.execute(oldest)).scalar_one_or_none()
    take = update(table).where(table.c.id == id_, due).values(check_at=until).returning(table)
    taken: RowMapping | None = (await unit.connection.execute(take)).mappings().one_or_none()
    return taken


async def note_verdict(unit: Unit, tables: EvidenceTables, sha256: str, verdict: Verdict) -> None:
    """What the scanner said of a content holds for every file that has it and has not been checked."""
    table = tables.evidence
    change = (
        update(table)
        .where(table.c.sha256 == sha256, table.c.state.in_(TO_CHECK))
        .values(
            state=INFECTED if verdict.signature else CLEAN,
            signature=verdict.signature and verdict.signature[:MOST_SIGNATURE],
            checked_at=unit.now,
            check_at=None,
            check_error=None,
        )
    )
    await unit.connection.execute(change)


async def note_failure(unit: Unit, tables: EvidenceTables, id_: str, words: str, again_at: datetime) -> None:
    """The scanner gave no verdict: the file stays as it is and is tried again."""
    table = tables.evidence
    change = (
        update(table)
        .where(table.c.id == id_, table.c.state.in_(TO_CHECK))
        .values(check_at=again_at, check_failures=table.c.check_failures + 1, check_error=words[:MOST_WORDS])
    )
    await unit.connection.execute(change)


async def release_waiting(unit: Unit, tables: EvidenceTables) -> int:
    """There is no scanner any more: what waited for it is unchecked, as if it had come today; how many that were."""
    table = tables.evidence
    change = update(table).where(table.c.state == WAITING).values(state=UNCHECKED)
    return (await unit.connection.execute(change)).rowcount
