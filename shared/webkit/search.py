"""One search over everything the services of this site have: each finds in its own rows, the page puts it together."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.running.finding import Found
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.asked import Asked
from shared.webkit.templates import Pages

PAGES = Pages()


def search_page(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/search", dependencies=[READERS])
    async def search(request: Request) -> HTMLResponse:
        text = Asked(request.query_params).text("text")
        found: list[Found] = []
        for running in runnings:
            if text and running.service.search is not None:
                found += [each for each in await running.service.search(running, text) if each.hits]
        return PAGES.show(request, "search.html", text=text, found=found)

    return router
