"""What waits for somebody, and what will happen by itself next."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger
from services.incubator.store.review_tables import REVIEW, REVIEW_REMINDER
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, PAYMENT, REPORT, ROUND, SUBSIDY
from services.incubator.store.title_tables import TITLE_DECISION
from shared.reviewing.life import OPEN

MOST = 6
"""How many of each are named; the count says how many there are."""


class Waiting(NamedTuple):
    """How many wait, and the first of them."""

    total: int
    rows: Sequence[RowMapping]


async def objections(connection: AsyncConnection) -> Waiting:
    """Objections nobody has decided, the one due first in front."""
    query = (
        select(
            OBJECTION.c.id,
            OBJECTION.c.evaluation_id,
            OBJECTION.c.filed_on,
            OBJECTION.c.decide_by,
            CARRIER.c.name.label("carrier_name"),
        )
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(OBJECTION.c.state == "filed")
        .order_by(OBJECTION.c.decide_by, OBJECTION.c.id)
    )
    count = select(func.count()).select_from(OBJECTION).where(OBJECTION.c.state == "filed")
    rows = (await connection.execute(query.limit(MOST))).mappings().all()
    return Waiting((await connection.execute(count)).scalar_one(), rows)


async def entries(connection: AsyncConnection, outcome: str) -> Waiting:
    """Entries that stand and are blocked, or wait for a decision; the oldest in front."""
    query = ledger.standing().where(SUBSIDY.c.outcome == outcome)
    rows = (await connection.execute(query.order_by(SUBSIDY.c.position).limit(MOST))).mappings().all()
    counted = query.with_only_columns(func.count(SUBSIDY.c.id))
    return Waiting((await connection.execute(counted)).scalar_one(), rows)


async def payments(connection: AsyncConnection) -> dict[str, tuple[int, int]]:
    """Payments under way by state: how many, and what they come to in fen."""
    query = (
        select(PAYMENT.c.state, func.count(), func.sum(PAYMENT.c.amount_fen))
        .where(PAYMENT.c.state.in_(("proposed", "approved")))
        .group_by(PAYMENT.c.state)
    )
    return {state: (count, int(fen)) for state, count, fen in await connection.execute(query)}


async def reports(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Rounds not graded yet in which reports wait to be accepted or returned, and how many."""
    query = (
        select(ROUND.c.id, ROUND.c.year, ROUND.c.kind, func.count().label("reports"))
        .join(REPORT, REPORT.c.round_id == ROUND.c.id)
        .where(ROUND.c.state.in_(("open", "closed")), REPORT.c.state == "submitted")
        .group_by(ROUND.c.id, ROUND.c.year, ROUND.c.kind)
        .order_by(ROUND.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def withdrawals(connection: AsyncConnection, year: int) -> Sequence[RowMapping]:
    """Carriers that failed the year for the second time and still have their title; nobody decided to leave it."""
    query = (
        select(EVALUATION.c.id, CARRIER.c.name.label("carrier_name"))
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(
            ROUND.c.year == year,
            EVALUATION.c.withdrawal_proposed,
            EVALUATION.c.state == "finalised",
            CARRIER.c.state == "active",
            EVALUATION.c.id.not_in(
                select(TITLE_DECISION.c.evaluation_id).where(TITLE_DECISION.c.evaluation_id.is_not(None))
            ),
        )
        .order_by(EVALUATION.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def rounds_ahead(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Rounds in which something happens by itself on some day to come; `experts_since`: since when experts have units
    open whom nobody reminded yet."""
    by_itself = ROUND.c.state.in_(("planned", "open", "closed", "publicised"))
    of_round = REVIEW_REMINDER.c.round_id == ROUND.c.id
    reminded = select(REVIEW_REMINDER.c.position).where(of_round, REVIEW_REMINDER.c.expert_id == REVIEW.c.expert_id)
    open_ = select(func.min(REVIEW.c.invited_at)).where(
        REVIEW.c.round_id == ROUND.c.id, REVIEW.c.state.in_(OPEN), ~reminded.exists()
    )
    query = (
        select(ROUND, open_.scalar_subquery().label("experts_since"))
        .where(by_itself)
        .order_by(ROUND.c.year, ROUND.c.id)
    )
    return (await connection.execute(query)).mappings().all()
