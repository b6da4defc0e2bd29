"""How far a round is: its reports, its grades, what is settled, and the letters that went out."""

from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CAUSE, EVALUATION, MESSAGE_SEEN, REPORT, SUBSIDY


class Progress(NamedTuple):
    """Counts by state. `settled`: final grades that the ledger has an answer to: an award, a refusal, a block."""

    reports: dict[str, int]
    evaluations: dict[str, int]
    settled: int
    letters: dict[str, int]


async def progress(connection: AsyncConnection, round_id: str) -> Progress:
    reports = select(REPORT.c.state, func.count()).where(REPORT.c.round_id == round_id).group_by(REPORT.c.state)
    evaluations = (
        select(EVALUATION.c.state, func.count()).where(EVALUATION.c.round_id == round_id).group_by(EVALUATION.c.state)
    )
    answered = (
        select(SUBSIDY.c.id)
        .join(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .where(CAUSE.c.about == EVALUATION.c.id)
        .exists()
    )
    settled = (
        select(func.count())
        .select_from(EVALUATION)
        .where(EVALUATION.c.round_id == round_id, EVALUATION.c.state == "finalised", answered)
    )
    letters = (
        select(MESSAGE_SEEN.c.state, func.count())
        .join(REPORT, REPORT.c.id == MESSAGE_SEEN.c.story)  # what becomes of a report is all one story
        .where(REPORT.c.round_id == round_id)
        .group_by(MESSAGE_SEEN.c.state)
    )

    return Progress(
        await _counted(connection, reports),
        await _counted(connection, evaluations),
        (await connection.execute(settled)).scalar_one(),
        await _counted(connection, letters),
    )


async def _counted(connection: AsyncConnection, query: Select[str, int]) -> dict[str, int]:
    return {row[0]: row[1] for row in await connection.execute(query)}
