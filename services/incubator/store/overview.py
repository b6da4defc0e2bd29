"""A year at a glance: what was graded, what the ledger comes to, what the budgets hold, where the letters are."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger
from services.incubator.store.tables import BUDGET, EVALUATION, MESSAGE_SEEN, PAYMENT, REPORT, ROUND, SUBSIDY
from shared.core.exact import plain
from shared.core.money import in_yuan
from shared.evaluation.scheme import GRADE_NAMES
from shared.ledger import outcomes
from shared.ledger.rows import Sum

UNDER_WAY = (outcomes.WAITING, outcomes.DECLINED, outcomes.BLOCKED)


async def years(connection: AsyncConnection) -> list[int]:
    """The years there is something to say of, the newest first."""
    found = set((await connection.execute(select(ROUND.c.year).distinct())).scalars())
    newest = select(SUBSIDY.c.year, SUBSIDY.c.on_date).order_by(SUBSIDY.c.position.desc()).limit(1)
    entry = (await connection.execute(newest)).first()
    if entry is not None:
        found.add(entry.year or entry.on_date.year)
    return sorted(found, reverse=True)


async def year_to_show(connection: AsyncConnection) -> int | None:
    """The newest year that has grades; while none has, the newest there is."""
    graded = select(func.max(ROUND.c.year)).where(ROUND.c.state.in_(("graded", "publicised", "finalised")))
    found: int | None = (await connection.execute(graded)).scalar()
    return found or next(iter(await years(connection)), None)


async def rounds(connection: AsyncConnection, year: int) -> Sequence[RowMapping]:
    """The rounds of the year, and those of other years that are not over."""
    query = (
        select(ROUND)
        .where(or_(ROUND.c.year == year, ROUND.c.state.not_in(("finalised", "cancelled"))))
        .order_by(ROUND.c.year.desc(), ROUND.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def reported(connection: AsyncConnection, round_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many reports of each round are in each state."""
    query = (
        select(REPORT.c.round_id, REPORT.c.state, func.count())
        .where(REPORT.c.round_id.in_(round_ids))
        .group_by(REPORT.c.round_id, REPORT.c.state)
    )
    found: dict[str, dict[str, int]] = {id_: {} for id_ in round_ids}
    for round_id, state, count in await connection.execute(query):
        found[round_id][state] = count
    return found


async def grades(connection: AsyncConnection, year: int | None = None) -> dict[str, dict[str, int]]:
    """How many carriers of each kind have each grade, from the best down; those without a grade are not counted."""
    query = (
        select(ROUND.c.kind, EVALUATION.c.grade, func.count())
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .where(EVALUATION.c.grade.is_not(None))
        .group_by(ROUND.c.kind, EVALUATION.c.grade)
        .order_by(ROUND.c.kind)
    )
    if year is not None:
        query = query.where(ROUND.c.year == year)
    counted: dict[str, dict[str, int]] = {}
    for kind, grade, count in await connection.execute(query):
        counted.setdefault(kind, {})[grade] = count
    return {kind: {grade: kept[grade] for grade in GRADE_NAMES if grade in kept} for kind, kept in counted.items()}


async def by_article(connection: AsyncConnection, year: int | None = None) -> dict[str, Sum]:
    """What was awarded under each article, less what was cut or reversed; the entries are the awards that stand."""
    taken_back = and_(SUBSIDY.c.outcome == outcomes.REVERSAL, SUBSIDY.c.amount_fen < 0)
    stand = func.sum(case((SUBSIDY.c.outcome == outcomes.AWARDED, 1), (taken_back, -1), else_=0))
    query = (
        select(SUBSIDY.c.article, stand, func.sum(SUBSIDY.c.amount_fen))
        .where(SUBSIDY.c.outcome.in_((outcomes.AWARDED, outcomes.CUT, outcomes.REVERSAL)))
        .group_by(SUBSIDY.c.article)
    )
    if year is not None:
        query = query.where(ledger.ROWS.of_year(year))
    found = {article: Sum(int(entries), int(fen)) for article, entries, fen in await connection.execute(query)}
    return dict(sorted(found.items(), key=lambda item: (len(item[0]), item[0])))


async def unpaid(connection: AsyncConnection, year: int | None = None) -> dict[str, Sum]:
    """What waits for a decision, was declined or is blocked, as things stand."""
    query = ledger.standing().where(SUBSIDY.c.outcome.in_(UNDER_WAY))
    if year is not None:
        query = query.where(ledger.ROWS.of_year(year))
    ceilings = func.coalesce(func.sum(SUBSIDY.c.ceiling_fen), 0)
    counted = query.with_only_columns(SUBSIDY.c.outcome, func.count(), ceilings).group_by(SUBSIDY.c.outcome)
    found = dict.fromkeys(UNDER_WAY, Sum(0, 0))
    for outcome, count, fen in await connection.execute(counted):
        found[outcome] = Sum(count, int(fen))
    return found


async def budgets(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Each year's budget and how much of it is proposed, approved and paid, in fen, the newest year first."""
    query = select(PAYMENT.c.budget_year, PAYMENT.c.state, func.sum(PAYMENT.c.amount_fen)).group_by(
        PAYMENT.c.budget_year, PAYMENT.c.state
    )
    used = {(year, state): int(fen) for year, state, fen in await connection.execute(query)}
    rows = (await connection.execute(select(BUDGET).order_by(BUDGET.c.year.desc()))).mappings()
    states = ("proposed", "approved", "paid")
    return [{**row, **{state: used.get((row["year"], state), 0) for state in states}} for row in rows]


async def letters(connection: AsyncConnection) -> dict[str, int]:
    """How many letters are in each state, as their owner told."""
    query = select(MESSAGE_SEEN.c.state, func.count()).group_by(MESSAGE_SEEN.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def summary(connection: AsyncConnection, year: int | None = None) -> dict[str, Any]:
    """What it all came to, for programs: grades by kind, yuan by article, what was declined, is blocked or waits."""
    open_ = await unpaid(connection, year)
    return {
        "grades": await grades(connection, year),
        "ledger": {
            article: plain(in_yuan(found.fen)) for article, found in (await by_article(connection, year)).items()
        },
        "declined": open_[outcomes.DECLINED].entries,
        "blocked": open_[outcomes.BLOCKED].entries,
        "waiting": open_[outcomes.WAITING].entries,
    }
