"""The page of what happens by itself: when each schedule last ran and what it did, and what it will do next."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping

from services.incubator.store import schedules, waiting
from services.incubator.usecases.due import REMIND_DAYS, SCHEDULE
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import kind_name
from shared.core.dates import add_days
from shared.running.running import Running


def schedule_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/schedules", response_class=HTMLResponse)
    async def listed(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            runs = await schedules.runs(connection)
            rounds = await waiting.rounds_ahead(connection)
        ahead = sorted(_ahead(rounds))
        rows = [
            {
                "scheduled": each,
                "run": runs.get(each.name),
                "next_at": runs[each.name]["last_at"] + timedelta(seconds=each.seconds) if each.name in runs else None,
                "ahead": [found for found in ahead if found.schedule == each.name],
            }
            for each in SCHEDULE
        ]
        return PAGES.show(request, "schedules.html", rows=rows)

    return router


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
