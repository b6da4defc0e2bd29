"""What budgets hold and owe."""

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.rows import Rows
from shared.ledger.shortfalls import Shortfalls
from shared.ledger.tables import LedgerTables


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


@dataclass(frozen=True)
class Budgets:
    """The questions a ledger's budgets are asked."""

    tables: LedgerTables

    @property
    def rows(self) -> Rows:
        return Rows(self.tables)

    @property
    def shortfalls(self) -> Shortfalls:
        return Shortfalls(self.tables)

    async def budgets(self, connection: AsyncConnection) -> list[BudgetYear]:
        """Every year that has a budget or that something is to be paid from, the newest first."""
        subsidy = self.tables.subsidy
        payment = self.tables.payment
        paid = (
            select(
                payment.c.budget_year,
                payment.c.state,
                func.sum(payment.c.amount_fen),
            )
            .where(payment.c.state != "cancelled")
            .group_by(payment.c.budget_year, payment.c.state)
        )
        used = {(year, state): int(fen) for year, state, fen in await connection.execute(paid)}
        free = self.rows.standing().where(self.shortfalls.unproposed()).with_only_columns(
            subsidy.c.year, subsidy.c.on_date, self.shortfalls.due_fen().label("due_fen")
        )  # fmt: skip
        rows = (await connection.execute(free)).mappings().all()
        reserved: dict[int, int] = {}
        for row in rows:
            year = year_paid_from(row)
            reserved[year] = reserved.get(year, 0) + int(row["due_fen"])
        rows_set = (await connection.execute(select(self.tables.budget))).mappings()
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
