"""What the rounds that are not final yet would come to in money by the data there is now."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import REPORT, ROUND
from services.incubator.usecases.grade_money import ground
from services.incubator.usecases.round_standing import round_standing

UNDER_WAY = ("open", "closed", "graded", "publicised")


class Expected(NamedTuple):
    """`fen` of which `open_fen` at most, as the office has still to decide; `blocked`: how many lack a fact."""

    fen: int
    open_fen: int
    blocked: int


async def expected_subsidies(connection: AsyncConnection, today: date) -> Expected:
    """Grades the reports there are, accepted or still looked at, and asks the policy; nothing is kept of it."""
    rounds = select(ROUND.c.id).where(ROUND.c.state.in_(UNDER_WAY)).order_by(ROUND.c.id)
    found = Expected(0, 0, 0)
    for round_id in (await connection.execute(rounds)).scalars().all():
        each = await _of_round(connection, round_id, today)
        found = Expected(*(left + right for left, right in zip(found, each, strict=True)))
    return found


async def _of_round(connection: AsyncConnection, round_id: str, today: date) -> Expected:
    waits = select(REPORT.c.id, REPORT.c.figures).where(REPORT.c.round_id == round_id, REPORT.c.state == "submitted")
    figures = {row.id: row.figures for row in await connection.execute(waits)}
    standing = await round_standing(connection, round_id, figures)
    amounts = (await ground(connection, standing, today)).amounts(standing.grades).values()
    return Expected(
        sum(each.fen for each in amounts),
        sum(each.fen for each in amounts if each.open),
        sum(bool(each.blocked) for each in amounts),
    )
