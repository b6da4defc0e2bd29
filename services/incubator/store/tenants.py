"""Tenants and what was claimed of them: found, listed, and looked for at other carriers."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.operator_tables import HNTE_CLAIM
from services.incubator.store.tables import CARRIER, TENANCY
from shared.core.errors import DomainError


def of_carrier(carrier_id: str) -> Select[Any]:
    """Each tenancy of a carrier with the state of its newest claim; `id` is the tenant's."""
    newest = (
        select(HNTE_CLAIM.c.state)
        .where(HNTE_CLAIM.c.carrier_id == TENANCY.c.carrier_id, HNTE_CLAIM.c.tenant_id == TENANCY.c.tenant_id)
        .order_by(HNTE_CLAIM.c.claimed_at.desc(), HNTE_CLAIM.c.id)
        .limit(1)
        .scalar_subquery()
    )
    return select(TENANCY, TENANCY.c.tenant_id.label("id"), newest.label("claim")).where(
        TENANCY.c.carrier_id == carrier_id
    )


async def one(connection: AsyncConnection, carrier_id: str, tenant_id: str, *, hold: bool = False) -> RowMapping:
    """The tenancy, or a DomainError. `hold`: nobody else changes it until this transaction ends."""
    query = select(TENANCY).where(TENANCY.c.carrier_id == carrier_id, TENANCY.c.tenant_id == tenant_id)
    if hold:
        query = query.with_for_update(key_share=True)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-tenancy", f"企业“{tenant_id}”没有登记在载体“{carrier_id}”，请先登记入驻", status=404)
    return row


async def with_codes(connection: AsyncConnection, codes: Collection[str]) -> Sequence[RowMapping]:
    """Every tenancy of companies with these credit codes, at whatever carrier."""
    query = select(TENANCY).where(TENANCY.c.credit_code.in_(codes)).order_by(TENANCY.c.entered_on, TENANCY.c.tenant_id)
    return (await connection.execute(query)).mappings().all()


async def all_of(connection: AsyncConnection, carrier_id: str) -> Sequence[RowMapping]:
    query = select(TENANCY).where(TENANCY.c.carrier_id == carrier_id).order_by(TENANCY.c.name, TENANCY.c.tenant_id)
    return (await connection.execute(query)).mappings().all()


async def elsewhere(connection: AsyncConnection, row: RowMapping) -> Sequence[RowMapping]:
    """The same company at other carriers: the same id, credit code or name; with the carrier's name."""
    same = [TENANCY.c.tenant_id == row["tenant_id"], TENANCY.c.name == row["name"]]
    if row["credit_code"]:
        same.append(TENANCY.c.credit_code == row["credit_code"])
    query = (
        select(TENANCY, CARRIER.c.name.label("carrier"))
        .join(CARRIER, CARRIER.c.id == TENANCY.c.carrier_id)
        .where(or_(*same), TENANCY.c.carrier_id != row["carrier_id"])
        .order_by(TENANCY.c.entered_on)
    )
    return (await connection.execute(query)).mappings().all()


async def claims(connection: AsyncConnection, carrier_id: str, tenant_id: str) -> Sequence[RowMapping]:
    """What was claimed of a tenant by this carrier, the newest first."""
    query = (
        select(HNTE_CLAIM)
        .where(HNTE_CLAIM.c.carrier_id == carrier_id, HNTE_CLAIM.c.tenant_id == tenant_id)
        .order_by(HNTE_CLAIM.c.claimed_at.desc(), HNTE_CLAIM.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def same_certificate(connection: AsyncConnection, number: str, tenant_id: str) -> Sequence[RowMapping]:
    """Claims of other tenants that were confirmed by this certificate."""
    query = select(HNTE_CLAIM).where(
        HNTE_CLAIM.c.certificate_no == number,
        HNTE_CLAIM.c.tenant_id != tenant_id,
        HNTE_CLAIM.c.state == "confirmed",
    )
    return (await connection.execute(query)).mappings().all()


class Counted(NamedTuple):
    """How many tenants a carrier has on a day. `entered`: any at all were ever entered."""

    entered: int
    inside: int
    graduated: int
    hnte: int


async def counted(connection: AsyncConnection, carrier_id: str, on: date) -> Counted:
    inside = and_(TENANCY.c.entered_on <= on, or_(TENANCY.c.graduated_on.is_(None), TENANCY.c.graduated_on > on))
    query = select(
        func.count(),
        func.count().filter(inside),
        func.count().filter(TENANCY.c.graduated_on <= on),
        func.count().filter(TENANCY.c.hnte_on <= on),
    ).where(TENANCY.c.carrier_id == carrier_id)
    return Counted(*(await connection.execute(query)).one())
