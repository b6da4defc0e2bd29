"""Everything there is on one entry of the ledger: its cause, its payment, what reverses it, what else came of it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.ledger.outcomes import AWARDED
from shared.ledger.service import Ledger


class EntryFile(NamedTuple):
    """`entry` with the names of those it is about and goes to. `family`: every entry of the same event, computed once
    or again; `cuts`: what short budgets did to its payment, oldest first; `due`: what may be paid of it, in fen;
    `touched`: entries its reversal makes doubtful; `recovery`: what is to be given back of what was paid."""

    entry: RowMapping
    cause: RowMapping | None
    root: RowMapping | None
    payment: RowMapping | None
    reversed_by: str | None
    family: Sequence[RowMapping]
    decisions: Sequence[RowMapping]
    changes: Sequence[RowMapping]
    cuts: Sequence[RowMapping]
    due: int | None
    touched: Sequence[RowMapping]
    recovery: RowMapping | None


async def entry_file(ledger: Ledger, connection: AsyncConnection, id_: str) -> EntryFile:
    """no-such-subsidy if the ledger has no entry of this id."""
    tables = ledger.tables
    subsidy, cause, payment, decision = tables.subsidy, tables.cause, tables.payment, tables.decision
    entry = await _first(connection, ledger.named(select(subsidy).where(subsidy.c.id == id_)))
    if entry is None:
        raise DomainError("no-such-subsidy", f"台账里没有“{id_}”", status=404)
    root = await _first(connection, select(cause).where(cause.c.event_id == entry["root"]))
    matters = [entry["root"], *([root["about"]] if root else [])]
    reversal = await _first(connection, select(subsidy.c.id).where(subsidy.c.reverses == id_))
    family = select(subsidy).where(subsidy.c.root == entry["root"]).order_by(subsidy.c.position)
    decisions = select(decision).where(decision.c.about.in_(matters)).order_by(decision.c.position)
    left: Mapping[str, int] = {}
    if entry["outcome"] == AWARDED:
        left = await ledger.shortfalls.due(connection, [entry])
    return EntryFile(
        entry=entry,
        cause=await _first(connection, select(cause).where(cause.c.event_id == entry["cause_event_id"])),
        root=root,
        payment=await _first(connection, select(payment).where(payment.c.subsidy_id == id_)),
        reversed_by=reversal["id"] if reversal else None,
        family=(await connection.execute(family)).mappings().all(),
        decisions=(await connection.execute(decisions)).mappings().all(),
        changes=await ledger.changes.of(connection, [id_]),
        cuts=await ledger.shortfalls.lines(connection, [id_]),
        due=left.get(id_),
        touched=await _touched(ledger, connection, id_) if reversal else (),
        recovery=await _first(connection, select(tables.recovery).where(tables.recovery.c.subsidy_id == id_)),
    )


async def _touched(ledger: Ledger, connection: AsyncConnection, reversed_: str) -> Sequence[RowMapping]:
    """The entries that the reversal of this award makes doubtful, with who asked to compute them again."""
    subsidy, touched = ledger.tables.subsidy, ledger.tables.touched
    reversal = subsidy.alias("reversal")
    query = (
        select(subsidy, touched.c.requested_by, touched.c.requested_at)
        .join(touched, touched.c.subsidy_id == subsidy.c.id)
        .join(reversal, reversal.c.id == touched.c.reversal_id)
        .where(reversal.c.reverses == reversed_)
        .order_by(subsidy.c.position)
    )
    return (await connection.execute(ledger.named(query))).mappings().all()


async def _first(connection: AsyncConnection, query: Select[Any]) -> RowMapping | None:
    found: RowMapping | None = (await connection.execute(query)).mappings().first()
    return found
