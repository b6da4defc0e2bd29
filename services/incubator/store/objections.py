"""Objections as the office handles them: the list, one with all that belongs to it, and how many wait.

Who objects is in no list: only the page of one objection says it, to those who handle it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.after_grading_tables import OBJECTION_CONTACT
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, ORGANISATION, ROUND
from shared.core.errors import DomainError


class Waiting(NamedTuple):
    """How many objections nobody has decided, since when the oldest waits, and the first day one is due."""

    total: int
    oldest_on: date | None
    due_on: date | None
    overdue: int


async def waiting(connection: AsyncConnection, today: date | None = None) -> Waiting:
    """What waits; `today`: to count those beyond their day."""
    late = (
        func.count().filter(OBJECTION.c.decide_by < today) if today else func.count().filter(OBJECTION.c.id.is_(None))
    )
    query = select(func.count(), func.min(OBJECTION.c.filed_on), func.min(OBJECTION.c.decide_by), late)
    return Waiting(*(await connection.execute(query.where(OBJECTION.c.state == "filed"))).one())


def listed() -> Select[Any]:
    """All objections with what they are about, without who objects and why."""
    return (
        select(
            OBJECTION.c.id, OBJECTION.c.evaluation_id, OBJECTION.c.state, OBJECTION.c.filed_on, OBJECTION.c.decide_by,
            OBJECTION.c.reason, EVALUATION.c.grade, EVALUATION.c.state.label("evaluation_state"),
            CARRIER.c.name.label("carrier_name"), CARRIER.c.district, ROUND.c.year, ROUND.c.kind,
            ROUND.c.id.label("round_id"),
        )
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
    )  # fmt: skip


async def one(connection: AsyncConnection, objection_id: str) -> RowMapping:
    """One objection, with who objects and how to reach them."""
    query = (
        listed()
        .add_columns(
            OBJECTION.c.grounds,
            OBJECTION.c.objector_id,
            ORGANISATION.c.name.label("objector"),
            OBJECTION_CONTACT.c.name.label("contact_name"),
            OBJECTION_CONTACT.c.contact,
        )
        .outerjoin(ORGANISATION, ORGANISATION.c.id == OBJECTION.c.objector_id)
        .outerjoin(OBJECTION_CONTACT, OBJECTION_CONTACT.c.objection_id == OBJECTION.c.id)
        .where(OBJECTION.c.id == objection_id)
    )
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-objection", f"没有异议“{objection_id}”", status=404)
    return row


async def public_evaluations(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The evaluations that are public, whose grade can be objected to."""
    query = (
        select(EVALUATION.c.id, CARRIER.c.name.label("carrier_name"), ROUND.c.year, ROUND.c.kind, ROUND.c.public_until)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .where(EVALUATION.c.state == "publicised")
        .order_by(ROUND.c.year, ROUND.c.kind, CARRIER.c.name, EVALUATION.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def organisations(connection: AsyncConnection) -> Sequence[RowMapping]:
    """The registered organisations by name: who objects is mostly one of them."""
    query = select(ORGANISATION.c.id, ORGANISATION.c.name).order_by(ORGANISATION.c.name, ORGANISATION.c.id)
    return (await connection.execute(query)).mappings().all()


async def organisation_called(connection: AsyncConnection, text: str) -> str | None:
    """The id of the one organisation with this name or id; none, or several of one name, is none."""
    query = select(ORGANISATION.c.id).where((ORGANISATION.c.name == text) | (ORGANISATION.c.id == text)).limit(2)
    found = list((await connection.execute(query)).scalars())
    return found[0] if len(found) == 1 else None
