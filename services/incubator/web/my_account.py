"""The account an organisation is paid to: its operator confirms it, finance and the head read it, others its end."""

import re
from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from services.incubator.store import bank_accounts, changes
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases.bank_accounts import ConfirmAccount, confirm_account
from services.incubator.web.looks import PAGES, to
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger.accounts import AccountUnclear
from shared.ledger.bank_accounts import grouped, masked
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

FIELDS = ("holder", "bank", "branch", "number", "explanation")
_HALF = re.compile("[\ud800-\udfff]")
NO_CHARACTER = "\ufffd"
MOST_TYPED = 2_000
"""As much of a field as is looked at: what is longer is no account, and its problem says so."""


def account_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/mine/account/{organisation_id:path}", dependencies=[may(Role.OPERATOR)])
    async def mine(request: Request, who: Known, organisation_id: str) -> HTMLResponse:
        return await _page(running, request, who, organisation_id)

    @router.post("/mine/account/{organisation_id:path}", dependencies=[may(Role.OPERATOR)])
    async def confirm(request: Request, who: Known, organisation_id: str) -> Response:
        check_own(who, organisation_id)
        form = await request.form()
        typed = {name: text(form, name)[:MOST_TYPED] for name in FIELDS}
        order = ConfirmAccount(
            organisation_id=organisation_id,
            based_on=_version(text(form, "based_on")),
            committed=text(form, "committed") == "yes",
            **typed,
        )
        try:
            async with running.unit(who.account) as unit:
                await confirm_account(unit, order)
        except AccountUnclear as wrong:
            return await _page(running, request, who, organisation_id, typed, wrong.problems, wrong)
        except DomainError as wrong:
            return await _page(running, request, who, organisation_id, typed, {}, wrong)
        return RedirectResponse(f"{to('mine/account', organisation_id)}?saved=account", 303)

    @router.get("/bank-accounts/{organisation_id:path}", dependencies=[READERS])
    async def account(request: Request, who: Known, organisation_id: str) -> HTMLResponse:
        async with running.look() as connection:
            organisation = await changes.found(connection, ORGANISATION, organisation_id, "单位")
            versions = await bank_accounts.history(connection, organisation_id)
        shown = grouped if who.may_be(Role.FINANCE, Role.HEAD) else masked
        return PAGES.show(request, "bank_account.html", organisation=organisation, versions=versions, shown=shown)

    return router


def check_own(who: Who, organisation_id: str) -> None:
    """Somebody else's account is as good as none."""
    if organisation_id not in who.scopes(Role.OPERATOR):
        raise DomainError("no-such-organisation", f"没有单位“{organisation_id}”", status=404)


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
    request: Request,
    who: Who,
    organisation_id: str,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    check_own(who, organisation_id)
    async with running.look() as connection:
        organisation = await changes.found(connection, ORGANISATION, organisation_id, "单位")
        versions = await bank_accounts.history(connection, organisation_id)
    last = versions[0] if versions else None
    known = {name: str(last[name]) for name in FIELDS} if last else dict.fromkeys(FIELDS, "")
    known["holder"] = known["holder"] or organisation["name"]
    return PAGES.show(
        request,
        "my_account.html",
        200 if error is None else error.status,
        organisation=organisation,
        versions=versions,
        typed=typed or known | {"number": grouped(known["number"])},
        problems=problems or {},
        error=error,
        shown=grouped,
    )
