"""Confirm the account a unit or a broker is paid to (see shared.ledger.accounts)."""

from services.talent.store import changes, money, trail
from services.talent.store.tables import UNIT
from shared.ledger.accounts import Accounts, ConfirmedAccount
from shared.messaging.unit import Unit

ACCOUNTS = Accounts(money.ACCOUNTS, changes.CHANGES, trail.TRAILING, trail.ACCOUNTS)


class ConfirmAccount(ConfirmedAccount):
    """确认收款账户：户名、开户银行、开户网点、账号。"""

    payee_id: str


async def confirm_account(unit: Unit, order: ConfirmAccount) -> int:
    payee = await changes.found(unit.connection, UNIT, order.payee_id, "推荐单位", hold=True)
    return await ACCOUNTS.confirm(unit, order.payee_id, payee["name"], order)
