"""The pages that set up a year's rounds: from last year's copy, seen as calendar and letters before it is saved."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.incubator.domain.round_calendar import rest_days, spans
from services.incubator.store import registers, round_years
from services.incubator.usecases.letters_ahead import letters_ahead
from services.incubator.usecases.round_plan import RoundPlan, RoundsNotPlanned, wrong_values
from services.incubator.usecases.round_setup import NAMES, PlanRounds, plan_rounds
from services.incubator.usecases.rounds import OpenRound
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES
from services.incubator.web.round_form import HELP, RoundForm, evaluated_kinds, from_last_year
from services.incubator.web.wording import kind_order
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.workdays import COUNTED_IN, Known
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, may
from shared.webkit.access import Known as Person
from shared.webkit.calendar_picture import calendar_picture, days_shown

PLANNERS = may(Role.CLERK, Role.HEAD)
NEW = "/incubator/rounds/new"


def round_setup_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("/new", dependencies=[READERS], response_class=HTMLResponse)
    async def new(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            year = await _year(connection, request.query_params, running)
            forms = await _forms(connection, year)
        return _page(request, running, year, forms)

    @router.post("/new", dependencies=[PLANNERS])
    async def set_up(request: Request, who: Person) -> Response:
        form = await request.form()
        async with running.look() as connection:
            year = await _year(connection, form, running)
            forms = await _forms(connection, year)
            known = await registers.calendar(connection)
            for each in forms:
                each.take(form)
            plans = [plan for each in forms if each.chosen and (plan := each.read()) is not None]
            await _look_ahead(connection, forms, plans, known, running)
        if form.get("do") == "save":
            return await _save(request, running, who, year, forms, plans, known)
        return _page(request, running, year, forms, known, status=422 if _wrong(forms) else 200)

    return router


async def _save(
    request: Request,
    running: Running,
    who: Who,
    year: int,
    forms: Sequence[RoundForm],
    plans: Sequence[RoundPlan],
    known: Known,
) -> Response:
    """Sets the rounds up; if one opens today, what it sends is shown first."""
    if not any(each.chosen for each in forms):
        error = DomainError("nothing-chosen", "没有勾选任何一类载体；请在要设立的批次前打勾")
        return _page(request, running, year, forms, known, error=error, status=422)
    if _wrong(forms):
        return _page(request, running, year, forms, known, status=422)
    order = PlanRounds(rounds=[OpenRound(**plan.model_dump()) for plan in plans])

    async def work(unit: Unit) -> object:
        return await plan_rounds(unit, order)

    try:
        if any(plan.opens_on <= legal_date(running.now()) for plan in plans):
            return await foreseen_or_done(
                running, request, who, title="设立并开放考评批次", does="设立并开放", work=work,
                to="/incubator/rounds", back=f"{NEW}?year={year}",
            )  # fmt: skip
        async with running.unit(who.account) as unit:
            await work(unit)
    except RoundsNotPlanned as error:
        told(forms, error)
        return _page(request, running, year, forms, known, error=error, status=error.status)
    return RedirectResponse("/incubator/rounds", 303)


async def _year(connection: AsyncConnection, asked: Mapping[str, Any] | FormData, running: Running) -> int:
    """The year that is asked for; otherwise the one after the last that was set up."""
    given = asked.get("year")
    if isinstance(given, str) and given.isascii() and given.isdecimal() and 2000 <= int(given[:5]) <= 2100:
        return int(given)
    last = await round_years.last_year(connection)
    return legal_date(running.now()).year if last is None else last + 1


async def _forms(connection: AsyncConnection, year: int) -> list[RoundForm]:
    """A form for each kind that some scheme evaluates; those evaluated the year before are chosen."""
    last = await round_years.before(connection, year)
    there = await round_years.states(connection, year)
    active = await round_years.active(connection)
    known = await registers.calendar(connection)
    return [
        RoundForm(
            year=year,
            kind=kind,
            typed=from_last_year(last.get(kind), kind, year, known),
            last=last.get(kind),
            carriers=active.get(kind, 0),
            chosen=kind in last and last[kind]["year"] == year - 1 and there.get(kind, "cancelled") == "cancelled",
            there=there.get(kind),
        )
        for kind in sorted(evaluated_kinds(), key=kind_order)
    ]


async def _look_ahead(
    connection: AsyncConnection, forms: Sequence[RoundForm], plans: Sequence[RoundPlan], known: Known, running: Running
) -> None:
    """What is wrong with each plan, at its fields; its calendar and its letters as far as they can be told."""
    today = legal_date(running.now())
    by_kind = {each.kind: each for each in forms}
    for plan in plans:
        form = by_kind[plan.kind]
        await look_ahead(connection, form, plan, known, today)


async def look_ahead(connection: AsyncConnection, form: RoundForm, plan: RoundPlan, known: Known, today: date) -> None:
    for wrong in await wrong_values(connection, plan, not_before=today):
        form.problems.setdefault(wrong.field, wrong.error.message)
    if form.problems.keys() & set(plan.calendar.days):
        return
    form.spans = spans(plan.calendar, known)
    if "scheme" in form.problems:
        return
    row = {
        **plan.model_dump(),
        "id": plan.id,
        "period": plan.period or plan.year - 1,
        "public_from": None,
        "public_until": None,
        "finalised_on": None,
    }
    form.letters = await letters_ahead(connection, row, form.spans, today)


def told(forms: Sequence[RoundForm], error: RoundsNotPlanned) -> None:
    """Puts what is wrong to the fields it is about."""
    by_kind = {each.kind: each for each in forms}
    for wrong in error.wrong:
        by_kind[wrong.kind].problems.setdefault(wrong.field, wrong.error.message)


def _wrong(forms: Sequence[RoundForm]) -> bool:
    return any(each.problems for each in forms if each.chosen)


def _page(
    request: Request,
    running: Running,
    year: int,
    forms: Sequence[RoundForm],
    known: Known | None = None,
    *,
    error: DomainError | None = None,
    status: int = 200,
) -> HTMLResponse:
    return PAGES.show(
        request, "round_new.html", status, year=year, forms=forms, error=error, names=NAMES, help=HELP,
        counted_in=COUNTED_IN, today=legal_date(running.now()), picture=picture(forms, known or {}, running),
        looked=any(each.spans for each in forms),
    )  # fmt: skip


def picture(forms: Sequence[RoundForm], known: Known, running: Running) -> str:
    """The year as it will be; nothing before a look was taken."""
    rows = [(each.title, each.spans) for each in forms if each.chosen and each.spans]
    shown = days_shown(rows)
    worked = {} if shown is None else rest_days(*shown, known)
    return calendar_picture("日程", rows, worked, legal_date(running.now()))
