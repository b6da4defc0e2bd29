"""The account a payee is paid to: he confirms it himself, finance and the head read it, others its end."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger.accounts import AccountRows, AccountUnclear
from shared.ledger.bank_accounts import grouped, masked
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.templates import Pages

FIELDS = ("holder", "bank", "branch", "number", "explanation")
_HALF = re.compile("[\ud800-\udfff]")
NO_CHARACTER = "\ufffd"
MOST_TYPED = 2_000
"""As much of a field as is looked at: what is longer is no account, and its problem says so."""


@dataclass(frozen=True)
class AccountPages:
    """`role` confirms, each the account of the payees he stands for; `own`, `read`: the places of its pages, for those
    and for the office. `payee`: its row in the register (`name`), no-such-... if there is none. `confirm` is given the
    payee and what the form says. `home`: where those who confirm come from, its title and address. `noun`: the money;
    `confirms`: who confirms, in words."""

    pages: Pages
    rows: AccountRows
    base: str
    own: str
    read: str
    role: Role
    payee: Callable[[AsyncConnection, str], Awaitable[RowMapping]]
    confirm: Callable[[Unit, str, Mapping[str, Any]], Awaitable[int]]
    home: tuple[str, str]
    noun: str
    confirms: str

    def address(self, payee: str) -> str:
        return f"{self.base}/{self.own}/{quote(payee, safe='')}"

    def reading(self, payee: str) -> str:
        return f"{self.base}/{self.read}/{quote(payee, safe='')}"

    async def own_payee(self, connection: AsyncConnection, who: Who, payee: str) -> RowMapping:
        """Somebody else's account is as good as none."""
        if payee not in who.scopes(self.role):
            raise DomainError("no-such-payee", f"没有单位“{payee}”", status=404)
        return await self.payee(connection, payee)


def account_pages(running: Running, of: AccountPages) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get(f"/{of.own}/{{payee_id:path}}", dependencies=[may(of.role)])
    async def mine(request: Request, who: Known, payee_id: str) -> HTMLResponse:
        return await _page(running, of, request, who, payee_id)

    @router.post(f"/{of.own}/{{payee_id:path}}", dependencies=[may(of.role)])
    async def confirm(request: Request, who: Known, payee_id: str) -> Response:
        form = await request.form()
        typed = {name: text(form, name)[:MOST_TYPED] for name in FIELDS}
        said = {"based_on": _version(text(form, "based_on")), "committed": text(form, "committed") == "yes"}
        try:
            async with running.unit(who.account) as unit:
                await of.own_payee(unit.connection, who, payee_id)
                await of.confirm(unit, payee_id, {**typed, **said})
        except AccountUnclear as wrong:
            return await _page(running, of, request, who, payee_id, typed, wrong.problems, wrong)
        except DomainError as wrong:
            return await _page(running, of, request, who, payee_id, typed, {}, wrong)
        return RedirectResponse(f"{of.address(payee_id)}?saved=account", 303)

    @router.get(f"/{of.read}/{{payee_id:path}}", dependencies=[READERS])
    async def account(request: Request, who: Known, payee_id: str) -> HTMLResponse:
        async with running.look() as connection:
            payee = await of.payee(connection, payee_id)
            versions = await of.rows.history(connection, payee_id)
        shown = grouped if who.may_be(Role.FINANCE, Role.HEAD) else masked
        return of.pages.show(
            request, "bank_account.html", payee=payee, versions=versions, shown=shown, noun=of.noun,
            confirms=of.confirms,
        )  # fmt: skip

    return router


def text(form: FormData, name: str) -> str:
    """A text field of a form as it was typed; a file sent under its name is none. Half of a character, which no page
    can show again, is the sign for that."""
    value = form.get(name)
    return _HALF.sub(NO_CHARACTER, value) if isinstance(value, str) else ""


def _version(given: str) -> int:
    """The version a form was opened with; what is none is as old as can be."""
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


async def _page(
    running: Running,
    of: AccountPages,
    request: Request,
    who: Who,
    payee_id: str,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        payee = await of.own_payee(connection, who, payee_id)
        versions = await of.rows.history(connection, payee_id)
    last = versions[0] if versions else None
    known = {name: str(last[name]) for name in FIELDS} if last else dict.fromkeys(FIELDS, "")
    known["holder"] = known["holder"] or payee["name"]
    return of.pages.show(
        request,
        "my_account.html",
        200 if error is None else error.status,
        payee=payee,
        versions=versions,
        typed=typed or known | {"number": grouped(known["number"])},
        problems=problems or {},
        error=error,
        shown=grouped,
        noun=of.noun,
        home=of.home,
    )
