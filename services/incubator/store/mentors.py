"""Mentors of a carrier, of both kinds, and their sessions: found, listed, counted by year."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, and_, case, extract, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.operator_tables import MENTOR, MENTOR_SESSION
from services.incubator.store.tables import TENANCY
from shared.core.errors import DomainError

MENTOR_KIND, COUNSELLOR_KIND = "mentor", "counsellor"
"""创业导师, who advises tenants of his trade, and 创业辅导员, who accompanies them day by day."""


def of_carrier(carrier_id: str) -> Select[Any]:
    """Each mentor with how many sessions and minutes there were."""
    held = (
        select(
            MENTOR_SESSION.c.mentor_id, func.count().label("sessions"), func.sum(MENTOR_SESSION.c.minutes).label("m")
        )
        .group_by(MENTOR_SESSION.c.mentor_id)
        .subquery()
    )
    return (
        select(
            MENTOR,
            case((MENTOR.c.full_time, "full"), else_="part").label("time"),
            func.coalesce(held.c.sessions, 0).label("sessions"),
            func.coalesce(held.c.m, 0).label("minutes"),
        )
        .outerjoin(held, held.c.mentor_id == MENTOR.c.id)
        .where(MENTOR.c.carrier_id == carrier_id)
    )


def sessions_of(carrier_id: str) -> Select[Any]:
    """Each session with its mentor's name and kind and its tenant's name."""
    return (
        select(MENTOR_SESSION, MENTOR.c.name.label("mentor"), MENTOR.c.kind, TENANCY.c.name.label("tenant"))
        .join(MENTOR, MENTOR.c.id == MENTOR_SESSION.c.mentor_id)
        .outerjoin(
            TENANCY,
            and_(TENANCY.c.tenant_id == MENTOR_SESSION.c.tenant_id, TENANCY.c.carrier_id == MENTOR.c.carrier_id),
        )
        .where(MENTOR.c.carrier_id == carrier_id)
    )


async def of_tenant(connection: AsyncConnection, carrier_id: str, tenant_id: str) -> Sequence[RowMapping]:
    """The carrier's mentors who had sessions with a tenant of it, with how many and how long."""
    query = (
        select(
            MENTOR.c.id,
            MENTOR.c.name,
            MENTOR.c.kind,
            func.count().label("sessions"),
            func.sum(MENTOR_SESSION.c.minutes).label("minutes"),
            func.max(MENTOR_SESSION.c.on_date).label("last_on"),
        )
        .join(MENTOR_SESSION, MENTOR_SESSION.c.mentor_id == MENTOR.c.id)
        .where(MENTOR.c.carrier_id == carrier_id, MENTOR_SESSION.c.tenant_id == tenant_id)
        .group_by(MENTOR.c.id, MENTOR.c.name, MENTOR.c.kind)
        .order_by(func.max(MENTOR_SESSION.c.on_date).desc(), MENTOR.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def all_of(connection: AsyncConnection, carrier_id: str) -> Sequence[RowMapping]:
    query = select(MENTOR).where(MENTOR.c.carrier_id == carrier_id).order_by(MENTOR.c.name, MENTOR.c.id)
    return (await connection.execute(query)).mappings().all()


async def one(connection: AsyncConnection, carrier_id: str, mentor_id: str, *, hold: bool = False) -> RowMapping:
    """The carrier's mentor, or a DomainError."""
    query = select(MENTOR).where(MENTOR.c.id == mentor_id, MENTOR.c.carrier_id == carrier_id)
    if hold:
        query = query.with_for_update(key_share=True)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-mentor", "这家载体没有这位导师，请在导师名单里选", status=404)
    return row


class MentorYear(NamedTuple):
    """What mentors did in a year, and for how many tenants."""

    year: int
    sessions: int
    """Of mentors of both kinds, or of the kind that was asked for."""
    minutes: int
    mentors: int
    tenants: int


async def by_year(connection: AsyncConnection, carrier_id: str, kind: str | None = None) -> list[MentorYear]:
    """The years there were sessions in, the newest first; of mentors of one kind, if it is named."""
    year = extract("year", MENTOR_SESSION.c.on_date)
    query = (
        select(
            year,
            func.count(),
            func.sum(MENTOR_SESSION.c.minutes),
            func.count(MENTOR_SESSION.c.mentor_id.distinct()),
            func.count(MENTOR_SESSION.c.tenant_id.distinct()),
        )
        .join(MENTOR, MENTOR.c.id == MENTOR_SESSION.c.mentor_id)
        .where(MENTOR.c.carrier_id == carrier_id, true() if kind is None else MENTOR.c.kind == kind)
        .group_by(year)
        .order_by(year.desc())
    )
    return [MentorYear(*(int(value) for value in row)) for row in await connection.execute(query)]


async def engaged(connection: AsyncConnection, carrier_id: str, kind: str, first: date, last: date) -> int:
    """How many mentors of a kind the carrier had at some time from `first` to `last`."""
    query = select(func.count()).where(
        MENTOR.c.carrier_id == carrier_id,
        MENTOR.c.kind == kind,
        MENTOR.c.began_on <= last,
        or_(MENTOR.c.ended_on.is_(None), MENTOR.c.ended_on >= first),
    )
    return int((await connection.execute(query)).scalar_one())
