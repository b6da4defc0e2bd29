"""The service's pages, part by part; a further one is one line."""

from collections.abc import Callable

from fastapi import APIRouter

from shared.running.running import Running

PARTS: tuple[Callable[[Running], APIRouter], ...] = ()


def pages(running: Running) -> APIRouter:
    router = APIRouter()
    for part in PARTS:
        router.include_router(part(running))
    return router
