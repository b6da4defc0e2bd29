"""Draws, reviews, and marks with what was decided about them, found."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.reviewing.area import Reviewing
from shared.reviewing.life import HOLDING, OPEN

Key = tuple[str, str, str]
"""A mark: subject, expert and indicator."""


async def draws(connection: AsyncConnection, area: Reviewing, round_id: str) -> Sequence[RowMapping]:
    """The draws of a round, the oldest first."""
    draw = area.tables.draw
    query = select(draw).where(draw.c.round_id == round_id).order_by(draw.c.position)
    return (await connection.execute(query)).mappings().all()


async def last_draw(connection: AsyncConnection, area: Reviewing, round_id: str) -> RowMapping | None:
    draw = area.tables.draw
    newest = select(draw).where(draw.c.round_id == round_id).order_by(draw.c.position.desc()).limit(1)
    return (await connection.execute(newest)).mappings().first()


async def draw_named(connection: AsyncConnection, area: Reviewing, id_: str) -> RowMapping | None:
    draw = area.tables.draw
    return (await connection.execute(select(draw).where(draw.c.id == id_))).mappings().first()


async def holding(connection: AsyncConnection, area: Reviewing, round_id: str) -> list[tuple[str, str]]:
    """Who has a place in a round: unit and expert."""
    given, of = area.tables.review, area.subjects
    unit = of.table.c[of.unit]
    query = (
        select(unit, given.c.expert_id)
        .join(of.table, of.table.c.id == area.tables.subject(given))
        .where(given.c.round_id == round_id, given.c.state.in_(HOLDING))
        .order_by(unit, given.c.expert_id)
    )
    return [(row[0], row.expert_id) for row in await connection.execute(query)]


async def held_of(connection: AsyncConnection, area: Reviewing, subject_id: str) -> Sequence[RowMapping]:
    """The reviews of a subject whose experts have their places."""
    given = area.tables.review
    query = select(*area.tables.columns(given)).where(area.tables.subject(given) == subject_id)
    query = query.where(given.c.state.in_(HOLDING)).order_by(given.c.expert_id)
    return (await connection.execute(query)).mappings().all()


async def rounds_held(connection: AsyncConnection, area: Reviewing, expert_id: str) -> list[str]:
    """The rounds, reviewed or over, in which this expert has a place."""
    given = area.tables.review
    held = select(given.c.round_id).where(given.c.expert_id == expert_id, given.c.state.in_(HOLDING))
    return list((await connection.execute(held.distinct().order_by(given.c.round_id))).scalars())


async def rounds_waiting(connection: AsyncConnection, area: Reviewing) -> list[str]:
    """The rounds, reviewed or over, in which some expert has not marked all he has."""
    given = area.tables.review
    waits = select(given.c.round_id).where(given.c.state.in_(OPEN)).distinct().order_by(given.c.round_id)
    return list((await connection.execute(waits)).scalars())


async def counts_of(connection: AsyncConnection, area: Reviewing, expert_id: str) -> dict[str, dict[str, int]]:
    """What this expert has ever been given: by round, how much is in which state."""
    given = area.tables.review
    query = (
        select(given.c.round_id, given.c.state, func.count())
        .where(given.c.expert_id == expert_id)
        .group_by(given.c.round_id, given.c.state)
        .order_by(given.c.round_id, given.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for round_id, state, reviews in await connection.execute(query):
        found.setdefault(round_id, {})[state] = reviews
    return found


async def one(connection: AsyncConnection, area: Reviewing, subject_id: str, expert_id: str) -> RowMapping | None:
    """This expert's review of this subject."""
    given = area.tables.review
    subject = area.tables.subject(given)
    query = select(*area.tables.columns(given)).where(subject == subject_id, given.c.expert_id == expert_id)
    return (await connection.execute(query)).mappings().first()


def _with_units(area: Reviewing) -> Select[Any]:
    given, expert, of = area.tables.review, area.tables.expert, area.subjects
    units, subject = of.units.alias("reviewed_unit"), area.tables.subject(given)
    return (
        select(*area.tables.columns(given), expert.c.name.label("expert_name"))
        .add_columns(units.c.id.label("unit_id"), units.c[of.unit_name].label("unit_name"))
        .join(expert, expert.c.id == given.c.expert_id)
        .join(of.table, of.table.c.id == subject)
        .join(units, units.c.id == of.table.c[of.unit])
        .order_by(units.c.id, given.c.expert_id)
    )


async def of_round(connection: AsyncConnection, area: Reviewing, round_id: str) -> Sequence[RowMapping]:
    """All reviews of a round, also those that ended."""
    query = _with_units(area).where(area.tables.review.c.round_id == round_id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def of_expert(
    connection: AsyncConnection, area: Reviewing, round_id: str, expert_id: str
) -> Sequence[RowMapping]:
    """One expert's own reviews, and nobody else's."""
    given = area.tables.review
    query = _with_units(area).where(given.c.round_id == round_id, given.c.expert_id == expert_id)
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    return rows


async def latest_marks(
    connection: AsyncConnection, area: Reviewing, round_id: str, subjects: Collection[str] | None = None
) -> dict[Key, RowMapping]:
    """What experts gave last, with their reasons, by subject, expert and indicator; of these subjects, or of all."""
    mark, given = area.tables.mark, area.tables.review
    subject = area.tables.subject(given)
    query = (
        select(mark, subject.label("subject_id"), given.c.expert_id)
        .join(given, given.c.id == mark.c.review_id)
        .where(given.c.round_id == round_id)
        .order_by(mark.c.position)
    )
    if subjects is not None:
        query = query.where(subject.in_(subjects))
    rows = (await connection.execute(query)).mappings()
    return {(row["subject_id"], row["expert_id"], row["indicator"]): row for row in rows}


async def moderations(connection: AsyncConnection, area: Reviewing, round_id: str) -> dict[Key, RowMapping]:
    """What the office decided last, by subject, expert and indicator."""
    moderation, of = area.tables.moderation, area.subjects
    subject = area.tables.subject(moderation)
    query = (
        select(*area.tables.columns(moderation))
        .join(of.table, of.table.c.id == subject)
        .where(of.table.c[of.round] == round_id)
        .order_by(moderation.c.position)
    )
    rows = (await connection.execute(query)).mappings()
    return {(row["subject_id"], row["expert"], row["indicator"]): row for row in rows}


async def counted(
    connection: AsyncConnection, area: Reviewing, round_id: str, subjects: Collection[str] | None = None
) -> dict[str, dict[str, dict[str, str]]]:
    """The marks that count, by subject, indicator and expert, in the order of the units; of these subjects, or of
    all."""
    counts, of = area.tables.counted, area.subjects
    subject = area.tables.subject(counts)
    query = (
        select(*area.tables.columns(counts))
        .join(of.table, of.table.c.id == subject)
        .where(of.table.c[of.round] == round_id)
        .order_by(of.table.c[of.unit], subject, counts.c.indicator, counts.c.expert)
    )
    if subjects is not None:
        query = query.where(subject.in_(subjects))
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.subject_id, {}).setdefault(row.indicator, {})[row.expert] = row.mark
    return found


async def units_of(connection: AsyncConnection, area: Reviewing, round_id: str) -> dict[str, str]:
    """The unit of each subject of a round."""
    of = area.subjects
    query = select(of.table.c.id, of.table.c[of.unit].label("unit_id")).where(of.table.c[of.round] == round_id)
    return {row[0]: row.unit_id for row in await connection.execute(query)}
