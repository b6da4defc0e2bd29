"""What budgets hold and owe, which awards nobody has proposed to pay, and what reversals left behind."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger, shortages
from services.incubator.store.money_tables import RECOVERY, TOUCHED
from services.incubator.store.tables import (
    BUDGET,
    CARRIER,
    ORGANISATION,
    PAYMENT,
    SUBSIDY,
)

UNPROPOSED = and_(
    SUBSIDY.c.outcome == ledger.AWARDED,
    shortages.DUE > 0,
    SUBSIDY.c.id.not_in(select(PAYMENT.c.subsidy_id).where(PAYMENT.c.state != "cancelled")),
)
"""Of rows that stand: awards nobody has proposed to pay, or whose proposal was withdrawn."""


class BudgetYear(NamedTuple):
    """A year's budget in fen: `reserved` is awarded and not proposed, `committed` approved and not paid."""

    year: int
    amount_fen: int | None
    document_no: str | None
    reserved: int
    proposed: int
    committed: int
    paid: int

    @property
    def left(self) -> int:
        """What may still be approved."""
        return (self.amount_fen or 0) - self.committed - self.paid

    @property
    def short(self) -> int:
        """How much of what is proposed the budget does not hold."""
        return max(self.proposed - max(self.left, 0), 0)


def year_paid_from(row: RowMapping) -> int:
    """The budget an award is expected to be paid from while nobody has said: that of the year after its own."""
    return int(row["year"] or row["on_date"].year) + 1


async def budgets(connection: AsyncConnection) -> list[BudgetYear]:
    """Every year that has a budget or that something is to be paid from, the newest first."""
    paid = (
        select(PAYMENT.c.budget_year, PAYMENT.c.state, func.sum(PAYMENT.c.amount_fen))
        .where(PAYMENT.c.state != "cancelled")
        .group_by(PAYMENT.c.budget_year, PAYMENT.c.state)
    )
    used = {(year, state): int(fen) for year, state, fen in await connection.execute(paid)}
    free = ledger.standing().where(UNPROPOSED).with_only_columns(
        SUBSIDY.c.year, SUBSIDY.c.on_date, shortages.DUE.label("due_fen")
    )  # fmt: skip
    rows = (await connection.execute(free)).mappings().all()
    reserved: dict[int, int] = {}
    for row in rows:
        year = year_paid_from(row)
        reserved[year] = reserved.get(year, 0) + int(row["due_fen"])
    rows_set = (await connection.execute(select(BUDGET))).mappings()
    known = {row["year"]: row for row in rows_set}
    years = {*known, *(year for year, fen in reserved.items() if fen), *(year for year, _ in used)}
    return [
        BudgetYear(
            year,
            known[year]["amount_fen"] if year in known else None,
            known[year]["document_no"] if year in known else None,
            reserved.get(year, 0),
            used.get((year, "proposed"), 0),
            used.get((year, "approved"), 0),
            used.get((year, "paid"), 0),
        )
        for year in sorted(years, reverse=True)
    ]


async def touched(connection: AsyncConnection, reversed_: str) -> Sequence[RowMapping]:
    """The entries that the reversal of this award makes doubtful, with who asked to compute them again."""
    reversal = SUBSIDY.alias("reversal")
    query = (
        select(SUBSIDY, TOUCHED.c.requested_by, TOUCHED.c.requested_at, CARRIER.c.name.label("carrier"))
        .join(TOUCHED, TOUCHED.c.subsidy_id == SUBSIDY.c.id)
        .join(reversal, reversal.c.id == TOUCHED.c.reversal_id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .where(reversal.c.reverses == reversed_)
        .order_by(SUBSIDY.c.position)
    )
    return (await connection.execute(query)).mappings().all()


def named(query: Select[Any]) -> Select[Any]:
    """Rows of the ledger with what the register calls carrier and organisation."""
    joined = SUBSIDY.outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id).outerjoin(
        ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id
    )
    return query.add_columns(
        CARRIER.c.name.label("carrier"), CARRIER.c.kind.label("kind"), ORGANISATION.c.name.label("organisation")
    ).select_from(joined)


async def recovery(connection: AsyncConnection, award: str) -> RowMapping | None:
    query = select(RECOVERY).where(RECOVERY.c.subsidy_id == award)
    return (await connection.execute(query)).mappings().first()
