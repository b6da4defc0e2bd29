"""What the ledger's rows are about and to whom they go, in the registers' names; whose account is confirmed."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.award_tables import AWARD
from services.talent.store.ledger_tables import LEDGER
from services.talent.store.money_tables import PAYEE_ACCOUNT
from services.talent.store.selection_tables import RESULT
from services.talent.store.tables import UNIT
from shared.ledger.accounts import AccountRows
from shared.ledger.budgets import Budgets
from shared.ledger.causes import Causes
from shared.ledger.rows import Rows
from shared.ledger.shortfalls import Shortfalls

ROWS, CAUSES, BUDGETS, SHORTFALLS = Rows(LEDGER), Causes(LEDGER), Budgets(LEDGER), Shortfalls(LEDGER)
ACCOUNTS = AccountRows(PAYEE_ACCOUNT, "payee_id")


def named(query: Select[Any]) -> Select[Any]:
    """Rows of the ledger with the project and contract they are about, and the unit they go to."""
    return (
        query.add_columns(
            func.coalesce(AWARD.c.project, LEDGER.subject).label("subject"),
            AWARD.c.contract_no.label("contract_no"),
            AWARD.c.programme_id.label("kind"),
            func.coalesce(UNIT.c.name, LEDGER.payee).label("payee"),
        )
        .outerjoin_from(LEDGER.subsidy, AWARD, AWARD.c.id == LEDGER.subject)
        .outerjoin(UNIT, UNIT.c.id == LEDGER.payee)
    )


async def unconfirmed(connection: AsyncConnection, payees: Collection[str]) -> Sequence[str]:
    """Those of these payees that have confirmed no account, by name; one no register knows, by its id."""
    return await ACCOUNTS.unconfirmed(connection, payees, UNIT)


async def ranks(connection: AsyncConnection, entries: Collection[str]) -> Mapping[str, int]:
    """The rank in its call of each entry that belongs to an award; any other has none."""
    query = (
        select(LEDGER.subsidy.c.id, RESULT.c.rank)
        .join(AWARD, AWARD.c.id == LEDGER.subject)
        .join(RESULT, RESULT.c.application_id == AWARD.c.application_id)
        .where(LEDGER.subsidy.c.id.in_(entries), RESULT.c.rank.is_not(None))
    )
    return {row.id: row.rank for row in await connection.execute(query)}


async def entries_of(connection: AsyncConnection, subject_id: str) -> Sequence[RowMapping]:
    """Everything the ledger has of an award or a deal, with how far its payment is; oldest first."""
    subsidy, payment = LEDGER.subsidy, LEDGER.payment
    query = (
        select(subsidy, payment.c.state.label("payment"), payment.c.paid_on, payment.c.document_no)
        .outerjoin(payment, payment.c.subsidy_id == subsidy.c.id)
        .where(LEDGER.subject == subject_id)
        .order_by(subsidy.c.position)
    )
    return (await connection.execute(query)).mappings().all()
