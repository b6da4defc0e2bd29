"""The account a unit is paid to: see shared.ledger.account_pages."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import RowMapping, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import money, unit_desk
from services.talent.usecases.payee_accounts import ConfirmAccount, confirm_account
from services.talent.web.looks import PAGES
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.ledger.account_pages import AccountPages, account_pages
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may


async def _payee(connection: AsyncConnection, id_: str) -> RowMapping:
    query = select(money.PAYEES).where(money.PAYEES.c.id == id_)
    found = (await connection.execute(query)).mappings().first()
    if found is None:
        raise DomainError("no-such-payee", f"没有单位“{id_}”", status=404)
    return found


async def _confirm(unit: Unit, payee_id: str, said: Mapping[str, Any]) -> int:
    return await confirm_account(unit, ConfirmAccount(payee_id=payee_id, **said))


ACCOUNTS = AccountPages(
    pages=PAGES,
    rows=money.ACCOUNTS,
    base="/talent",
    own="unit/account",
    read="accounts",
    role=Role.UNIT,
    payee=_payee,
    confirm=_confirm,
    home=("我的推荐", "/talent/unit"),
    noun="资助",
    confirms="推荐单位",
)


def unit_account_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/unit/account", dependencies=[may(Role.UNIT)])
    async def mine(request: Request, who: Known) -> Response:
        """Whoever stands for one unit is led to its account; for several, he chooses."""
        async with running.look() as connection:
            units = await unit_desk.units(connection, who.scopes(Role.UNIT))
            accounts = await money.ACCOUNTS.latest(connection, [each["id"] for each in units])
        if len(units) == 1:
            return RedirectResponse(ACCOUNTS.address(units[0]["id"]), 303)
        return PAGES.show(request, "unit_accounts.html", units=units, accounts=accounts, address=ACCOUNTS.address)

    router.include_router(account_pages(running, ACCOUNTS))
    return router
