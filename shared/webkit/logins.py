"""Logging in and out, and setting a password under a link from a mail. What was typed when a session ended is kept."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from shared.core.errors import DomainError
from shared.db.transaction import reading, transaction
from shared.identity import accounts, attempts, links, sessions
from shared.identity.login import CodeMissing, log_in
from shared.identity.mails import send_link
from shared.identity.sessions import Begun
from shared.identity.tables import ACCOUNT
from shared.webkit.access import ANYBODY, LOGGED_IN, Ident, Known, NotLoggedIn
from shared.webkit.asking import cookie_of
from shared.webkit.errors import refused, wants_json
from shared.webkit.kept import HOME, NOTHING, Kept, address, carried_by, continued, inside, page_of, sent_too_late
from shared.webkit.templates import Pages

PAGES = Pages()
LOGINS = APIRouter(include_in_schema=False)


@LOGINS.get("/login", dependencies=[ANYBODY])
async def page(request: Request, next: str = HOME) -> HTMLResponse:  # noqa: A002 - the field's name in the address
    return login_page(request, inside(next))


@LOGINS.post("/login", dependencies=[ANYBODY])
async def enter(
    request: Request,
    identity: Ident,
    account: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    code: Annotated[str, Form(max_length=20)] = "",
    next: Annotated[str, Form(max_length=2000)] = HOME,  # noqa: A002 - as above
) -> Response:
    kept = carried_by(await request.form())
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    try:
        begun = await log_in(identity.engine, account, password, code, address, agent, identity.secret, identity.now())
    except DomainError as error:
        asks_code = isinstance(error, CodeMissing) or bool(code)
        return login_page(
            request, inside(next), error=error, kept=kept, account=account, asks_code=asks_code,
            password=password if isinstance(error, CodeMissing) else "",
        )  # fmt: skip
    answer: Response = _to(inside(next))
    if kept:
        answer = await continued(request, begun.token, inside(next), kept, identity)
    return let_in(request, answer, begun)


@LOGINS.post("/logout", dependencies=[LOGGED_IN])
async def leave(request: Request, identity: Ident, who: Known) -> Response:
    async with transaction(identity.engine) as connection:
        await sessions.end(connection, who.session, who.account, identity.now())
    answer = _to("/login")
    answer.delete_cookie(cookie_of(request), path="/")
    answer.headers["clear-site-data"] = '"cache"'  # whoever sits here next does not go back to these pages
    return answer


@LOGINS.get("/account/forgotten", dependencies=[ANYBODY])
async def forgotten(request: Request) -> HTMLResponse:
    return PAGES.show(request, "forgotten.html", sent=False)


@LOGINS.post("/account/forgotten", dependencies=[ANYBODY])
async def ask(
    request: Request, identity: Ident, later: BackgroundTasks, account: Annotated[str, Form(max_length=200)]
) -> HTMLResponse:
    """Says the same whether there is such an account or not, and takes as long."""
    account = account.strip().lower()
    address = request.client.host if request.client else ""
    async with transaction(identity.engine) as connection:
        await attempts.check(connection, f"forgotten {account}", address, identity.now())
        await attempts.failed(connection, f"forgotten {account}", address, identity.now())
        there = select(ACCOUNT.c.id).where(ACCOUNT.c.id == account, ACCOUNT.c.disabled_at.is_(None))
        token = None
        if (await connection.execute(there)).first() is not None:
            token = await links.make(connection, account, identity.now(), links.RESET_LASTS)
    if token is not None:
        later.add_task(send_link, identity, account, token, first=False)
    return PAGES.show(request, "forgotten.html", sent=True)


@LOGINS.get("/account/password", dependencies=[ANYBODY])
async def new_password(request: Request, identity: Ident, token: str = "") -> HTMLResponse:
    try:
        async with reading(identity.engine) as connection:
            await links.check(connection, token, identity.now())
    except links.LinkUsedUp as error:
        return _password_page(request, token, error)
    return _password_page(request, token)


@LOGINS.post("/account/password", dependencies=[ANYBODY])
async def set_password(
    request: Request,
    identity: Ident,
    token: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    again: Annotated[str, Form(max_length=1000)],
) -> Response:
    try:
        agree(password, again)
        async with transaction(identity.engine) as connection:
            account = await links.use(connection, token, identity.now())
            await accounts.set_password(connection, account, password, identity.now())
            await attempts.forget(connection, account, identity.now())
    except DomainError as error:
        return _password_page(request, token, error)
    return _to("/login?set=1")


def _password_page(request: Request, token: str, error: DomainError | None = None) -> HTMLResponse:
    """Under a link that is used up no password is asked for."""
    over, status = isinstance(error, links.LinkUsedUp), 200 if error is None else error.status
    return PAGES.show(request, "password.html", status, token=token, error=error, over=over)


def let_in(request: Request, answer: Response, begun: Begun) -> Response:
    """The answer with the session's cookie, which no script reads and no other site sends along."""
    answer.set_cookie(
        cookie_of(request), begun.token, expires=begun.ends_at, httponly=True, samesite="lax",
        secure=request.url.scheme == "https", path="/",
    )  # fmt: skip
    return answer


async def ask_to_log_in(request: Request, error: Exception) -> Response:
    """A page leads to the login and from there back; a form that was sent too late is kept; a program is told."""
    if not isinstance(error, NotLoggedIn):
        raise TypeError from error
    if wants_json(request):
        return refused(request, error)
    if request.method == "GET":
        asked = address(request)
        return _to(f"/login?{urlencode({'next': asked})}" if asked != HOME else "/login")
    kept = await sent_too_late(request)
    page = login_page(request, inside(address(request)) if kept else page_of(request), kept=kept)
    page.status_code = error.status
    return page


def login_page(
    request: Request,
    next_: str,
    *,
    error: DomainError | None = None,
    kept: Kept = NOTHING,
    account: str = "",
    password: str = "",
    asks_code: bool = False,
) -> HTMLResponse:
    """`kept`: what was typed into a form whose session had ended; it goes along until it can be sent again."""
    return PAGES.show(
        request, "login.html", 200 if error is None else error.status,
        next=next_, error=error, kept=kept, account=account, password=password, asks_code=asks_code,
    )  # fmt: skip


def agree(password: str, again: str) -> None:
    """A new password is typed twice, so that a slip of the finger locks nobody out."""
    if password != again:
        raise DomainError("passwords-differ", "两次输入的密码不一样，请重新输入")


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(address, 303)
