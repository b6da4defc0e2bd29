"""The account an organisation is paid to: see shared.ledger.account_pages."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bank_accounts, changes
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account
from services.incubator.web.looks import PAGES
from shared.identity.roles import Role
from shared.ledger import account_pages as accounts
from shared.messaging.unit import Unit
from shared.running.running import Running


async def _organisation(connection: AsyncConnection, id_: str) -> RowMapping:
    return await changes.found(connection, ORGANISATION, id_, "单位")


async def _confirm(unit: Unit, organisation_id: str, said: Mapping[str, Any]) -> int:
    return await confirm_account(unit, ConfirmAccount(organisation_id=organisation_id, **said))


ACCOUNTS = accounts.AccountPages(
    pages=PAGES,
    rows=bank_accounts.ROWS,
    base="/incubator",
    own="mine/account",
    read="bank-accounts",
    role=Role.OPERATOR,
    payee=_organisation,
    confirm=_confirm,
    home=("我的载体", "/incubator/mine"),
    noun="补助",
    confirms="运营机构",
)


def account_pages(running: Running) -> APIRouter:
    return accounts.account_pages(running, ACCOUNTS)
