"""Where organisations are paid to: each one's last confirmed account, and those before it (see
shared.ledger.accounts)."""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.after_grading_tables import BANK_ACCOUNT
from services.incubator.store.tables import ORGANISATION
from shared.ledger.accounts import AccountRows

ROWS = AccountRows(BANK_ACCOUNT, "organisation_id")
latest, history = ROWS.latest, ROWS.history


async def unconfirmed(connection: AsyncConnection, organisation_ids: Collection[str]) -> Sequence[str]:
    """Those of these organisations that have confirmed no account, by name; one no register knows, by its id."""
    return await ROWS.unconfirmed(connection, organisation_ids, ORGANISATION)
