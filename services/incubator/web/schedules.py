"""The page of what happens by itself: when each schedule last ran and what it did, and what it will do next."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from services.incubator.store import schedules, waiting
from services.incubator.usecases.due import REMIND_DAYS, SCHEDULE, Scheduled
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import kind_name
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.running.running import Running

PATIENCE = timedelta(minutes=1)
"""How much later than meant a schedule may run before its page says so."""


def schedule_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/schedules", response_class=HTMLResponse)
    async def listed(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            runs = await schedules.runs(connection)
            rounds = await waiting.rounds_ahead(connection)
        ahead = sorted(_ahead(rounds))
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
    ahead: list["Ahead"]


def _row(scheduled: Scheduled, run: RowMapping | None, ahead: Sequence["Ahead"], now: datetime) -> Row:
    own = [each for each in ahead if each.schedule == scheduled.name]
    if run is None:
        return Row(scheduled, None, None, False, own)
    next_at = run["last_at"] + timedelta(seconds=scheduled.seconds)
    return Row(scheduled, run, next_at, now - next_at > PATIENCE, own)


class Ahead(NamedTuple):
    """What a schedule will do, and on which day, as far as is known today."""

    on: date
    schedule: str
    round_id: str
    says: str


def _ahead(rounds: Sequence[RowMapping]) -> Iterator[Ahead]:
    for row in rounds:
        name = f"{row['year']} 年度{kind_name(row['kind'])}考评"
        if row["state"] == "planned":
            yield Ahead(row["opens_on"], "open-rounds", row["id"], f"{name}开放填报")
        if row["state"] in ("planned", "open") and row["reminded_at"] is None:
            on = max(add_days(row["closes_on"], -REMIND_DAYS), row["opens_on"])
            yield Ahead(on, "remind", row["id"], f"{name}提醒没有填报的载体")
        if row["state"] in ("planned", "open"):
            yield Ahead(add_days(row["closes_on"], 1), "close-rounds", row["id"], f"{name}截止")
        if row["state"] == "publicised":
            on = add_days(row["public_until"], 1)
            yield Ahead(on, "end-publicity", row["id"], f"{name}没有异议的等次确定")
