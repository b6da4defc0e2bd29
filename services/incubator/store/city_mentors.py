"""The city's register of mentors (创业导师、创业辅导员): each person once, over all carriers that engage him."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.mentors import MENTOR_KIND
from services.incubator.store.operator_tables import MENTOR, MENTOR_SESSION
from services.incubator.store.tables import CARRIER, TENANCY

ENGAGED = case((MENTOR.c.ended_on.is_(None), 1), else_=0)
AS_MENTOR = case((MENTOR.c.kind == MENTOR_KIND, 1), else_=0)
ENGAGED_AS_MENTOR = case((and_(MENTOR.c.kind == MENTOR_KIND, MENTOR.c.ended_on.is_(None)), 1), else_=0)
PERSON = (
    select(
        func.min(MENTOR.c.id).label("id"),
        MENTOR.c.name,
        MENTOR.c.employer,
        case(
            (func.max(ENGAGED) == 1, func.max(ENGAGED_AS_MENTOR)),
            else_=func.max(AS_MENTOR),
        ).label("as_mentor"),
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
"""A person is a name with an employer, as carriers enter them; full-time if any carrier says so, and 创业导师 if any
carrier engages him as one (of those who left: if any did), so that each person is of one kind and counted once."""


def listed() -> Select[Any]:
    return select(PERSON)


class Engaged(NamedTuple):
    """How many people are engaged somewhere now, of each kind; nobody is counted in both."""

    mentors: int
    counsellors: int

    @property
    def people(self) -> int:
        return self.mentors + self.counsellors


async def engaged(connection: AsyncConnection) -> Engaged:
    people = (
        select(func.max(AS_MENTOR).label("as_mentor"))
        .where(MENTOR.c.ended_on.is_(None))
        .group_by(MENTOR.c.name, MENTOR.c.employer)
        .subquery()
    )
    query = select(func.count(), func.coalesce(func.sum(people.c.as_mentor), 0)).select_from(people)
    every, as_mentors = (await connection.execute(query)).one()
    return Engaged(int(as_mentors), int(every) - int(as_mentors))


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


async def tenants_of(connection: AsyncConnection, name: str, employer: str) -> Sequence[RowMapping]:
    """The tenants a person had sessions with, at whichever carrier; sessions for several at once name none."""
    query = (
        select(
            MENTOR.c.carrier_id,
            MENTOR_SESSION.c.tenant_id,
            TENANCY.c.name,
            CARRIER.c.name.label("carrier"),
            func.count().label("sessions"),
            func.sum(MENTOR_SESSION.c.minutes).label("minutes"),
            func.max(MENTOR_SESSION.c.on_date).label("last_on"),
        )
        .join(MENTOR, MENTOR.c.id == MENTOR_SESSION.c.mentor_id)
        .join(CARRIER, CARRIER.c.id == MENTOR.c.carrier_id)
        .join(
            TENANCY,
            and_(TENANCY.c.tenant_id == MENTOR_SESSION.c.tenant_id, TENANCY.c.carrier_id == MENTOR.c.carrier_id),
        )
        .where(MENTOR.c.name == name, MENTOR.c.employer == employer)
        .group_by(MENTOR.c.carrier_id, MENTOR_SESSION.c.tenant_id, TENANCY.c.name, CARRIER.c.name)
        .order_by(func.max(MENTOR_SESSION.c.on_date).desc(), MENTOR_SESSION.c.tenant_id)
    )
    return (await connection.execute(query)).mappings().all()
