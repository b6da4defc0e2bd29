"""What the ledger's rows are about and to whom they go, in the register's names; and what reversals left behind."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.tables import CARRIER, LEDGER, ORGANISATION, RECOVERY, SUBSIDY, TOUCHED
from shared.ledger.budgets import Budgets

BUDGETS = Budgets(LEDGER)
budgets = BUDGETS.budgets


async def touched(connection: AsyncConnection, reversed_: str) -> Sequence[RowMapping]:
    """The entries that the reversal of this award makes doubtful, with who asked to compute them again."""
    reversal = SUBSIDY.alias("reversal")
    query = (
        select(SUBSIDY, TOUCHED.c.requested_by, TOUCHED.c.requested_at, CARRIER.c.name.label("carrier"))
        .join(TOUCHED, TOUCHED.c.subsidy_id == SUBSIDY.c.id)
        .join(reversal, reversal.c.id == TOUCHED.c.reversal_id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .where(reversal.c.reverses == reversed_)
        .order_by(SUBSIDY.c.position)
    )
    return (await connection.execute(query)).mappings().all()


def named(query: Select[Any]) -> Select[Any]:
    """Rows of the ledger with what the register calls carrier and organisation."""
    return (
        query.add_columns(
            CARRIER.c.name.label("carrier"), CARRIER.c.kind.label("kind"), ORGANISATION.c.name.label("organisation")
        )
        .outerjoin_from(SUBSIDY, CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id)
    )


async def recovery(connection: AsyncConnection, award: str) -> RowMapping | None:
    query = select(RECOVERY).where(RECOVERY.c.subsidy_id == award)
    return (await connection.execute(query)).mappings().first()
