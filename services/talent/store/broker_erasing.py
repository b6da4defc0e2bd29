"""Which technology brokers are due to be erased: persons whose registration has ended. Companies are no persons."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.broker_keeping import Keeping, keeping
from services.talent.store.broker_tables import BROKER, DEAL
from services.talent.store.tables import APPLICANT, CHANGE
from shared.core.clock import legal_date


class KeptBroker(NamedTuple):
    row: RowMapping
    keeping: Keeping


async def run_out(connection: AsyncConnection, today: date) -> list[KeptBroker]:
    """Every person whose time of keeping has passed."""
    found = await _kept(connection, BROKER.c.state.in_(("refused", "ended")))
    return [each for each in found if each.keeping.is_over(today)]


async def of_brokers(connection: AsyncConnection, ids: Collection[str]) -> list[KeptBroker]:
    return await _kept(connection, BROKER.c.id.in_(ids))


async def of_applicant(connection: AsyncConnection, applicant_id: str) -> list[KeptBroker]:
    """The broker an applicant is as well: the same login."""
    login = select(APPLICANT.c.account).where(APPLICANT.c.id == applicant_id, APPLICANT.c.account.is_not(None))
    return await _kept(connection, BROKER.c.account.in_(login))


async def _kept(connection: AsyncConnection, which: ColumnElement[bool]) -> list[KeptBroker]:
    moved = (
        select(func.max(CHANGE.c.at))
        .where(CHANGE.c.noun == "broker", CHANGE.c.of == BROKER.c.id, CHANGE.c.before != CHANGE.c.after)
        .correlate(BROKER)
        .scalar_subquery()
    )
    query = (
        select(BROKER, func.coalesce(moved, BROKER.c.at).label("since"))
        .where(which, BROKER.c.sort == "person", BROKER.c.erased_at.is_(None))
        .order_by(BROKER.c.name, BROKER.c.id)
    )
    rows: Sequence[RowMapping] = (await connection.execute(query)).mappings().all()
    of = select(DEAL.c.broker_id, DEAL.c.state).where(DEAL.c.broker_id.in_([row["id"] for row in rows])).distinct()
    states: dict[str, set[str]] = {}
    for broker_id, state in await connection.execute(of):
        states.setdefault(broker_id, set()).add(state)
    return [
        KeptBroker(row, keeping(row["state"], legal_date(row["since"]), states.get(row["id"], set()))) for row in rows
    ]
