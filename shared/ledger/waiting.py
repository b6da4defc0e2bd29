"""What of a ledger waits at a desk, as questions to the rows, each with the columns of shared.desk.rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, select

from shared.desk.rows import NO_NUMBER, NOTHING, Asking, shown
from shared.ledger import outcomes
from shared.ledger.service import Ledger


@dataclass(frozen=True)
class MoneyWaits:
    """`joined` joins to the rows of the ledger whatever `unit` (what an entry is about, by name), `kind` and
    `district` are columns of."""

    ledger: Ledger
    joined: Callable[[Select[Any]], Select[Any]]
    unit: ColumnElement[Any]
    kind: ColumnElement[Any] = NOTHING
    district: ColumnElement[Any] = NOTHING

    def shown(self, id_: ColumnElement[Any], since: ColumnElement[Any], **more: ColumnElement[Any]) -> Select[Any]:
        return shown(id_, since, self.unit, kind=self.kind, district=self.district, **more)

    def _entries(self, outcome: str, fen: ColumnElement[Any]) -> Select[Any]:
        """Rows of the ledger that stand."""
        subsidy = self.ledger.tables.subsidy
        wanted = self.ledger.rows.standing().where(subsidy.c.outcome == outcome).with_only_columns(subsidy.c.id)
        rows = self.shown(subsidy.c.id, subsidy.c.entered_at, fen=fen, said=subsidy.c.reason).select_from(subsidy)
        return self.joined(rows).where(subsidy.c.id.in_(wanted))

    def facts(self, _: Asking) -> Select[Any]:
        return self._entries(outcomes.BLOCKED, NO_NUMBER)

    def amounts(self, _: Asking) -> Select[Any]:
        return self._entries(outcomes.WAITING, self.ledger.tables.subsidy.c.ceiling_fen)

    def to_propose(self, _: Asking) -> Select[Any]:
        """Awards that stand and nobody has proposed to pay, as one."""
        subsidy = self.ledger.tables.subsidy.c
        wanted = self.ledger.rows.standing().where(self.ledger.shortfalls.unproposed()).with_only_columns(subsidy.id)
        return (
            _batch(literal("unproposed"), subsidy.entered_at, subsidy.amount_fen, literal(""))
            .where(subsidy.id.in_(wanted))
            .having(func.count() > 0)
        )

    def _payments(self, state: str) -> Select[Any]:
        """Payments in a state, by year of the budget and who proposed them; waiting since the first of them came to
        it."""
        payment, change = self.ledger.tables.payment, self.ledger.changes.table.c
        moved = and_(change.of == payment.c.subsidy_id, change.noun == "payment", change.after == state)
        came = select(func.max(change.at)).where(moved).correlate(payment).scalar_subquery()
        each = select(payment, came.label("came_at")).where(payment.c.state == state).subquery()
        rows = _batch(cast(each.c.budget_year, String(4)), each.c.came_at, each.c.amount_fen, each.c.proposed_by)
        return rows.group_by(each.c.budget_year, each.c.proposed_by)

    def to_approve(self, asking: Asking) -> Select[Any]:
        """What somebody else proposed: nobody approves his own."""
        query = self._payments("proposed")
        (proposed,) = query.get_final_froms()
        return query.where(proposed.c.proposed_by != asking.account)

    def to_pay(self, _: Asking) -> Select[Any]:
        return self._payments("approved")

    def to_recover(self, _: Asking) -> Select[Any]:
        tables = self.ledger.tables
        subsidy, recovery = tables.subsidy, tables.recovery
        rows = self.shown(recovery.c.subsidy_id, recovery.c.opened_on, fen=recovery.c.amount_fen).select_from(recovery)
        return self.joined(rows.join(subsidy, subsidy.c.id == recovery.c.subsidy_id)).where(recovery.c.state == "open")

    def touched(self, _: Asking) -> Select[Any]:
        """Entries that a reversal made doubtful and nobody asked to compute again."""
        subsidy, touched = self.ledger.tables.subsidy, self.ledger.tables.touched
        reversal = subsidy.alias("reversal")
        rows = (
            self.shown(subsidy.c.id, reversal.c.entered_at, fen=subsidy.c.amount_fen)
            .select_from(touched)
            .join(subsidy, subsidy.c.id == touched.c.subsidy_id)
            .join(reversal, reversal.c.id == touched.c.reversal_id)
        )
        return self.joined(rows).where(touched.c.requested_at.is_(None))


def _batch(
    id_: ColumnElement[Any], since: ColumnElement[Any], fen: ColumnElement[Any], said: ColumnElement[Any]
) -> Select[Any]:
    """Several rows as one, with how many they are."""
    return shown(id_, func.min(since), NOTHING, fen=func.sum(fen), number=func.count(), said=said)
