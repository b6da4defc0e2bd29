"""A round's units as the evaluation engine takes them, and what came of them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.review_tables import EXPERT_MARK
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTIONS, REPORT, ROUND
from shared.evaluation import Unit
from shared.objections.store import held

COUNTED = "accepted"
"""A report counts once it is accepted; one that was returned and never corrected does not."""


async def units(
    connection: AsyncConnection, round_id: str, corrected: Mapping[str, Mapping[str, object]]
) -> dict[str, Unit]:
    """The units of a round by report id, reported or not; `corrected` figures stand in for those reported."""
    marks: dict[str, dict[str, list[object]]] = {}
    query = (
        select(EXPERT_MARK)
        .join(REPORT, REPORT.c.id == EXPERT_MARK.c.report_id)
        .where(REPORT.c.round_id == round_id)
        .order_by(EXPERT_MARK.c.report_id, EXPERT_MARK.c.indicator, EXPERT_MARK.c.expert)
    )
    for row in await connection.execute(query):
        marks.setdefault(row.report_id, {}).setdefault(row.indicator, []).append(row.mark)
    reports = (
        select(REPORT.c.id, REPORT.c.carrier_id, REPORT.c.state, REPORT.c.figures, CARRIER.c.prior)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .where(REPORT.c.round_id == round_id)
        .order_by(REPORT.c.carrier_id)
    )
    this, last = ROUND.alias("this"), ROUND.alias("last")
    before = (
        select(EVALUATION.c.carrier_id, EVALUATION.c.grade)
        .join(last, last.c.id == EVALUATION.c.round_id)
        .join(this, (this.c.year == last.c.year + 1) & (this.c.kind == last.c.kind))
        .where(this.c.id == round_id, EVALUATION.c.state == "finalised")
    )
    city = {row.carrier_id: row.grade for row in await connection.execute(before)}
    found = {}
    for row in await connection.execute(reports):
        prior = row.prior | ({"city": city[row.carrier_id]} if row.carrier_id in city else {})
        figures = corrected.get(row.id, row.figures if row.state == COUNTED else None)
        found[row.id] = Unit(row.carrier_id, figures, marks.get(row.id), prior)
    return found


async def waiting_reports(connection: AsyncConnection, round_id: str) -> dict[str, int]:
    """How many reports wait for somebody, by state."""
    query = (
        select(REPORT.c.state, func.count())
        .where(REPORT.c.round_id == round_id, REPORT.c.state.in_(("submitted", "returned")))
        .group_by(REPORT.c.state)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def evaluations(
    connection: AsyncConnection, round_id: str, state: str, *, free: bool = False
) -> Sequence[RowMapping]:
    """The evaluations of a round in this state with their carriers; `free`: those without an open objection."""
    carrier = [CARRIER.c[name].label(f"carrier_{name}") for name in ("organisation_id", "kind", "level", "name")]
    query = (
        select(EVALUATION, *carrier)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(EVALUATION.c.round_id == round_id, EVALUATION.c.state == state)
        .order_by(EVALUATION.c.id)
    )
    if free:
        query = query.where(EVALUATION.c.id.not_in(held(OBJECTIONS)))
    return (await connection.execute(query)).mappings().all()
