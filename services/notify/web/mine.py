"""A letter as its receiver reads it on the site, whether or not the mail arrived. Nobody else's letter is there."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping

from services.notify.domain.states import HELD, STATES
from services.notify.store import messages
from services.notify.web.pages import PAGES
from services.notify.web.shown import title_of
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.guards import letter as shown_alone


def my_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine", include_in_schema=False)
    operator = may(Role.OPERATOR)

    @router.get("/{id_}", dependencies=[operator])
    async def letter(request: Request, who: Known, id_: str) -> HTMLResponse:
        row = await _own(running, who, id_)
        kind, state = title_of(row["letter"]), STATES[row["state"]]
        return PAGES.show(request, "my_message.html", row=row, kind=kind, state=state)

    @router.get("/{id_}/letter", dependencies=[operator])
    async def html(who: Known, id_: str) -> Response:
        return shown_alone((await _own(running, who, id_))["html"])

    return router


async def _own(running: Running, who: Who, id_: str) -> RowMapping:
    """A letter to one of this person's organisations that was released; any other is as good as none."""
    async with running.look() as connection:
        row = await messages.one(connection, id_)
    scopes = who.scopes(Role.OPERATOR)
    if row["state"] == HELD or not {row["org_id"], row["recipient_id"]}.intersection(scopes):
        raise DomainError("no-such-message", f"没有编号为 {id_} 的信件", status=404)
    return row
