"""The page of what happens by itself: when each schedule last ran and what it did, and what it will do next."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from services.incubator.store import schedules, waiting
from services.incubator.usecases.due import SCHEDULE, Scheduled
from services.incubator.web.ahead import Ahead, ahead_of
from services.incubator.web.looks import PAGES
from shared.core.clock import legal_date
from shared.running.running import Running
from shared.webkit.access import READERS

PATIENCE = timedelta(minutes=1)
"""How much later than meant a schedule may run before its page says so."""


def schedule_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/schedules", dependencies=[READERS], response_class=HTMLResponse)
    async def listed(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            runs = await schedules.runs(connection)
            rounds = await waiting.rounds_ahead(connection)
        ahead = sorted(ahead_of(rounds))
        now = running.now()
        rows = [_row(each, runs.get(each.name), ahead, now) for each in SCHEDULE]
        return PAGES.show(request, "schedules.html", rows=rows, today=legal_date(now))

    return router


class Row(NamedTuple):
    """A schedule, its last run, when it runs next, whether it should have run by now, and what it will do."""

    scheduled: Scheduled
    run: RowMapping | None
    next_at: datetime | None
    late: bool
    ahead: list[Ahead]


def _row(scheduled: Scheduled, run: RowMapping | None, ahead: Sequence[Ahead], now: datetime) -> Row:
    own = [each for each in ahead if each.schedule == scheduled.name]
    if run is None:
        return Row(scheduled, None, None, False, own)
    next_at = run["last_at"] + timedelta(seconds=scheduled.seconds)
    return Row(scheduled, run, next_at, now - next_at > PATIENCE, own)
