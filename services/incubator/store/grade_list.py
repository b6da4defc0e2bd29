"""The grades of a round as a list, and all that stands behind them for a workbook: indicators, experts and marks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.decided_grade import BY_HAND
from services.incubator.store.rankings import TOTAL
from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import CARRIER, EVALUATION, REPORT

HAND: ColumnElement[bool] = EVALUATION.c.reason.startswith(f"{BY_HAND}：", autoescape=True)
"""The grade was given by hand, and nothing has changed it since."""


def graded(round_id: str) -> tuple[Select[Any], ColumnElement[Any]]:
    """The evaluations of a round with their carriers, and the rank of each in the whole round, whatever is filtered:
    equal totals share one, the next counts on from all before it."""
    places = (
        select(EVALUATION.c.id, func.rank().over(order_by=TOTAL.desc()).label("rank"))
        .where(EVALUATION.c.round_id == round_id, EVALUATION.c.total.is_not(None))
        .subquery("places")
    )
    query = (
        select(
            EVALUATION.c.id, EVALUATION.c.total, EVALUATION.c.grade, EVALUATION.c.reason, EVALUATION.c.state,
            EVALUATION.c.withdrawal_proposed, HAND.label("by_hand"), places.c.rank,
            CARRIER.c.id.label("carrier_id"), CARRIER.c.name.label("carrier_name"), CARRIER.c.level,
            CARRIER.c.district, REPORT.c.state.label("report_state"),
        )
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(REPORT, REPORT.c.id == EVALUATION.c.id)
        .outerjoin(places, places.c.id == EVALUATION.c.id)
        .where(EVALUATION.c.round_id == round_id)
    )  # fmt: skip
    return query, places.c.rank


async def scores(connection: AsyncConnection, round_id: str) -> dict[str, Sequence[dict[str, Any]]]:
    """Each evaluation's indicators as they were explained when it was scored."""
    query = select(EVALUATION.c.id, EVALUATION.c.scores).where(EVALUATION.c.round_id == round_id)
    return {row.id: row.scores for row in await connection.execute(query)}


async def expert_names(connection: AsyncConnection) -> dict[str, str]:
    return {row.id: row.name for row in await connection.execute(select(EXPERT.c.id, EXPERT.c.name))}


async def one(connection: AsyncConnection, evaluation_id: str) -> RowMapping | None:
    """One evaluation with its carrier."""
    query = (
        select(EVALUATION, HAND.label("by_hand"), CARRIER.c.name.label("carrier_name"), CARRIER.c.district)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(EVALUATION.c.id == evaluation_id)
    )
    return (await connection.execute(query)).mappings().first()
