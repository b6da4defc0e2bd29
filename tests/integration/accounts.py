"""The accounts of those who are to be paid, confirmed as their operators would."""

from collections.abc import Collection

from sqlalchemy import select

from services.incubator.store import bank_accounts
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account
from shared.messaging.unit import Unit


async def confirm_accounts(unit: Unit, organisations: Collection[str]) -> None:
    """Each confirms an account, unless he has one already."""
    known = await bank_accounts.latest(unit.connection, organisations)
    query = select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(organisations))
    for row in (await unit.connection.execute(query)).all():
        if row.id not in known:
            order = ConfirmAccount(
                organisation_id=row.id, holder=row.name, bank="样例银行", branch="样例支行",
                number="2102016800005250", based_on=0, committed=True,
            )  # fmt: skip
            await confirm_account(unit, order)
