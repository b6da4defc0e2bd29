"""Experts and their ties, found: as a draw knows them, by account, and how far each is with a round."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import RowMapping, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import review
from shared.reviewing.area import Reviewing
from shared.reviewing.life import HOLDING, OPEN


async def experts(connection: AsyncConnection, area: Reviewing, round_id: str) -> list[review.Expert]:
    """The experts who can be drawn, with all that ties them; whom the office released from a unit of this round does
    not come back to it."""
    expert, relation, given, of = area.tables.expert, area.tables.relation, area.tables.review, area.subjects
    ties: dict[str, list[review.Relation]] = {}
    told = select(*area.tables.columns(relation)).where(relation.c.withdrawn_at.is_(None))
    for row in await connection.execute(told.order_by(relation.c.position)):
        party = review.Party(row.party_name, row.party_code)
        ties.setdefault(row.expert_id, []).append(review.Relation(row.kind, party, row.unit_id or ""))
    unit = of.table.c[of.unit]
    gone = (
        select(given.c.expert_id, unit.label("unit_id"))
        .join(of.table, of.table.c.id == area.tables.subject(given))
        .where(given.c.round_id == round_id, given.c.state == "released")
        .order_by(unit)
    )
    for row in await connection.execute(gone):
        ties.setdefault(row.expert_id, []).append(review.Relation("left", unit=row.unit_id))
    rows = await connection.execute(select(expert).where(expert.c.active).order_by(expert.c.id))
    return [
        review.Expert(
            row.id,
            row.name,
            review.Party(row.employer, row.employer_code),
            tuple(row.fields),
            tuple(ties.get(row.id, ())),
        )
        for row in rows
    ]


async def without_address(connection: AsyncConnection, area: Reviewing) -> list[str]:
    """The names of those who can be drawn and whom no letter reaches: the register has no mail address of them."""
    expert = area.tables.expert
    query = select(expert.c.name).where(expert.c.active, expert.c.contact_email == "").order_by(expert.c.id)
    return list((await connection.execute(query)).scalars())


async def by_account(connection: AsyncConnection, area: Reviewing, account: str) -> RowMapping | None:
    """The expert who works under this account."""
    expert = area.tables.expert
    return (await connection.execute(select(expert).where(expert.c.account == account))).mappings().first()


async def relations(connection: AsyncConnection, area: Reviewing, expert_id: str) -> Sequence[RowMapping]:
    """What ties an expert, also what was withdrawn; the oldest first."""
    relation = area.tables.relation
    query = select(*area.tables.columns(relation)).where(relation.c.expert_id == expert_id)
    return (await connection.execute(query.order_by(relation.c.position))).mappings().all()


class Standing(NamedTuple):
    """How far an expert is with a round: the units he has, and those of them he has not marked."""

    expert_id: str
    expert_name: str
    units: int
    left: int
    address: bool
    """Whether the register has a mail address of him."""
    since: datetime
    """When the first of what he has not marked was given to him, or the last if he marked everything."""


async def standing(
    connection: AsyncConnection, area: Reviewing, round_id: str, only: Collection[str] | None = None
) -> Sequence[Standing]:
    """The experts who have a place in a round, or `only` these of them, by id."""
    expert, given = area.tables.expert, area.tables.review
    open_ = given.c.state.in_(OPEN)
    query = (
        select(
            expert.c.id, expert.c.name, func.count(), func.sum(case((open_, 1), else_=0)), expert.c.contact_email,
            func.coalesce(func.min(case((open_, given.c.invited_at))), func.max(given.c.invited_at)),
        )
        .join(given, given.c.expert_id == expert.c.id)
        .where(given.c.round_id == round_id, given.c.state.in_(HOLDING))
        .group_by(expert.c.id, expert.c.name, expert.c.contact_email)
        .order_by(expert.c.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(expert.c.id.in_(only))
    return [
        Standing(id_, name, units, int(left), bool(email), since)
        for id_, name, units, left, email, since in await connection.execute(query)
    ]


async def reminders(connection: AsyncConnection, area: Reviewing, round_id: str) -> Sequence[RowMapping]:
    """The reminders to the experts of a round, the newest first, with where each letter has got to."""
    reminder, expert, letters = area.tables.reminder, area.tables.expert, area.letters
    query = (
        select(reminder, expert.c.name.label("expert_name"), letters.c.message_id, letters.c.state.label("letter"))
        .join(expert, expert.c.id == reminder.c.expert_id)
        .outerjoin(letters, letters.c.cause_event_id == reminder.c.event_id)
        .where(reminder.c.round_id == round_id)
        .order_by(reminder.c.position.desc())
    )
    return (await connection.execute(query)).mappings().all()
