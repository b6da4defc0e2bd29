"""The public pages: anybody, no session, the same for everybody, so that a cache between may keep them for a minute."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.publicity.source import PublicRound, PublicSource, Question
from shared.running.running import Running
from shared.webkit.access import ANYBODY, who_of
from shared.webkit.takeaway import export
from shared.webkit.templates import Pages

PAGES = Pages()
FOR_ALL = "public, max-age=60"
"""For whoever is not logged in: nothing on the page is his alone."""


class Published(NamedTuple):
    """A source with the service that keeps its rows."""

    running: Running
    source: PublicSource


def public_pages(runnings: Sequence[Running]) -> APIRouter:
    """The public pages of these services together; none if no service has anything public."""
    router = APIRouter(prefix="/public", include_in_schema=False)
    published = [Published(each, each.service.public) for each in runnings if each.service.public is not None]
    if not published:
        return router

    @router.get("", dependencies=[ANYBODY], response_class=HTMLResponse)
    async def lists(request: Request) -> Response:
        today = _today(published)
        found: list[PublicRound] = []
        for each in published:
            async with each.running.look() as connection:
                found += await each.source.rounds(connection, today)
        paid = any(each.source.paid is not None for each in published)
        return _cached(request, PAGES.show(request, "public.html", rounds=_in_order(found), today=today, paid=paid))

    @router.get("/rounds/{round_id}.xlsx", dependencies=[ANYBODY])
    async def taken(request: Request, round_id: str) -> Response:
        async with _found(published, round_id) as (connection, _, source):
            return _cached(request, await export(connection, *source.units(round_id), request.query_params))

    @router.get("/rounds/{round_id}", dependencies=[ANYBODY], response_class=HTMLResponse)
    async def one(request: Request, round_id: str) -> Response:
        async with _found(published, round_id) as (connection, round_, source):
            listing, query = source.units(round_id)
            listed = await listing.page(connection, query, request.query_params)
        return _cached(
            request, PAGES.show(request, "public_round.html", round=round_, listed=listed, today=_today(published))
        )

    @router.get("/rounds/{round_id}/print", dependencies=[ANYBODY], response_class=HTMLResponse)
    async def printed(request: Request, round_id: str) -> Response:
        async with _found(published, round_id) as (connection, round_, source):
            listing, query = source.units(round_id)
            rows = await listing.every(connection, query, request.query_params)
        columns = [column.title for column in listing.columns]
        page = PAGES.show(request, "public_print.html", round=round_, columns=columns, rows=rows)
        return _cached(request, page)

    @router.get("/subsidies", dependencies=[ANYBODY], response_class=HTMLResponse)
    async def paid(request: Request) -> Response:
        async with _paid(published) as (connection, (listing, query)):
            listed = await listing.page(connection, query, request.query_params)
        return _cached(request, PAGES.show(request, "public_paid.html", listed=listed))

    @router.get("/subsidies.xlsx", dependencies=[ANYBODY])
    async def paid_taken(request: Request) -> Response:
        async with _paid(published) as (connection, (listing, query)):
            return _cached(request, await export(connection, listing, query, request.query_params))

    return router


def _today(published: Sequence[Published]) -> date:
    return legal_date(published[0].running.now())


def _in_order(rounds: Sequence[PublicRound]) -> list[PublicRound]:
    """Those that are public at present first, then the newest year."""
    return sorted(rounds, key=lambda each: (each.finalised_on is not None, -each.year))


@asynccontextmanager
async def _found(
    published: Sequence[Published], round_id: str
) -> AsyncIterator[tuple[AsyncConnection, PublicRound, PublicSource]]:
    """The list of this id; one that is not public yet is as good as none."""
    today = _today(published)
    for running, source in published:
        async with running.look() as connection:
            for each in await source.rounds(connection, today):
                if each.id == round_id:
                    yield connection, each, source
                    return
    raise DomainError("no-such-list", f"没有公示“{round_id}”，或者还没有到公示首日", status=404)


@asynccontextmanager
async def _paid(published: Sequence[Published]) -> AsyncIterator[tuple[AsyncConnection, Question]]:
    for running, source in published:
        if source.paid is not None:
            async with running.look() as connection:
                yield connection, await source.paid(connection)
                return
    raise DomainError("no-such-list", "没有公开的拨付清单", status=404)


def _cached(request: Request, answer: Response) -> Response:
    """Whoever is logged in sees his own navigation: that is kept for nobody else."""
    answer.headers["cache-control"] = "no-store" if who_of(request) else FOR_ALL
    answer.headers["vary"] = "cookie"
    return answer
