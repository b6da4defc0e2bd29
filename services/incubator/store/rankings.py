"""A round's carriers as a list: who ranks where, with which grade and why, and where each grade ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, RowMapping, Select, case, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, EVALUATION, REPORT

TOTAL = cast(EVALUATION.c.total, Numeric(7, 2))
NO_GRADE = "none"
"""Asks for carriers that have no grade yet."""


@dataclass(frozen=True)
class RankingFilter:
    """Which carriers of a round are listed, and in which order: by rank, or by name."""

    text: str = ""
    grade: str | None = None
    state: str | None = None
    order: str = "rank"

    def conditions(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.text:
            name = CARRIER.c.name.icontains(self.text, autoescape=True)
            found.append(or_(name, CARRIER.c.id == self.text))
        if self.grade is not None:
            given = EVALUATION.c.grade
            found.append(given.is_(None) if self.grade == NO_GRADE else given == self.grade)
        if self.state is not None:
            found.append(REPORT.c.state == self.state)
        return found


def _of(query: Select[Any], round_id: str, wanted: RankingFilter) -> Select[Any]:
    return (
        query.select_from(REPORT)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .join(EVALUATION, EVALUATION.c.id == REPORT.c.id, isouter=True)
        .where(REPORT.c.round_id == round_id, *wanted.conditions())
    )


async def listed(
    connection: AsyncConnection, round_id: str, wanted: RankingFilter, most: int, skip: int
) -> Sequence[RowMapping]:
    """Some carriers of a round with their report and, if there is one, their grade."""
    columns = (
        REPORT.c.id,
        REPORT.c.state.label("report_state"),
        REPORT.c.version,
        CARRIER.c.id.label("carrier_id"),
        CARRIER.c.name.label("carrier_name"),
        CARRIER.c.level,
        CARRIER.c.district,
        EVALUATION.c.total,
        EVALUATION.c.grade,
        EVALUATION.c.reason,
        EVALUATION.c.state.label("state"),
        EVALUATION.c.withdrawal_proposed,
    )
    unranked = case((EVALUATION.c.total.is_(None), 1), else_=0)
    order = (CARRIER.c.name, REPORT.c.id) if wanted.order == "name" else (unranked, TOTAL.desc(), REPORT.c.id)
    query = _of(select(*columns), round_id, wanted).order_by(*order)
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(most).offset(skip))).mappings().all()
    return rows


async def ranks(connection: AsyncConnection, round_id: str) -> dict[str, int]:
    """The rank of each total of a round: equal totals share one, the next counts on from all before it (1, 2, 2, 4)."""
    query = (
        select(EVALUATION.c.total, func.count())
        .where(EVALUATION.c.round_id == round_id, EVALUATION.c.total.is_not(None))
        .group_by(EVALUATION.c.total)
    )
    totals = sorted(((Decimal(total), total, count) for total, count in await connection.execute(query)), reverse=True)
    found, above = {}, 0
    for _, total, count in totals:
        found[total] = above + 1
        above += count
    return found


async def counted(connection: AsyncConnection, round_id: str, wanted: RankingFilter) -> int:
    query = _of(select(func.count(REPORT.c.id)), round_id, wanted)
    found: int = (await connection.execute(query)).scalar_one()
    return found


async def by_grade(connection: AsyncConnection, round_id: str) -> dict[str | None, tuple[int, Decimal | None]]:
    """How many carriers of a round have each grade, and the least total among them."""
    query = (
        select(EVALUATION.c.grade, func.count(), func.min(TOTAL))
        .where(EVALUATION.c.round_id == round_id)
        .group_by(EVALUATION.c.grade)
    )
    return {grade: (count, least) for grade, count, least in await connection.execute(query)}


async def rank_of(connection: AsyncConnection, evaluation: RowMapping) -> tuple[int | None, int]:
    """The rank of one evaluation in its round, none without a total; and how many were evaluated."""
    of_round = EVALUATION.c.round_id == evaluation["round_id"]
    every: int = (await connection.execute(select(func.count(EVALUATION.c.id)).where(of_round))).scalar_one()
    if evaluation["total"] is None:
        return None, every
    above = select(func.count(EVALUATION.c.id)).where(of_round, Decimal(evaluation["total"]) < TOTAL)
    return (await connection.execute(above)).scalar_one() + 1, every
