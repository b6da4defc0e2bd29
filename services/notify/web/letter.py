"""A letter's page: what it says, where it went, what the server answered; one that failed is sent again from here."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from services.notify.domain.states import BOUNCED, FAILED, STATES
from services.notify.store import contacts, listing, messages
from services.notify.usecases.decide import MAY_ARRIVE_TWICE, resend
from services.notify.web.pages import PAGES
from services.notify.web.shown import check_seen, of_talent, receiver_name, register_of, title_of
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

SENDERS = (Role.CLERK, Role.HEAD)


def letter_page(running: Running) -> APIRouter:
    router = APIRouter(prefix="/messages", include_in_schema=False)

    @router.get("/{id_}", dependencies=[READERS])
    async def letter(request: Request, who: Known, id_: str) -> HTMLResponse:
        return await _page(running, request, who, id_, may_resend=who.may_be(*SENDERS))

    @router.post("/{id_}/resend", dependencies=[may(*SENDERS)])
    async def send_again(
        request: Request, who: Known, id_: str, reason: Annotated[str, Form(max_length=1000)] = ""
    ) -> Response:
        try:
            async with running.unit(who.account) as unit:
                await resend(unit, id_, reason.strip())
        except DomainError as error:
            return await _page(running, request, who, id_, may_resend=True, error=error, reason=reason)
        return RedirectResponse(f"/notify/messages/{id_}?resent=1", 303)

    return router


async def _page(
    running: Running,
    request: Request,
    who: Who,
    id_: str,
    *,
    may_resend: bool,
    error: DomainError | None = None,
    reason: str = "",
) -> HTMLResponse:
    async with running.look() as connection:
        row = await messages.one(connection, id_)
        check_seen(who, row)
        attempts = await listing.attempts(connection, id_)
        decisions = await listing.decisions(connection, id_)
        present = await contacts.present(connection, row)
    return PAGES.show(
        request,
        "message.html",
        200 if error is None else error.status,
        row=row,
        kind=title_of(row["letter"]),
        receiver=receiver_name(row),
        state=STATES[row["state"]],
        attempts=attempts,
        decisions=decisions,
        present=present,
        register=register_of(row),
        chain=_chain(request, row),
        may_resend=may_resend,
        may_arrive_twice=MAY_ARRIVE_TWICE if row["state"] in {FAILED, BOUNCED} else None,
        configured=running.settings.smtp_url is not None,
        error=error,
        reason=reason,
    )


def _chain(request: Request, row: RowMapping) -> str | None:
    """The page of everything that belongs to the story, at the service that told its event; none where it has none."""
    story = quote(row["correlation_id"], safe="")
    if not of_talent(row):
        return f"/incubator/chain/{story}"
    page = f"/talent/chain/{story}"
    return page if request.app.state.site.answers(page) else None
