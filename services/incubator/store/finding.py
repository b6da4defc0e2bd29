"""Looking for a text in the registers, the rounds, the reports and the ledger: by name, by id, by document number."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, ORGANISATION, PAYMENT, REPORT, ROUND, SUBSIDY, TENANCY


def _holds(text: str, *columns: ColumnElement[Any]) -> ColumnElement[bool]:
    return or_(*(column.icontains(text, autoescape=True) for column in columns))


async def _rows(connection: AsyncConnection, query: Select[Any], most: int) -> Sequence[RowMapping]:
    found: Sequence[RowMapping] = (await connection.execute(query.limit(most))).mappings().all()
    return found


async def carriers(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    held = _holds(text, CARRIER.c.name, CARRIER.c.id)
    query = select(CARRIER.c.id, CARRIER.c.name, CARRIER.c.district).where(held)
    return await _rows(connection, query.order_by(CARRIER.c.name, CARRIER.c.id), most)


async def organisations(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    columns = (ORGANISATION.c.name, ORGANISATION.c.id, ORGANISATION.c.credit_code)
    query = select(*columns).where(_holds(text, *columns))
    return await _rows(connection, query.order_by(ORGANISATION.c.name, ORGANISATION.c.id), most)


async def tenants(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """With the carrier each is at."""
    query = (
        select(TENANCY.c.tenant_id, TENANCY.c.name, TENANCY.c.carrier_id, CARRIER.c.name.label("carrier"))
        .join(CARRIER, CARRIER.c.id == TENANCY.c.carrier_id)
        .where(_holds(text, TENANCY.c.name, TENANCY.c.tenant_id, TENANCY.c.credit_code))
        .order_by(TENANCY.c.name, TENANCY.c.tenant_id, TENANCY.c.carrier_id)
    )
    return await _rows(connection, query, most)


async def reports(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """By their id or their carrier's name, the newest year first."""
    query = (
        select(REPORT.c.id, CARRIER.c.name, ROUND.c.year)
        .join(CARRIER, CARRIER.c.id == REPORT.c.carrier_id)
        .join(ROUND, ROUND.c.id == REPORT.c.round_id)
        .where(_holds(text, REPORT.c.id, CARRIER.c.name))
        .order_by(ROUND.c.year.desc(), REPORT.c.id)
    )
    return await _rows(connection, query, most)


async def subsidies(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """By the beginning of their id."""
    query = (
        select(SUBSIDY.c.id, SUBSIDY.c.carrier_id, CARRIER.c.name, SUBSIDY.c.on_date)
        .join(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id, isouter=True)
        .where(SUBSIDY.c.id.istartswith(text, autoescape=True))
        .order_by(SUBSIDY.c.position)
    )
    return await _rows(connection, query, most)


async def rounds(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """By their id or the number of the document that announces them."""
    query = select(ROUND.c.id, ROUND.c.year, ROUND.c.kind, ROUND.c.document_no)
    held = _holds(text, ROUND.c.id, ROUND.c.document_no)
    return await _rows(connection, query.where(held).order_by(ROUND.c.year.desc(), ROUND.c.id), most)


async def fund_documents(connection: AsyncConnection, text: str, most: int) -> Sequence[RowMapping]:
    """The documents subsidies were paid by: how many rows of the ledger each paid, in which budget year."""
    query = (
        select(PAYMENT.c.document_no, PAYMENT.c.budget_year, func.count().label("rows"))
        .where(PAYMENT.c.document_no.is_not(None), _holds(text, PAYMENT.c.document_no))
        .group_by(PAYMENT.c.document_no, PAYMENT.c.budget_year)
        .order_by(PAYMENT.c.budget_year.desc(), PAYMENT.c.document_no)
    )
    return await _rows(connection, query, most)
