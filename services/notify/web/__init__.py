"""Pages and JSON under /notify: letters to look at, to release and to send again."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from services.notify.operations import OPERATIONS
from services.notify.web.api import api
from services.notify.web.letter import letter_page
from services.notify.web.mine import my_pages
from services.notify.web.outbox import outbox_pages
from services.notify.web.pages import pages
from services.notify.web.preview import preview_pages
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.operations import operations_api


def routes(running: Running) -> APIRouter:
    """Everything under /notify; whoever includes it gives the prefix."""
    router = APIRouter()
    router.include_router(api(running))
    router.include_router(operations_api(running, OPERATIONS))
    router.include_router(pages(running))
    router.include_router(letter_page(running))
    router.include_router(outbox_pages(running))
    router.include_router(my_pages(running))
    router.include_router(preview_pages(running))

    @router.get("", dependencies=[READERS], include_in_schema=False)
    async def home() -> RedirectResponse:
        return RedirectResponse("/notify/messages")

    return router
