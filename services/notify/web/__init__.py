"""Pages and JSON under /notify. They read: nothing here releases, resends or changes a letter."""

from fastapi import APIRouter

from services.notify.web.api import api
from services.notify.web.pages import pages
from shared.running.running import Running


def routes(running: Running) -> APIRouter:
    """Everything under /notify; whoever includes it gives the prefix."""
    router = pages(running)
    router.include_router(api(running))
    return router
