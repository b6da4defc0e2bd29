"""The operators of those who are to be paid confirm the accounts the money goes to."""

from sqlalchemy import select

from services.demo.script import OPERATOR, Scene
from services.incubator.store import bank_accounts
from services.incubator.store.tables import ORGANISATION, PAYMENT, SUBSIDY
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account


async def accounts_confirmed(scene: Scene) -> None:
    """Whoever has an approved payment; the others have not got round to it, and the desk says so."""
    query = (
        select(ORGANISATION.c.id, ORGANISATION.c.name)
        .join(SUBSIDY, SUBSIDY.c.organisation_id == ORGANISATION.c.id)
        .join(PAYMENT, PAYMENT.c.subsidy_id == SUBSIDY.c.id)
        .where(PAYMENT.c.state == "approved")
        .distinct()
        .order_by(ORGANISATION.c.id)
    )
    async with scene.running.unit(OPERATOR) as unit:
        payees = {row.id: row.name for row in await unit.connection.execute(query)}
        confirmed = await bank_accounts.latest(unit.connection, payees)
        for number, (id_, name) in enumerate(payees.items(), 1):
            if id_ in confirmed:
                continue
            order = ConfirmAccount(
                organisation_id=id_, holder=name, bank="样例银行", branch="样例银行高新园区支行",
                number=f"210201680000{number:06}", based_on=0, committed=True,
            )  # fmt: skip
            await confirm_account(unit, order)
