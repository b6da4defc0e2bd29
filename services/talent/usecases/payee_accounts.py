"""Confirm the account a unit or a broker is paid to (see shared.ledger.accounts)."""

from sqlalchemy import select

from services.talent.store import changes, money, trail
from services.talent.store.broker_tables import BROKER
from services.talent.store.tables import UNIT
from shared.ledger.accounts import Accounts, ConfirmedAccount
from shared.messaging.unit import Unit

ACCOUNTS = Accounts(money.ACCOUNTS, changes.CHANGES, trail.TRAILING, trail.ACCOUNTS)


class ConfirmAccount(ConfirmedAccount):
    """确认收款账户：户名、开户银行、开户网点、账号。"""

    payee_id: str


async def confirm_account(unit: Unit, order: ConfirmAccount) -> int:
    """Of a unit or of a broker; answers the version."""
    query = select(BROKER.c.id).where(BROKER.c.id == order.payee_id)
    is_broker = (await unit.connection.execute(query)).first() is not None
    table, label = (BROKER, "技术经纪人") if is_broker else (UNIT, "推荐单位")
    payee = await changes.found(unit.connection, table, order.payee_id, label, hold=True)
    return await ACCOUNTS.confirm(unit, order.payee_id, payee["name"], order)
