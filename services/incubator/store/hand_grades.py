"""Grades people decided, found: by hand before publicity, corrected after finality; and what experts still owe."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.decided_grade import BY_HAND
from services.incubator.store.grade_tables import GRADE_CORRECTION, HAND_GRADE
from services.incubator.store.review_tables import EXPERT, REVIEW
from services.incubator.store.rounds import COUNTED
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, REPORT, ROUND

OPEN = ("invited", "accepted")
"""States of a review whose marks are still to come."""


async def by_hand(connection: AsyncConnection, round_id: str) -> dict[str, RowMapping]:
    """The grades given by hand that hold in a round, by evaluation; one that was taken back is not among them."""
    latest = select(func.max(HAND_GRADE.c.position)).group_by(HAND_GRADE.c.evaluation_id)
    query = (
        select(HAND_GRADE)
        .join(EVALUATION, EVALUATION.c.id == HAND_GRADE.c.evaluation_id)
        .where(
            HAND_GRADE.c.position.in_(latest),
            HAND_GRADE.c.grade.is_not(None),
            EVALUATION.c.round_id == round_id,
            EVALUATION.c.reason.startswith(
                f"{BY_HAND}：", autoescape=True
            ),  # not changed since by an objection or a correction
        )
    )
    return {row["evaluation_id"]: row for row in (await connection.execute(query)).mappings()}


async def decided_about(connection: AsyncConnection, evaluation_id: str) -> Sequence[RowMapping]:
    """Everything decided by hand about one evaluation, oldest first."""
    query = select(HAND_GRADE).where(HAND_GRADE.c.evaluation_id == evaluation_id).order_by(HAND_GRADE.c.position)
    return (await connection.execute(query)).mappings().all()


async def corrections(connection: AsyncConnection, evaluations: Collection[str]) -> Sequence[RowMapping]:
    """The corrections of these final grades, oldest first."""
    query = select(GRADE_CORRECTION).where(GRADE_CORRECTION.c.evaluation_id.in_(evaluations))
    return (await connection.execute(query.order_by(GRADE_CORRECTION.c.position))).mappings().all()


async def objected(connection: AsyncConnection, round_id: str) -> set[str]:
    """The evaluations of a round an open objection keeps from being final."""
    query = (
        select(OBJECTION.c.evaluation_id)
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .where(EVALUATION.c.round_id == round_id, OBJECTION.c.state == "filed")
    )
    return set((await connection.execute(query)).scalars())


async def year_after(connection: AsyncConnection, evaluation_id: str) -> RowMapping | None:
    """The evaluation of the same carrier that carried this grade over: of the next year's round, once it is graded."""
    this, after, next_ = EVALUATION.alias("this"), EVALUATION.alias("after"), ROUND.alias("next")
    query = (
        select(after.c.id, after.c.grade, after.c.withdrawal_proposed, next_.c.year)
        .select_from(this)
        .join(ROUND, ROUND.c.id == this.c.round_id)
        .join(next_, (next_.c.year == ROUND.c.year + 1) & (next_.c.kind == ROUND.c.kind))
        .join(after, (after.c.round_id == next_.c.id) & (after.c.carrier_id == this.c.carrier_id))
        .where(this.c.id == evaluation_id)
    )
    return (await connection.execute(query)).mappings().first()


async def open_reviews(connection: AsyncConnection, round_id: str) -> Sequence[RowMapping]:
    """The reviews of reports that count whose expert has not marked yet, by carrier."""
    query = (
        select(REVIEW.c.report_id, REVIEW.c.state, EXPERT.c.id.label("expert_id"), EXPERT.c.name.label("expert_name"))
        .add_columns(CARRIER.c.name.label("carrier_name"))
        .join(EXPERT, EXPERT.c.id == REVIEW.c.expert_id)
        .join(REPORT, REPORT.c.id == REVIEW.c.report_id)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .where(REVIEW.c.round_id == round_id, REVIEW.c.state.in_(OPEN), REPORT.c.state == COUNTED)
        .order_by(CARRIER.c.id, EXPERT.c.id)
    )
    return (await connection.execute(query)).mappings().all()
