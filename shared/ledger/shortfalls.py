"""Short budgets: what is claimed of them, what they cut of awards, and what is left to pay of each."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.outcomes import AWARDED
from shared.ledger.tables import LedgerTables

Named = Callable[[Select[Any]], Select[Any]]
"""Adds to rows of the ledger what the service calls those they are about and those they go to."""


class Cut(NamedTuple):
    """An entry by which a short budget took something of an award."""

    award: str
    entry: dict[str, Any]


@dataclass(frozen=True)
class Shortfalls:
    """The questions about what is left to pay."""

    tables: LedgerTables

    async def cuts(self, connection: AsyncConnection, awards: Collection[str]) -> list[Cut]:
        """What was cut of these awards and not given back, oldest first."""
        subsidy = self.tables.subsidy
        shortage_line = self.tables.shortage_line
        undone = subsidy.alias("undone")
        query = (
            select(shortage_line.c.subsidy_id.label("award_id"), subsidy)
            .join(subsidy, subsidy.c.id == shortage_line.c.entry_id)
            .where(
                shortage_line.c.subsidy_id.in_(awards),
                ~select(undone.c.id).where(undone.c.reverses == subsidy.c.id).exists(),
            )
            .order_by(subsidy.c.position)
        )
        rows = (await connection.execute(query)).mappings()
        return [Cut(row["award_id"], {name: row[name] for name in subsidy.c.keys()}) for row in rows]  # noqa: SIM118 - columns, not a dict

    def due_fen(self) -> ColumnElement[int]:
        """What may be paid of an award that stands, in fen: its cuts stand as long as it does."""
        subsidy = self.tables.subsidy
        shortage_line = self.tables.shortage_line
        cut = subsidy.alias("cut_entry")
        taken = (
            select(func.sum(cut.c.amount_fen))
            .join(shortage_line, shortage_line.c.entry_id == cut.c.id)
            .where(shortage_line.c.subsidy_id == subsidy.c.id)
            .correlate(subsidy)
            .scalar_subquery()
        )
        return subsidy.c.amount_fen + func.coalesce(taken, 0)

    def unproposed(self) -> ColumnElement[bool]:
        """Of rows that stand: awards nobody has proposed to pay, or whose proposal was withdrawn."""
        subsidy = self.tables.subsidy
        payment = self.tables.payment
        under_way = select(payment.c.subsidy_id).where(payment.c.state != "cancelled")
        return and_(subsidy.c.outcome == AWARDED, self.due_fen() > 0, subsidy.c.id.not_in(under_way))

    async def due(self, connection: AsyncConnection, awards: Sequence[RowMapping]) -> dict[str, int]:
        """What may be paid of each of these awards, in fen: its amount, less what was cut."""
        found = {row["id"]: row["amount_fen"] for row in awards}
        for cut in await self.cuts(connection, list(found)):
            found[cut.award] += cut.entry["amount_fen"]
        return found

    async def hold_budgets(self, connection: AsyncConnection, years: Collection[int]) -> dict[int, RowMapping]:
        """The budgets of these years; nobody approves or shares out what is in them until this transaction ends."""
        budget = self.tables.budget
        query = select(budget).where(budget.c.year.in_(years)).order_by(budget.c.year).with_for_update()
        return {row["year"]: row for row in (await connection.execute(query)).mappings()}

    async def approvals(
        self, connection: AsyncConnection, changes: Table, subsidies: Collection[str]
    ) -> dict[str, int]:
        """How often each of these payments has been approved."""
        query = (
            select(changes.c.of, func.count().label("times"))
            .where(changes.c.of.in_(subsidies), changes.c.noun == "payment", changes.c.after == "approved")
            .group_by(changes.c.of)
        )
        found = {row.of: row.times for row in await connection.execute(query)}
        return {id_: found.get(id_, 0) for id_ in subsidies}

    async def proposals(
        self, connection: AsyncConnection, year: int, named: Named, *, hold: bool = False
    ) -> Sequence[RowMapping]:
        """What is proposed out of a year's budget and not approved, each with its award and its names; in the order the
        ledger got the awards."""
        subsidy = self.tables.subsidy
        payment = self.tables.payment
        query = (
            select(
                payment.c.subsidy_id, payment.c.subsidy_id.label("id"), payment.c.amount_fen, payment.c.proposed_by,
                subsidy.c.root, subsidy.c.rule,
                subsidy.c.article, subsidy.c.policy_version, self.tables.subject, self.tables.payee, subsidy.c.outcome,
            )
            .join(subsidy, subsidy.c.id == payment.c.subsidy_id)
            .where(payment.c.budget_year == year, payment.c.state == "proposed")
            .order_by(subsidy.c.position)
        )  # fmt: skip
        if hold:
            query = query.with_for_update(of=payment)
        return (await connection.execute(named(query))).mappings().all()

    async def shortages(self, connection: AsyncConnection, year: int | None = None) -> Sequence[RowMapping]:
        """How short budgets were dealt with, the latest first."""
        shortage = self.tables.shortage
        query = select(shortage).order_by(shortage.c.at.desc(), shortage.c.id)
        if year is not None:
            query = query.where(shortage.c.budget_year == year)
        return (await connection.execute(query)).mappings().all()

    async def lines(self, connection: AsyncConnection, subsidies: Collection[str]) -> Sequence[RowMapping]:
        """What short budgets did to these awards, with the decision, oldest first."""
        shortage_line = self.tables.shortage_line
        shortage = self.tables.shortage
        query = (
            select(shortage_line, shortage.c.budget_year, shortage.c.way, shortage.c.document_no, shortage.c.reason,
                   shortage.c.by, shortage.c.at)
            .join(shortage, shortage.c.id == shortage_line.c.shortage_id)
            .where(shortage_line.c.subsidy_id.in_(subsidies))
            .order_by(shortage.c.at)
        )  # fmt: skip
        return (await connection.execute(query)).mappings().all()
