"""The administrator's list of accounts: made, granted roles, disabled, helped when a phone or a password is lost."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.db.transaction import reading, transaction
from shared.identity import accounts, links
from shared.identity.mails import send_link
from shared.identity.opening import Identity
from shared.identity.roles import SCOPES, TITLES, Role
from shared.identity.who import Grant, Who
from shared.webkit.access import Ident, Known, may
from shared.webkit.account_list import account_list, known, mail_said
from shared.webkit.scopes import scope_names
from shared.webkit.takeaway import export
from shared.webkit.templates import Pages

PAGES = Pages()
ADMINISTRATOR = may(Role.ADMINISTRATOR)
ADMINISTRATION = APIRouter(prefix="/accounts", include_in_schema=False)


@ADMINISTRATION.get("", dependencies=[ADMINISTRATOR])
async def page(request: Request, identity: Ident) -> HTMLResponse:
    return await _shown(request, identity)


@ADMINISTRATION.get(".xlsx", dependencies=[ADMINISTRATOR])
async def workbook(request: Request, identity: Ident) -> Response:
    async with reading(identity.engine) as connection:
        listing = account_list(await known(connection))
        return await export(connection, listing, accounts.every(), request.query_params)


async def _shown(
    request: Request, identity: Identity, error: DomainError | None = None, typed: dict[str, str] | None = None
) -> HTMLResponse:
    async with reading(identity.engine) as connection:
        beside = await known(connection)
        listed = await account_list(beside).page(connection, accounts.every(), request.query_params)
    shown = [grant for line in listed.lines for grant in beside.grants.get(line.row["id"], ())]
    return PAGES.show(
        request, "accounts.html", 200 if error is None else error.status, at="/accounts", listed=listed,
        grants=beside.grants, mails=beside.mails, mail_said=mail_said, titles=TITLES, scopes=SCOPES, roles=list(Role),
        error=error, typed=typed or {}, called=await scope_names(request, shown),
    )  # fmt: skip


@ADMINISTRATION.post("", dependencies=[ADMINISTRATOR])
async def make(
    request: Request,
    identity: Ident,
    who: Known,
    later: BackgroundTasks,
    account: Annotated[str, Form(max_length=200)] = "",
    name: Annotated[str, Form(max_length=100)] = "",
    email: Annotated[str, Form(max_length=300)] = "",
    role: Annotated[str, Form(max_length=30)] = "",
    scope: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    typed = {"account": account, "name": name, "email": email, "role": role, "scope": scope}
    try:
        async with transaction(identity.engine) as connection:
            grants = [_granted(role, scope)]
            token = await accounts.make(connection, account, name, email, grants, who.account, identity.now())
    except DomainError as error:
        return await _shown(request, identity, error, typed)
    later.add_task(send_link, identity, account.strip().lower(), token, first=True)
    return RedirectResponse("/accounts", 303)


Step = Callable[[AsyncConnection, Identity, Who, str, str, str], Awaitable[str | None]]
"""What is done to an account: (connection, identity, who does it, account, role, scope). Answers a link's token."""


async def _grant(on: AsyncConnection, identity: Identity, who: Who, account: str, role: str, scope: str) -> None:
    await accounts.grant(on, account, _granted(role, scope), who.account, identity.now())


async def _take_back(on: AsyncConnection, _: Identity, __: Who, account: str, role: str, scope: str) -> None:
    await accounts.take_back(on, account, _granted(role, scope))


async def _disable(on: AsyncConnection, identity: Identity, who: Who, account: str, _: str, __: str) -> None:
    if account == who.account:
        raise DomainError("own-account", "不能停用自己的账号，请另一位管理员来做")
    await accounts.disable(on, account, identity.now())


async def _enable(on: AsyncConnection, _: Identity, __: Who, account: str, ___: str, ____: str) -> None:
    await accounts.enable(on, account)


async def _reset(on: AsyncConnection, identity: Identity, _: Who, account: str, __: str, ___: str) -> None:
    await accounts.reset_second_factor(on, account, identity.now())


async def _link(on: AsyncConnection, identity: Identity, _: Who, account: str, __: str, ___: str) -> str:
    await accounts.found(on, account)
    return await links.make(on, account, identity.now())


STEPS: dict[str, Step] = {
    "grant": _grant,
    "take-back": _take_back,
    "disable": _disable,
    "enable": _enable,
    "reset-second-factor": _reset,
    "send-link": _link,
}


@ADMINISTRATION.post("/{account}/{step}", dependencies=[ADMINISTRATOR])
async def change(
    request: Request,
    identity: Ident,
    who: Known,
    later: BackgroundTasks,
    account: str,
    step: str,
    role: Annotated[str, Form(max_length=30)] = "",
    scope: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    if step not in STEPS:
        raise DomainError("not-found", "没有这种办理", status=404)
    try:
        async with transaction(identity.engine) as connection:
            token = await STEPS[step](connection, identity, who, account, role, scope)
    except DomainError as error:
        return await _shown(request, identity, error)
    if token is not None:
        later.add_task(send_link, identity, account, token, first=True)
    return RedirectResponse(f"/accounts?{urlencode({'text': account})}", 303)


def _granted(role: str, scope: str) -> Grant:
    if role not in list(Role):
        raise DomainError("no-such-role", "请选择角色")
    return Grant(Role(role), scope.strip() if Role(role) in SCOPES else "")
