"""The page of events that could not be handled: oldest first, and what is decided of several of them at once."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from shared.core.errors import DomainError
from shared.messaging import parking
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.repair import (
    MOST_REASON,
    REPAIRERS,
    Key,
    keys_of,
    repair_pages,
    settle,
    settled_address,
    shown,
)
from shared.webkit.templates import Pages

PAGES = Pages()
PER_PAGE = 50


def routes(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by_name = {running.service.name: running for running in runnings}

    @router.get("/parked", dependencies=[READERS])
    async def parked(
        request: Request, who: Known, state: str = parking.PARKED, page: Annotated[int, Query(ge=1, le=1000)] = 1
    ) -> HTMLResponse:
        if state not in parking.STATES:
            raise DomainError("no-such-state", f"没有 {state} 这种状态；可用 {'、'.join(parking.STATES)}")
        return await _list(request, runnings, state, page, may_repair=who.may_be(*REPAIRERS))

    @router.post("/parked", dependencies=[may(*REPAIRERS)])
    async def decide(request: Request, who: Known) -> Response:
        form = await request.form()
        does, reason = str(form.get("does", "")), str(form.get("reason", ""))[:MOST_REASON]
        keys: list[Key] = []
        try:
            keys = keys_of(form.getlist("chosen"))
            await settle(by_name, keys, does, who.account, reason)
        except DomainError as error:
            return await _list(
                request, runnings, parking.PARKED, 1, may_repair=True, error=error, reason=reason, chosen=keys
            )
        return RedirectResponse(settled_address(keys), 303)

    router.include_router(repair_pages(runnings))
    return router


async def _list(
    request: Request,
    runnings: Sequence[Running],
    state: str,
    page: int,
    *,
    may_repair: bool,
    error: DomainError | None = None,
    reason: str = "",
    chosen: Sequence[Key] = (),
) -> HTMLResponse:
    counts = dict.fromkeys(parking.STATES, 0)
    rows: list[tuple[Running, RowMapping]] = []
    for running in runnings:
        async with running.look() as connection:
            spine = running.service.spine
            for name, count in (await parking.counted(connection, spine)).items():
                counts[name] += count
            rows += [(running, row) for row in await parking.listed(connection, spine, state, page * PER_PAGE)]
    rows.sort(key=lambda each: (each[1]["parked_at"], each[1]["id"]))
    kept = [shown(running, row) for running, row in rows[(page - 1) * PER_PAGE : page * PER_PAGE]]
    return PAGES.show(
        request,
        "parked.html",
        200 if error is None else error.status,
        parked=kept,
        state=state,
        states=parking.STATES,
        counts=counts,
        number=page,
        pages=max(1, -(-counts[state] // PER_PAGE)),
        choosing=may_repair and state == parking.PARKED,
        error=error,
        reason=reason,
        chosen={str(key) for key in chosen},
    )
