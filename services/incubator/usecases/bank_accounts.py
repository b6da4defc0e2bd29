"""Confirm the account an organisation is paid to (see shared.ledger.accounts)."""

from services.incubator.store import bank_accounts, changes, trail
from services.incubator.store.tables import ORGANISATION
from shared.ledger.accounts import Accounts, ConfirmedAccount
from shared.messaging.unit import Unit

ACCOUNTS = Accounts(bank_accounts.ROWS, changes.CHANGES, trail.TRAILING, trail.ACCOUNTS)


class ConfirmAccount(ConfirmedAccount):
    """确认收款账户：户名、开户银行、开户网点、账号。"""

    organisation_id: str


async def confirm_account(unit: Unit, order: ConfirmAccount) -> int:
    organisation = await changes.found(unit.connection, ORGANISATION, order.organisation_id, "单位", hold=True)
    return await ACCOUNTS.confirm(unit, order.organisation_id, organisation["name"], order)
