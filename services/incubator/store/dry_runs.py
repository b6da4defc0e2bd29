"""What a round came to, asked inside the transaction that made it so, or of what stands."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger
from services.incubator.store.tables import BUDGET, CARRIER, EVALUATION, OBJECTION, REPORT, SUBSIDY


async def ranking(connection: AsyncConnection, round_id: str) -> Sequence[RowMapping]:
    """Every carrier of the round with its total and grade, the best first; those without a total last."""
    query = (
        select(
            REPORT.c.id,
            REPORT.c.carrier_id,
            REPORT.c.state.label("report_state"),
            CARRIER.c.name,
            CARRIER.c.level,
            CARRIER.c.district,
            EVALUATION.c.total,
            EVALUATION.c.grade,
            EVALUATION.c.reason,
            EVALUATION.c.withdrawal_proposed,
        )
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .outerjoin(EVALUATION, EVALUATION.c.id == REPORT.c.id)
        .where(REPORT.c.round_id == round_id)
        .order_by(CARRIER.c.id)
    )
    rows = (await connection.execute(query)).mappings().all()
    return sorted(rows, key=lambda row: Decimal(-1) if row["total"] is None else Decimal(row["total"]), reverse=True)


async def states(connection: AsyncConnection, round_id: str) -> dict[str, int]:
    """How many reports are in each state."""
    query = select(REPORT.c.state, func.count()).where(REPORT.c.round_id == round_id).group_by(REPORT.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def objected(connection: AsyncConnection, round_id: str) -> int:
    """How many objections are not decided yet."""
    query = (
        select(func.count(OBJECTION.c.id))
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .where(EVALUATION.c.round_id == round_id, OBJECTION.c.state == "filed")
    )
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def entered(connection: AsyncConnection, stories: Collection[str]) -> Sequence[RowMapping]:
    """What stands in the ledger of these stories."""
    query = ledger.standing().where(SUBSIDY.c.story.in_(stories)).order_by(SUBSIDY.c.position)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def budget(connection: AsyncConnection, year: int) -> RowMapping | None:
    return (await connection.execute(select(BUDGET).where(BUDGET.c.year == year))).mappings().first()
