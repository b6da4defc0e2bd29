"""The demo's clock moved by hand: to the next working day, or to the next moment at which something is due."""

from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from services.demo.play import AT
from services.incubator.store import registers
from services.incubator.usecases.due import SCHEDULE
from services.incubator.web.ahead import ahead
from services.talent.usecases.due import SCHEDULE as TALENT_SCHEDULE
from services.talent.web.ahead import ahead as talent_ahead
from shared.core.clock import SHANGHAI, DemoClock, legal_date
from shared.core.errors import DomainError
from shared.core.workdays import next_working_day
from shared.running.running import Running
from shared.scheduling.pages import Ahead
from shared.webkit.access import OFFICE

MOST_NAMED = 5
"""As many of what fell due are named; of more, how many there are."""


def clock_page(clock: DemoClock, runnings: Sequence[Running]) -> APIRouter:
    """Two buttons on every page; what is due by the new time is done before the page comes back."""
    router = APIRouter(include_in_schema=False)
    named = {running.service.name: running for running in runnings}
    incubator, talent = named["incubator"], named["talent"]

    @router.post("/clock/next-working-day", dependencies=[OFFICE])
    async def working_day(request: Request) -> RedirectResponse:
        async with incubator.look() as connection:
            known = await registers.calendar(connection)
        return await moved(request, next_working_day(legal_date(clock.now()), known))

    @router.post("/clock/next-due", dependencies=[OFFICE])
    async def due(request: Request) -> RedirectResponse:
        days = [each.on for each in await coming() if each.on > legal_date(clock.now())]
        if not days:
            raise DomainError("nothing-due", "眼下没有到期会自己办的事；请用“下一个工作日”", status=409)
        return await moved(request, min(days))

    async def coming() -> list[Ahead]:
        async with incubator.look() as connection:
            found = await ahead(connection)
        async with talent.look() as connection:
            return found + await talent_ahead(connection)

    async def moved(request: Request, on: date) -> RedirectResponse:
        before = legal_date(clock.now())
        fell_due = sorted(each for each in await coming() if before < each.on <= on)
        request.app.state.site.moved = told_of(before, on, [each.says for each in fell_due])
        clock.move_to(datetime.combine(on, AT, SHANGHAI))
        await SCHEDULE.run_due(incubator)
        await TALENT_SCHEDULE.run_due(talent)
        return RedirectResponse(page_of(request.headers.get("referer", "/")), status_code=303)

    return router


def told_of(before: date, on: date, fell_due: Sequence[str]) -> str:
    """What moving the clock brought, as the foot of every page says it until it is moved again."""
    if not fell_due:
        return f"从 {before} 拨到 {on}，没有到期的事"
    more = f"等 {len(fell_due)} 件" if len(fell_due) > MOST_NAMED else ""
    return f"从 {before} 拨到 {on}，到期的：{'；'.join(fell_due[:MOST_NAMED])}{more}"


def page_of(referer: str) -> str:
    """The page of this site a request came from; the first page if that cannot be read."""
    try:
        back = urlsplit(referer)
    except ValueError:  # http://[ is no address
        return "/"
    return f"/{back._replace(scheme='', netloc='').geturl().lstrip('/')}"
