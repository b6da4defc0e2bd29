"""What operators reported and a clerk has to check: changes and tenants' certificates, in one list."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, case, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.reported_changes import WHAT
from services.incubator.store.operator_tables import HNTE_CLAIM, REPORTED_CHANGE
from services.incubator.store.tables import CARRIER, ORGANISATION, TENANCY
from shared.core.errors import DomainError

CHANGE, HNTE = "change", "hnte"
KINDS = {HNTE: "高新技术企业", CHANGE: "变更报告"}

_CHANGES = select(
    literal(CHANGE).label("kind"),
    REPORTED_CHANGE.c.id,
    REPORTED_CHANGE.c.carrier_id,
    case(WHAT, value=REPORTED_CHANGE.c.what, else_=REPORTED_CHANGE.c.what).label("what"),
    REPORTED_CHANGE.c.new.label("says"),
    REPORTED_CHANGE.c.days_late,
    REPORTED_CHANGE.c.state,
    REPORTED_CHANGE.c.reported_at.label("at"),
    REPORTED_CHANGE.c.decided_at,
    REPORTED_CHANGE.c.answer,
)
_CLAIMS = select(
    literal(HNTE).label("kind"),
    HNTE_CLAIM.c.id,
    HNTE_CLAIM.c.carrier_id,
    func.coalesce(TENANCY.c.name, HNTE_CLAIM.c.tenant_id).label("what"),
    HNTE_CLAIM.c.certificate_no.label("says"),
    null().label("days_late"),
    HNTE_CLAIM.c.state,
    HNTE_CLAIM.c.claimed_at.label("at"),
    HNTE_CLAIM.c.decided_at,
    HNTE_CLAIM.c.answer,
).outerjoin(
    TENANCY, (TENANCY.c.carrier_id == HNTE_CLAIM.c.carrier_id) & (TENANCY.c.tenant_id == HNTE_CLAIM.c.tenant_id)
)
ITEMS = union_all(_CLAIMS, _CHANGES).subquery("items")


def listed(districts: Collection[str] | None = None) -> Select[Any]:
    """Every item with its carrier; of these districts alone, if any are named."""
    query = select(
        ITEMS, CARRIER.c.name.label("carrier"), CARRIER.c.district, ORGANISATION.c.name.label("organisation")
    )
    query = query.join(CARRIER, CARRIER.c.id == ITEMS.c.carrier_id).outerjoin(
        ORGANISATION, ORGANISATION.c.id == CARRIER.c.organisation_id
    )
    return query if districts is None else query.where(CARRIER.c.district.in_(districts))


class Waiting(NamedTuple):
    """How many items of a kind wait for a clerk, and since when the first of them."""

    number: int
    oldest_at: datetime | None


async def waiting(connection: AsyncConnection) -> dict[str, Waiting]:
    """By kind (`hnte`, `change`), what waits for a clerk."""
    found = {kind: Waiting(0, None) for kind in KINDS}
    for kind, table, at in (
        (CHANGE, REPORTED_CHANGE, REPORTED_CHANGE.c.reported_at),
        (HNTE, HNTE_CLAIM, HNTE_CLAIM.c.claimed_at),
    ):
        query = select(func.count(), func.min(at)).where(table.c.state == "pending")
        found[kind] = Waiting(*(await connection.execute(query)).one())
    return found


async def change(connection: AsyncConnection, id_: str) -> RowMapping:
    """A reported change, or a DomainError."""
    return await _one(connection, select(REPORTED_CHANGE).where(REPORTED_CHANGE.c.id == id_), "变更报告", id_)


async def claim(connection: AsyncConnection, id_: str) -> RowMapping:
    """A claim of a tenant's title, or a DomainError."""
    return await _one(connection, select(HNTE_CLAIM).where(HNTE_CLAIM.c.id == id_), "高新技术企业申报", id_)


async def changes_of(connection: AsyncConnection, carrier_id: str) -> list[RowMapping]:
    """What a carrier's operator reported, the newest first."""
    query = (
        select(REPORTED_CHANGE)
        .where(REPORTED_CHANGE.c.carrier_id == carrier_id)
        .order_by(REPORTED_CHANGE.c.reported_at.desc(), REPORTED_CHANGE.c.id)
    )
    return list((await connection.execute(query)).mappings())


async def organisations_with(connection: AsyncConnection, credit_code: str | None) -> list[RowMapping]:
    """The organisations in the register with this credit code; none if none is named."""
    if credit_code is None:
        return []
    query = select(ORGANISATION).where(ORGANISATION.c.credit_code == credit_code).order_by(ORGANISATION.c.id)
    return list((await connection.execute(query)).mappings())


async def _one(connection: AsyncConnection, query: Select[Any], label: str, id_: str) -> RowMapping:
    row: RowMapping | None = (await connection.execute(query)).mappings().first()
    if row is None:
        raise DomainError("no-such-claim", f"没有{label}“{id_}”", status=404)
    return row
