"""The objections of a unit, as that unit reads them: its own whole, those of others without who and why."""

from collections.abc import Collection, Sequence

from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.after_grading_tables import OBJECTION_CONTACT
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, ROUND
from shared.core.errors import DomainError


async def open_of(connection: AsyncConnection, evaluation_id: str, objector_id: str) -> RowMapping | None:
    """The objection of this unit to this result that waits for its decision, if there is one."""
    query = select(OBJECTION).where(
        OBJECTION.c.evaluation_id == evaluation_id,
        OBJECTION.c.objector_id == objector_id,
        OBJECTION.c.state == "filed",
    )
    return (await connection.execute(query.limit(1))).mappings().first()


async def own(connection: AsyncConnection, objection_id: str, organisations: Collection[str]) -> RowMapping:
    """An objection one of these organisations has filed, with who speaks for it and what it is about; no other is."""
    query = (
        select(
            OBJECTION,
            OBJECTION_CONTACT.c.name.label("contact_name"),
            OBJECTION_CONTACT.c.contact,
            CARRIER.c.name.label("carrier"),
            CARRIER.c.organisation_id,
            ROUND.c.year,
            ROUND.c.kind,
        )
        .join(EVALUATION, EVALUATION.c.id == OBJECTION.c.evaluation_id)
        .join(CARRIER, CARRIER.c.id == EVALUATION.c.carrier_id)
        .join(ROUND, ROUND.c.id == EVALUATION.c.round_id)
        .outerjoin(OBJECTION_CONTACT, OBJECTION_CONTACT.c.objection_id == OBJECTION.c.id)
        .where(OBJECTION.c.id == objection_id, OBJECTION.c.objector_id.in_(organisations))
    )
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-objection", f"没有异议“{objection_id}”", status=404)
    return row


async def about(
    connection: AsyncConnection, evaluation_id: str, organisations: Collection[str]
) -> Sequence[RowMapping]:
    """The objections to a result: `own` says whether one of these organisations filed it. Nothing that could tell who
    the others are is among the columns."""
    query = (
        select(
            OBJECTION.c.id,
            OBJECTION.c.state,
            OBJECTION.c.filed_on,
            OBJECTION.c.decide_by,
            OBJECTION.c.reason,
            OBJECTION.c.objector_id.in_(organisations).label("own"),
        )
        .where(OBJECTION.c.evaluation_id == evaluation_id)
        .order_by(OBJECTION.c.filed_on, OBJECTION.c.id)
    )
    return (await connection.execute(query)).mappings().all()
