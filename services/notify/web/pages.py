"""Pages: the letters, a letter as it looks, the kinds of letter."""

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.notify.domain.letters import BY_NAME, Letterhead
from services.notify.domain.states import STATES
from services.notify.letters.render import Parts, kind_named, render, sample
from services.notify.store import listing, messages
from services.notify.web.letter_lists import WRITTEN, kind_list, kinds
from services.notify.web.shown import check_seen, kept_from, receiver_name, title_of
from shared.core.clock import legal_date
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.guards import letter as shown_alone
from shared.webkit.takeaway import export
from shared.webkit.templates import Pages

PAGES = Pages(Path(__file__).parent / "templates")


def _bar(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    return [(shown.name, counts.get(state, 0), shown.tone) for state, shown in STATES.items()]


def pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def preview(name: str) -> Parts:
        kind = kind_named(name)
        shown = sample(kind)
        head = Letterhead(running.settings.base_url, legal_date(running.now())).values
        return render(kind, shown.event, shown.to, head)

    @router.get("/messages", dependencies=[READERS])
    async def letters(request: Request, who: Known) -> HTMLResponse:
        async with running.look() as connection:
            listed = await WRITTEN.page(connection, listing.written(kept_from(who)), request.query_params)
            counts = await listing.counts(connection)
            contacts = await listing.contacts(connection)
        return PAGES.show(
            request, "messages.html", listed=listed, bar=_bar(counts), total=sum(counts.values()), contacts=contacts,
            states=STATES, title_of=title_of, receiver_name=receiver_name,
            configured=running.settings.smtp_url is not None,
        )  # fmt: skip

    @router.get("/messages.xlsx", dependencies=[READERS])
    async def table(request: Request, who: Known) -> Response:
        """All letters that are asked for, with everything the list shows of them."""
        async with running.look() as connection:
            return await export(connection, WRITTEN, listing.written(kept_from(who)), request.query_params)

    @router.get("/messages/{id_}/letter", dependencies=[READERS])
    async def html(id_: str, who: Known) -> Response:
        async with running.look() as connection:
            row = await messages.one(connection, id_)
        check_seen(who, row)
        return shown_alone(row["html"])

    @router.get("/letters", dependencies=[READERS])
    async def every_kind(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            counts = await listing.counts_by_letter(connection)
            listed = await kind_list(counts).page(connection, kinds(), request.query_params)
        return PAGES.show(request, "letters.html", listed=listed, kinds=BY_NAME, counts=counts, states=STATES)

    @router.get("/letters.xlsx", dependencies=[READERS])
    async def table_of_kinds(request: Request) -> Response:
        async with running.look() as connection:
            counts = await listing.counts_by_letter(connection)
            return await export(connection, kind_list(counts), kinds(), request.query_params)

    @router.get("/letters/{name}", dependencies=[READERS])
    async def kind(request: Request, name: str) -> HTMLResponse:
        return PAGES.show(request, "letter.html", kind=kind_named(name), parts_shown=preview(name))

    @router.get("/letters/{name}/letter", dependencies=[READERS])
    async def kind_html(name: str) -> Response:
        return shown_alone(preview(name).html)

    return router
