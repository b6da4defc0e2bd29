"""The page of events that could not be handled: oldest first, and what is decided of several of them at once."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.core.errors import DomainError
from shared.messaging import parking
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.parked_list import found
from shared.webkit.repair import (
    MOST_REASON,
    REPAIRERS,
    Key,
    keys_of,
    repair_pages,
    settle,
    settled_address,
)
from shared.webkit.takeaway import attached, workbook
from shared.webkit.templates import Pages

PAGES = Pages()


def routes(runnings: Sequence[Running]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    by_name = {running.service.name: running for running in runnings}

    @router.get("/parked", dependencies=[READERS])
    async def parked(request: Request, who: Known) -> HTMLResponse:
        return await _list(request, runnings, may_repair=who.may_be(*REPAIRERS))

    @router.get("/parked.xlsx", dependencies=[READERS])
    async def table(request: Request) -> Response:
        listing, rows, *_ = await found(runnings, request.query_params)
        values = [listing.values(row) for row in rows]
        content = await asyncio.to_thread(workbook, listing.name, listing.columns, values)
        return attached(f"{listing.name}.xlsx", content)

    @router.post("/parked", dependencies=[may(*REPAIRERS)])
    async def decide(request: Request, who: Known) -> Response:
        form = await request.form()
        does, reason = str(form.get("does", "")), str(form.get("reason", ""))[:MOST_REASON]
        keys: list[Key] = []
        try:
            keys = keys_of(form.getlist("chosen"))
            await settle(by_name, keys, does, who.account, reason)
        except DomainError as error:
            return await _list(request, runnings, may_repair=True, error=error, reason=reason, chosen=keys)
        return RedirectResponse(settled_address(keys), 303)

    router.include_router(repair_pages(runnings))
    return router


async def _list(
    request: Request,
    runnings: Sequence[Running],
    *,
    may_repair: bool,
    error: DomainError | None = None,
    reason: str = "",
    chosen: Sequence[Key] = (),
) -> HTMLResponse:
    listed = (await found(runnings, request.query_params)).page()
    return PAGES.show(
        request,
        "parked.html",
        200 if error is None else error.status,
        listed=listed,
        states=parking.STATES,
        choosing=may_repair and listed.asked.text("state") == parking.PARKED,
        error=error,
        reason=reason,
        chosen={str(key) for key in chosen},
    )
