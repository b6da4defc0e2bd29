"""My account: who I am, where I am logged in, my password, my second factor."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from shared.core.errors import DomainError
from shared.db.transaction import reading, transaction
from shared.identity import accounts, passwords, second_factor, sessions
from shared.identity.opening import Identity
from shared.identity.roles import TITLES
from shared.identity.who import Who
from shared.webkit.access import ANYBODY, LOGGED_IN, Ident, Known, NotLoggedIn, check_form
from shared.webkit.kept import inside
from shared.webkit.logins import agree
from shared.webkit.scopes import scope_names
from shared.webkit.templates import Pages

PAGES = Pages()
MY_ACCOUNT = APIRouter(prefix="/account", include_in_schema=False)
SECOND_FACTOR = "/account/second-factor"


@MY_ACCOUNT.get("", dependencies=[LOGGED_IN])
async def page(request: Request, identity: Ident, who: Known) -> HTMLResponse:
    return await _shown(request, identity, who)


async def _shown(request: Request, identity: Identity, who: Who, error: DomainError | None = None) -> HTMLResponse:
    async with reading(identity.engine) as connection:
        row = await accounts.found(connection, who.account)
        open_ = await sessions.standing(connection, who.account, identity.now())
    return PAGES.show(
        request, "account.html", 200 if error is None else error.status,
        row=row, sessions=open_, titles=TITLES, scopes=await scope_names(request, who.grants), error=error,
    )  # fmt: skip


@MY_ACCOUNT.post("/new-password", dependencies=[LOGGED_IN])
async def change_password(
    request: Request,
    identity: Ident,
    who: Known,
    old: Annotated[str, Form(max_length=1000)],
    password: Annotated[str, Form(max_length=1000)],
    again: Annotated[str, Form(max_length=1000)],
) -> Response:
    try:
        await _know(identity, who, old)
        agree(password, again)
        async with transaction(identity.engine) as connection:
            await accounts.set_password(connection, who.account, password, identity.now())
    except DomainError as error:
        return await _shown(request, identity, who, error)
    return RedirectResponse("/login?set=1", 303)


async def _know(identity: Identity, who: Who, password: str) -> None:
    """Whoever changes the password knows the old one: an open screen is not enough."""
    async with reading(identity.engine) as connection:
        row = await accounts.found(connection, who.account)
    if not await passwords.matches(password, row["password"]):
        raise DomainError("wrong-password", "现在的密码不对")


@MY_ACCOUNT.post("/sessions/end", dependencies=[LOGGED_IN])
async def end_session(identity: Ident, who: Known, session: Annotated[str, Form(max_length=64)]) -> Response:
    async with transaction(identity.engine) as connection:
        await sessions.end(connection, session, who.account, identity.now())
    return RedirectResponse("/account", 303)


# whoever has to set it up may do nothing else, so these two look at the session themselves


@MY_ACCOUNT.get("/second-factor", dependencies=[ANYBODY])
async def scan(request: Request, identity: Ident, next: str = "/account") -> HTMLResponse:  # noqa: A002 - the field
    return await _scanning(request, identity, _half_in(request).account, inside(next))


async def _scanning(
    request: Request, identity: Identity, account: str, next_: str, error: DomainError | None = None
) -> HTMLResponse:
    async with reading(identity.engine) as connection:
        row = await accounts.found(connection, account)
    there = row["second_factor_since"]
    kept = None if there else row["second_factor"]
    secret = None if kept is None else second_factor.decrypted(kept, identity.secret)
    picture = None if secret is None else Markup(second_factor.picture(secret, account))  # noqa: S704 - our own SVG
    return PAGES.show(
        request, "second_factor.html", 200 if error is None else error.status,
        secret=secret, picture=picture, there=there, next=next_, error=error,
    )  # fmt: skip


@MY_ACCOUNT.post("/second-factor", dependencies=[ANYBODY])
async def prove(
    request: Request,
    identity: Ident,
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/account",  # noqa: A002 - as above
) -> Response:
    """Without a code: a new secret to scan. With one: proves that the phone has it."""
    who = _half_in(request)
    await check_form(request, who)
    now, key = identity.now(), identity.secret
    try:
        async with transaction(identity.engine) as connection:
            if code.strip():
                await accounts.prove_second_factor(connection, who.account, code, who.session, key, now)
            else:
                await accounts.begin_second_factor(connection, who.account, key)
    except DomainError as error:
        return await _scanning(request, identity, who.account, inside(next), error)
    return RedirectResponse(inside(next) if code.strip() else SECOND_FACTOR, 303)


def _half_in(request: Request) -> Who:
    """Whoever is logged in, even if he has to set up his second factor first."""
    who: Who | None = getattr(request.state, "who", None)
    if who is None:
        raise NotLoggedIn
    return who
