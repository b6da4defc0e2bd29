"""Short budgets: what is claimed of them, what they cut of awards, and what is left to pay of each."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.money_tables import SHORTAGE, SHORTAGE_LINE
from services.incubator.store.tables import BUDGET, CARRIER, CAUSE, CHANGE, EVALUATION, PAYMENT, SUBSIDY


class Cut(NamedTuple):
    """An entry by which a short budget took something of an award."""

    award: str
    entry: dict[str, Any]


async def cuts(connection: AsyncConnection, awards: Collection[str]) -> list[Cut]:
    """What was cut of these awards and not given back, oldest first."""
    undone = SUBSIDY.alias("undone")
    query = (
        select(SHORTAGE_LINE.c.subsidy_id.label("award_id"), SUBSIDY)
        .join(SUBSIDY, SUBSIDY.c.id == SHORTAGE_LINE.c.entry_id)
        .where(
            SHORTAGE_LINE.c.subsidy_id.in_(awards),
            ~select(undone.c.id).where(undone.c.reverses == SUBSIDY.c.id).exists(),
        )
        .order_by(SUBSIDY.c.position)
    )
    rows = (await connection.execute(query)).mappings()
    return [Cut(row["award_id"], {name: row[name] for name in SUBSIDY.c.keys()}) for row in rows]  # noqa: SIM118 - columns, not a dict


_CUT = SUBSIDY.alias("cut_entry")
DUE = SUBSIDY.c.amount_fen + func.coalesce(
    select(func.sum(_CUT.c.amount_fen))
    .join(SHORTAGE_LINE, SHORTAGE_LINE.c.entry_id == _CUT.c.id)
    .where(SHORTAGE_LINE.c.subsidy_id == SUBSIDY.c.id)
    .correlate(SUBSIDY)
    .scalar_subquery(),
    0,
)
"""What may be paid of an award that stands, in fen: its cuts stand as long as it does."""


async def due(connection: AsyncConnection, awards: Sequence[RowMapping]) -> dict[str, int]:
    """What may be paid of each of these awards, in fen: its amount, less what was cut."""
    found = {row["id"]: row["amount_fen"] for row in awards}
    for cut in await cuts(connection, list(found)):
        found[cut.award] += cut.entry["amount_fen"]
    return found


async def hold_budgets(connection: AsyncConnection, years: Collection[int]) -> dict[int, RowMapping]:
    """The budgets of these years; nobody approves or shares out what is in them until this transaction ends."""
    query = select(BUDGET).where(BUDGET.c.year.in_(years)).order_by(BUDGET.c.year).with_for_update()
    return {row["year"]: row for row in (await connection.execute(query)).mappings()}


async def approvals(connection: AsyncConnection, subsidies: Collection[str]) -> dict[str, int]:
    """How often each of these payments has been approved."""
    query = (
        select(CHANGE.c.of, func.count().label("times"))
        .where(CHANGE.c.of.in_(subsidies), CHANGE.c.noun == "payment", CHANGE.c.after == "approved")
        .group_by(CHANGE.c.of)
    )
    found = {row.of: row.times for row in await connection.execute(query)}
    return {id_: found.get(id_, 0) for id_ in subsidies}


async def proposals(connection: AsyncConnection, year: int, *, hold: bool = False) -> Sequence[RowMapping]:
    """What is proposed out of a year's budget and not approved: each with its award, its carrier and, where it follows
    from a grade, the evaluation's round and total; in the order the ledger got the awards."""
    query = (
        select(
            PAYMENT.c.subsidy_id, PAYMENT.c.amount_fen, PAYMENT.c.proposed_by, SUBSIDY.c.root, SUBSIDY.c.rule,
            SUBSIDY.c.article, SUBSIDY.c.policy_version, SUBSIDY.c.carrier_id, SUBSIDY.c.outcome,
            CARRIER.c.name.label("carrier"), CARRIER.c.kind, EVALUATION.c.round_id, EVALUATION.c.total,
        )
        .join(SUBSIDY, SUBSIDY.c.id == PAYMENT.c.subsidy_id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .outerjoin(EVALUATION, and_(EVALUATION.c.id == CAUSE.c.about, EVALUATION.c.carrier_id == SUBSIDY.c.carrier_id))
        .where(PAYMENT.c.budget_year == year, PAYMENT.c.state == "proposed")
        .order_by(SUBSIDY.c.position)
    )  # fmt: skip
    if hold:
        query = query.with_for_update(of=PAYMENT)
    return (await connection.execute(query)).mappings().all()


async def shortages(connection: AsyncConnection, year: int | None = None) -> Sequence[RowMapping]:
    """How short budgets were dealt with, the latest first."""
    query = select(SHORTAGE).order_by(SHORTAGE.c.at.desc(), SHORTAGE.c.id)
    if year is not None:
        query = query.where(SHORTAGE.c.budget_year == year)
    return (await connection.execute(query)).mappings().all()


async def lines(connection: AsyncConnection, subsidies: Collection[str]) -> Sequence[RowMapping]:
    """What short budgets did to these awards, with the decision, oldest first."""
    query = (
        select(SHORTAGE_LINE, SHORTAGE.c.budget_year, SHORTAGE.c.way, SHORTAGE.c.document_no, SHORTAGE.c.reason,
               SHORTAGE.c.by, SHORTAGE.c.at)
        .join(SHORTAGE, SHORTAGE.c.id == SHORTAGE_LINE.c.shortage_id)
        .where(SHORTAGE_LINE.c.subsidy_id.in_(subsidies))
        .order_by(SHORTAGE.c.at)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()
