"""What programs may ask about letters."""

from typing import Any

from fastapi import APIRouter

from services.notify.domain.states import STATES
from services.notify.store import listing
from services.notify.web.shown import as_json
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS


def api(running: Running) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get("/messages", dependencies=[READERS], summary="一个事件或一段经过的信件")
    async def messages(cause: str | None = None, correlation: str | None = None) -> list[dict[str, Any]]:
        """cause：引起信件的事件编号；correlation：关联号。至少给出一个。"""
        if not cause and not correlation:
            raise DomainError("nothing-asked", "请给出 cause（事件编号）或 correlation（关联号）")
        async with running.look() as connection:
            return [as_json(row) for row in await listing.chain(connection, cause, correlation)]

    @router.get("/summary", dependencies=[READERS], summary="各状态的信件数")
    async def summary() -> dict[str, int]:
        """没有信件的状态为 0。"""
        async with running.look() as connection:
            found = await listing.counts(connection)
        return {state: found.get(state, 0) for state in STATES}

    return router
