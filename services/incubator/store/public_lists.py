"""What the law lets be public: unit, kind, level, district and grade; of money paid the unit, the article, the amount
and the fund document. No score, no evidence, no contact, no person's name."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, EVALUATION, PAYMENT, ROUND, SUBSIDY
from shared.evaluation.scheme import GRADE_NAMES

GRADE_ORDER = case({grade: place for place, grade in enumerate(GRADE_NAMES)}, value=EVALUATION.c.grade)
"""From the best grade down."""


async def rounds(connection: AsyncConnection, today: date) -> Sequence[RowMapping]:
    """Rounds whose publicity has begun, and those that are final, with how many units each has."""
    units = select(func.count(EVALUATION.c.id)).where(EVALUATION.c.round_id == ROUND.c.id).scalar_subquery()
    query = (
        select(ROUND, units.label("units"))
        .where(ROUND.c.state.in_(("publicised", "finalised")), ROUND.c.public_from <= today)
        .order_by(ROUND.c.year.desc(), ROUND.c.id)
    )
    return (await connection.execute(query)).mappings().all()


def units(round_id: str) -> Select[Any]:
    return (
        select(
            EVALUATION.c.grade,
            CARRIER.c.name,
            CARRIER.c.kind,
            CARRIER.c.level,
            CARRIER.c.district,
        )
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .where(EVALUATION.c.round_id == round_id, EVALUATION.c.state.in_(("publicised", "finalised")))
    )


def paid() -> Select[Any]:
    """Subsidies that were paid and not taken back since."""
    back = SUBSIDY.alias("back")
    reversed_ = select(back.c.id).where(back.c.reverses == SUBSIDY.c.id, back.c.outcome == "reversal")
    return (
        select(
            CARRIER.c.name,
            SUBSIDY.c.article,
            SUBSIDY.c.rule,
            SUBSIDY.c.outcome,
            SUBSIDY.c.policy_version,
            PAYMENT.c.amount_fen,
            PAYMENT.c.paid_on,
            PAYMENT.c.document_no,
        )
        .join(SUBSIDY, SUBSIDY.c.id == PAYMENT.c.subsidy_id)
        .join(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .where(PAYMENT.c.state == "paid", ~reversed_.exists())
    )


async def paid_years(connection: AsyncConnection) -> list[int]:
    """The budget years something was paid from, the newest first."""
    query = select(PAYMENT.c.budget_year).where(PAYMENT.c.state == "paid").distinct()
    return sorted((await connection.execute(query)).scalars(), reverse=True)
