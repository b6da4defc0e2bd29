"""Pages and JSON under /notify. They read: nothing here releases, resends or changes a letter."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from services.notify.web.api import api
from services.notify.web.pages import pages
from shared.running.running import Running


def routes(running: Running) -> APIRouter:
    """Everything under /notify; whoever includes it gives the prefix."""
    router = APIRouter()
    router.include_router(api(running))
    router.include_router(pages(running))

    @router.get("", include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/notify/messages")

    return router
