"""The page of the working calendar: holidays and make-up days of years the calendar package does not know."""

import re
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select

from services.incubator.store.tables import CALENDAR_DAY
from services.incubator.usecases.registers import ImportCalendar, import_calendar
from services.incubator.web.looks import PAGES
from services.incubator.web.round_setup import PLANNERS
from shared.core.dates import parse_date
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS, Known

LONGEST = 20_000
MOST_DAYS = 400


def calendar_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calendar", include_in_schema=False)

    async def page(
        request: Request, typed: dict[str, str], problems: dict[str, str], status: int = 200
    ) -> HTMLResponse:
        async with running.look() as connection:
            rows = (await connection.execute(select(CALENDAR_DAY).order_by(CALENDAR_DAY.c.day))).mappings().all()
        return PAGES.show(request, "calendar.html", status, days=rows, typed=typed, problems=problems)

    @router.get("", dependencies=[READERS], response_class=HTMLResponse)
    async def shown(request: Request) -> HTMLResponse:
        return await page(request, {}, {})

    @router.post("", dependencies=[PLANNERS])
    async def taken(request: Request, who: Known) -> Response:
        form = await request.form()
        typed = {name: str(form.get(name) or "")[:LONGEST] for name in ("off", "worked")}
        problems: dict[str, str] = {}
        days = {name: _days(text, name, problems) for name, text in typed.items()}
        if not problems:
            try:
                async with running.unit(who.account) as unit:
                    await import_calendar(unit, ImportCalendar(**days))
            except DomainError as error:
                problems["off"] = error.message
        if problems:
            return await page(request, typed, problems, 422)
        return RedirectResponse("/incubator/calendar", 303)

    return router


def _days(text: str, name: str, problems: dict[str, str]) -> list[date]:
    """The days somebody wrote, one a line or apart by commas and spaces."""
    words = [word for word in re.split(r"[\s,，、;；]+", text) if word]
    found = [(word, parse_date(word)) for word in words]
    wrong = [word[:20] for word, day in found if day is None]
    if wrong:
        problems[name] = f"看不懂 {'、'.join(wrong[:5])}，请写成 2026-10-01 这样的日期"
    elif len(found) > MOST_DAYS:
        problems[name] = f"一次至多 {MOST_DAYS} 天，请分几次导入"
    return [day for _, day in found if day is not None]
