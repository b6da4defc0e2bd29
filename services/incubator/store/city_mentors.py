"""The city's register of mentors (创业导师、辅导师): each person once, over all carriers that engage him."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.operator_tables import MENTOR, MENTOR_SESSION
from services.incubator.store.tables import CARRIER

ENGAGED = case((MENTOR.c.ended_on.is_(None), 1), else_=0)
PERSON = (
    select(
        func.min(MENTOR.c.id).label("id"),
        MENTOR.c.name,
        MENTOR.c.employer,
        func.max(MENTOR.c.field).label("field"),
        func.max(case((MENTOR.c.full_time, 1), else_=0)).label("full_time"),
        func.max(ENGAGED).label("engaged"),
        func.count(MENTOR.c.carrier_id.distinct()).label("carriers"),
        func.count(MENTOR_SESSION.c.tenant_id.distinct()).label("tenants"),
        func.count(MENTOR_SESSION.c.id).label("sessions"),
        func.coalesce(func.sum(MENTOR_SESSION.c.minutes), 0).label("minutes"),
        func.max(MENTOR_SESSION.c.on_date).label("last_on"),
    )
    .outerjoin(MENTOR_SESSION, MENTOR_SESSION.c.mentor_id == MENTOR.c.id)
    .group_by(MENTOR.c.name, MENTOR.c.employer)
    .subquery("person")
)
"""A person is a name with an employer, as carriers enter them; full-time if any carrier says so."""


def listed() -> Select[Any]:
    return select(PERSON)


async def engaged(connection: AsyncConnection) -> int:
    """How many people are mentors somewhere now."""
    people = select(MENTOR.c.name).where(MENTOR.c.ended_on.is_(None)).group_by(MENTOR.c.name, MENTOR.c.employer)
    return int((await connection.execute(select(func.count()).select_from(people.subquery()))).scalar_one())


async def carriers_of(connection: AsyncConnection, name: str, employer: str) -> Sequence[RowMapping]:
    """Where a person is or was a mentor, and what he did there."""
    query = (
        select(
            MENTOR,
            CARRIER.c.name.label("carrier"),
            func.count(MENTOR_SESSION.c.id).label("sessions"),
            func.count(MENTOR_SESSION.c.tenant_id.distinct()).label("tenants"),
            func.coalesce(func.sum(MENTOR_SESSION.c.minutes), 0).label("minutes"),
        )
        .join(CARRIER, CARRIER.c.id == MENTOR.c.carrier_id)
        .outerjoin(MENTOR_SESSION, MENTOR_SESSION.c.mentor_id == MENTOR.c.id)
        .where(MENTOR.c.name == name, MENTOR.c.employer == employer)
        .group_by(*MENTOR.c, CARRIER.c.name)
        .order_by(MENTOR.c.began_on, MENTOR.c.id)
    )
    return (await connection.execute(query)).mappings().all()
