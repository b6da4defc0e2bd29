"""A letter before there is one: rendered with the real templates about an event that has not happened, and not kept."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from services.notify.domain.letters import Letterhead, LetterKind, Told, carrier_of
from services.notify.domain.wording import line
from services.notify.letters.render import Parts, kind_named, render
from services.notify.web.pages import PAGES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity import roles
from shared.running.running import Running
from shared.webkit.access import may
from shared.webkit.guards import letter as shown_alone

OFFICE = may(*roles.OFFICE)


def preview_pages(running: Running) -> APIRouter:
    """Whoever is about to cause letters asks here what they will say: the event's data is posted, nothing is sent."""
    router = APIRouter(include_in_schema=False)

    def written(kind: LetterKind, event: Told) -> Parts:
        head = Letterhead(running.settings.base_url, legal_date(running.now())).values
        receivers = kind.receivers(event)
        if not receivers:
            told = f"这件事没有写明收信人（{kind.goes_to}），写不成《{kind.title}》；请先在登记里补上收信人，再看信"
            raise DomainError("no-receiver", told)
        return render(kind, event, receivers[0], head)

    @router.post("/letters/{name}/preview", dependencies=[OFFICE])
    async def preview(request: Request, name: str) -> HTMLResponse:
        kind = kind_named(name)
        event = await _event(request, kind)
        return PAGES.show(
            request, "letter_ahead.html", kind=kind, event=event, parts_shown=written(kind, event),
            data=event.model_dump_json(), to=line(carrier.name) if (carrier := carrier_of(event)) else kind.goes_to,
        )  # fmt: skip

    @router.post("/letters/{name}/preview/letter", dependencies=[OFFICE])
    async def preview_html(request: Request, name: str) -> Response:
        kind = kind_named(name)
        return shown_alone(written(kind, await _event(request, kind)).html)

    return router


async def _event(request: Request, kind: LetterKind) -> Told:
    """The event that was posted; bad-event if it is none this letter tells."""
    given = (await request.form()).get("event")
    wrong = DomainError("bad-event", f"送来的数据写不成《{kind.title}》；请回到上一页，从那里的“看信”重新打开")
    try:
        event: Told = kind.event.model_validate_json(given if isinstance(given, str) else "")
    except ValidationError:
        raise wrong from None
    if not kind.tells(event):
        raise wrong
    return event
