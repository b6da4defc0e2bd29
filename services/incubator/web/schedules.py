"""What happens by itself: when each schedule last ran, what it did and will do next; run now at a person's wish.

Below them stands what every service of this site does all the time: publishing, hearing, sending, sealing.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from services.incubator.store import schedules, waiting
from services.incubator.usecases.due import SCHEDULE, Scheduled
from services.incubator.usecases.schedule_runs import run, schedule_named
from services.incubator.web.ahead import Ahead, ahead_of
from services.incubator.web.looks import PAGES
from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may

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


class Always(NamedTuple):
    """What a service of this site does all the time, and whether it is at it in this process."""

    service: str
    name: str
    says: str
    at_it: bool


def schedule_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/schedules", dependencies=[READERS], response_class=HTMLResponse)
    async def listed(request: Request, who: Known) -> HTMLResponse:
        async with running.look() as connection:
            runs = await schedules.runs(connection)
            rounds = await waiting.rounds_ahead(connection)
        ahead = sorted(ahead_of(rounds))
        now = running.now()
        rows = [_row(each, runs.get(each.name), ahead, now) for each in SCHEDULE]
        asked = request.query_params
        ran = next((each for each in rows if each.scheduled.name == asked.get("ran")), None)
        return PAGES.show(
            request, "schedules.html", rows=rows, today=legal_date(now), may_run=who.may_be(*MAY_RUN), ran=ran,
            done=asked.getlist("done")[:MOST_NAMED], always=list(_always(request.app.state.runnings)),
        )  # fmt: skip

    @router.post("/schedules/{name}", dependencies=[may(*MAY_RUN)])
    async def run_now(who: Known, name: str) -> Response:
        """Once, as its tick would; recorded under the account of whoever asked."""
        ran = await run(running, schedule_named(name), who.account)
        told = [("ran", name), *(("done", id_) for id_ in ran.done[:MOST_NAMED])]
        return RedirectResponse(f"/incubator/schedules?{urlencode(told)}", 303)

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
