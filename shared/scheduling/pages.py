"""When each schedule of a service last ran, what it did and will do next; run now at a person's wish.

Below them stands what every service of this site does all the time: publishing, hearing, sending, sealing.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.running.running import Running
from shared.scheduling.schedule import Schedule, Scheduled
from shared.webkit.access import READERS, Known, may
from shared.webkit.templates import Pages

PAGES = Pages()
PATIENCE = timedelta(minutes=1)
"""How much later than meant a schedule may run before its page says so."""
MAY_RUN = (Role.CLERK, Role.HEAD, Role.ADMINISTRATOR)
MOST_NAMED = 20
"""How many of the things a run has done its answer names; the page of each of them has the rest."""
ALWAYS: Mapping[str, str] = {
    "tick": "看定时任务有没有到期的事",
    "relay": "发布已经写下的事件",
    "redrive": "重新处理有人要求再试的搁置事件",
    "seal_trail": "封存审计记录",
    "send_queued": "把待发送的信件交给邮件服务器",
    "check_evidence": "给上传的附件查毒",
    "relay watch": "看事件是否发布得出去",
}


class Ahead(NamedTuple):
    """What a schedule will do, and on which day, as far as is known today; `href` leads to what it will do it with."""

    on: date
    schedule: str
    href: str
    says: str


class Always(NamedTuple):
    """What a service of this site does all the time, and whether it is at it in this process."""

    service: str
    name: str
    says: str
    at_it: bool


def schedule_pages(
    running: Running, schedule: Schedule, ahead: Callable[[AsyncConnection], Awaitable[Sequence[Ahead]]]
) -> APIRouter:
    """`ahead`: what the service's schedule will do, as far as its rows say, in no order."""
    router = APIRouter(include_in_schema=False)
    here = f"/{running.service.name}/schedules"

    @router.get("/schedules", dependencies=[READERS], response_class=HTMLResponse)
    async def listed(request: Request, who: Known) -> HTMLResponse:
        async with running.look() as connection:
            runs = await schedule.runs(connection)
            coming = sorted(await ahead(connection))
        now = running.now()
        rows = [_row(each, runs.get(each.name), coming, now) for each in schedule.all]
        asked = request.query_params
        ran = next((each for each in rows if each.scheduled.name == asked.get("ran")), None)
        return PAGES.show(
            request, "schedules.html", rows=rows, today=legal_date(now), may_run=who.may_be(*MAY_RUN), ran=ran,
            done=asked.getlist("done")[:MOST_NAMED], always=list(_always(request.app.state.runnings)), at_=here,
            service=running.service.title,
        )  # fmt: skip

    @router.post("/schedules/{name}", dependencies=[may(*MAY_RUN)])
    async def run_now(who: Known, name: str) -> Response:
        """Once, as its tick would; recorded under the account of whoever asked."""
        ran = await schedule.run(running, schedule.named(name), who.account)
        told = [("ran", name), *(("done", id_) for id_ in ran.done[:MOST_NAMED])]
        return RedirectResponse(f"{here}?{urlencode(told)}", 303)

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


def _always(runnings: Sequence[Running]) -> Iterator[Always]:
    for running in runnings:
        hearers = {consumer.durable for consumer in running.service.consumers}
        for name, task in running.working.items():
            says = "接收并处理别处来的事件" if name in hearers else ALWAYS.get(name, "")
            yield Always(running.service.title, name, says, not task.done())
