"""The page on which somebody makes an account of his own. Only on a site with a service people apply to themselves."""

from collections.abc import Callable

from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import HTMLResponse

from shared.core.errors import DomainError
from shared.db.transaction import transaction
from shared.identity.mails import send_known, send_link
from shared.identity.registration import Registering, RegistrationWrong, count_mail, problems_of, register
from shared.identity.who import Grant
from shared.webkit.access import ANYBODY, Ident
from shared.webkit.forms import typed
from shared.webkit.templates import Pages

PAGES = Pages()
MOST_TYPED = 1_000
"""As much of a field as is shown again; what is longer is refused."""
NOBODY = Registering("", "", "")


def registration(granted: Callable[[], Grant]) -> APIRouter:
    """`granted`: what the account is for; each one's scope is his own."""
    router = APIRouter(include_in_schema=False)

    @router.get("/register", dependencies=[ANYBODY])
    async def page(request: Request) -> HTMLResponse:
        return _shown(request, NOBODY)

    @router.post("/register", dependencies=[ANYBODY])
    async def make(request: Request, identity: Ident, later: BackgroundTasks) -> HTMLResponse:
        """Says the same whether the address has an account or not; what it gets is in its mail."""
        sent = typed(await request.form())
        asked = Registering(*(_showable(sent.get(name, "")) for name in Registering._fields))
        address = request.client.host if request.client else ""
        try:
            problems = problems_of(asked)
            if problems:
                raise RegistrationWrong(problems)
            async with transaction(identity.engine) as connection:
                await count_mail(connection, asked.email, address, identity.now())
            async with transaction(identity.engine) as connection:
                made = await register(connection, asked, granted, identity.now())
        except DomainError as error:
            return _shown(request, asked, error)
        if made.token is not None:
            later.add_task(send_link, identity, asked.account.strip().lower(), made.token, first=True)
        else:
            later.add_task(send_known, identity, made.email, made.known)
        return PAGES.show(request, "register.html", typed=asked, sent=True, error=None, problems={})

    return router


def _shown(request: Request, asked: Registering, error: DomainError | None = None) -> HTMLResponse:
    problems = error.problems if isinstance(error, RegistrationWrong) else {}
    status = 200 if error is None else error.status
    return PAGES.show(request, "register.html", status, typed=asked, sent=False, error=error, problems=problems)


def _showable(text: str) -> str:
    """Without halves of characters, which no page can hold."""
    return text[:MOST_TYPED].encode(errors="replace").decode()
