"""Questions to the rows of objections: what waits, what one holds, whose one is.

Who objects is in no list: only one objection says it, to those who handle it and to who filed it."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.objections.life import FILED
from shared.objections.tables import ObjectionTables


class Waiting(NamedTuple):
    """How many objections nobody has decided, since when the oldest waits, and the first day one is due."""

    total: int
    oldest_on: date | None
    due_on: date | None
    overdue: int


async def waiting(connection: AsyncConnection, tables: ObjectionTables, today: date | None = None) -> Waiting:
    """What waits; `today`: to count those beyond their day."""
    row = tables.objection.c
    late = func.count().filter(row.decide_by < today) if today else func.count().filter(row.id.is_(None))
    query = select(func.count(), func.min(row.filed_on), func.min(row.decide_by), late)
    return Waiting(*(await connection.execute(query.where(row.state == FILED))).one())


def held(tables: ObjectionTables) -> Select[Any]:
    """The ids of what an open objection keeps from being final."""
    return select(tables.about).where(tables.objection.c.state == FILED)


async def open_of(
    connection: AsyncConnection, tables: ObjectionTables, subject_id: str, objector_id: str
) -> RowMapping | None:
    """The objection of this objector to this subject that waits for its decision, if there is one."""
    row = tables.objection.c
    query = select(tables.objection).where(
        tables.about == subject_id, row.objector_id == objector_id, row.state == FILED
    )
    return (await connection.execute(query.limit(1))).mappings().first()


async def one(connection: AsyncConnection, tables: ObjectionTables, id_: str) -> RowMapping:
    """One objection, with who speaks for the objector and how to reach them."""
    return await _one(connection, _whole(tables).where(tables.objection.c.id == id_), id_)


async def own(connection: AsyncConnection, tables: ObjectionTables, id_: str, objectors: Collection[str]) -> RowMapping:
    """An objection one of these has filed, with who speaks for it; no other is there for them."""
    row = tables.objection.c
    return await _one(connection, _whole(tables).where(row.id == id_, row.objector_id.in_(objectors)), id_)


async def about(
    connection: AsyncConnection, tables: ObjectionTables, subject_id: str, objectors: Collection[str]
) -> Sequence[RowMapping]:
    """The objections to a subject: `own` says whether one of these filed it. Nothing that could tell who the others are
    is among the columns."""
    row = tables.objection.c
    query = (
        select(
            row.id, row.state, row.filed_on, row.decide_by, row.reason, row.objector_id.in_(objectors).label("own")
        )
        .where(tables.about == subject_id)
        .order_by(row.filed_on, row.id)
    )  # fmt: skip
    return (await connection.execute(query)).mappings().all()


def _whole(tables: ObjectionTables) -> Select[Any]:
    contact = tables.contact.c
    return select(
        tables.objection, tables.about.label("subject_id"), contact.name.label("contact_name"), contact.contact
    ).outerjoin(tables.contact, contact.objection_id == tables.objection.c.id)


async def _one(connection: AsyncConnection, query: Select[Any], id_: str) -> RowMapping:
    row: RowMapping | None = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-objection", f"没有异议“{id_}”", status=404)
    return row
