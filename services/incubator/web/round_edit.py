"""The pages of one round before it opens: change it, give it up; and its letters at any time."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.domain.round_calendar import Calendar, spans
from services.incubator.store import changes, registers, round_years
from services.incubator.store.tables import ROUND
from services.incubator.usecases.letters_ahead import letters_ahead
from services.incubator.usecases.round_plan import RoundsNotPlanned
from services.incubator.usecases.round_setup import NAMES, CancelRound, EditRound, cancel_round, edit_round
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.round_form import HELP, RoundForm, as_typed
from services.incubator.web.round_setup import PLANNERS, look_ahead, picture, told
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.workdays import COUNTED_IN
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known

MOST_REASON = 1_000


def round_edit_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("/{round_id}/edit", dependencies=[READERS], response_class=HTMLResponse)
    async def edit(request: Request, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            form = await _form(connection, round_id)
            plan = form.read()
            if plan is not None:
                await look_ahead(connection, form, plan, await registers.calendar(connection), _today(running))
        return await _page(request, running, form)

    @router.post("/{round_id}/edit", dependencies=[PLANNERS])
    async def save(request: Request, who: Known, round_id: str) -> Response:
        typed = await request.form()
        async with running.look() as connection:
            form = await _form(connection, round_id)
            form.take(typed)
            plan = form.read()
            if plan is not None:
                await look_ahead(connection, form, plan, await registers.calendar(connection), _today(running))
        if plan is None or form.problems or typed.get("do") != "save":
            return await _page(request, running, form, status=422 if form.problems else 200)
        return await _save(request, running, who, form, EditRound(**plan.model_dump()))

    @router.post("/{round_id}/cancel", dependencies=[PLANNERS])
    async def cancel(request: Request, who: Known, round_id: str) -> Response:
        reason = (await request.form()).get("reason")
        text = reason.strip()[:MOST_REASON] if isinstance(reason, str) else ""
        async with running.look() as connection:
            form = await _form(connection, round_id)
        if not text:
            error = DomainError("no-reason", "请写明撤销的原因")
            return await _page(request, running, form, error=error, status=422)
        try:
            async with running.unit(who.account) as unit:
                await cancel_round(unit, CancelRound(round_id=round_id, reason=text))
        except DomainError as error:
            return await _page(request, running, form, error=error, status=error.status)
        return RedirectResponse("/incubator/rounds", 303)

    @router.get("/{round_id}/letters", dependencies=[READERS], response_class=HTMLResponse)
    async def letters(request: Request, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            row = await changes.found(connection, ROUND, round_id, "考评批次")
            known = await registers.calendar(connection)
            ahead = await letters_ahead(connection, row, spans(calendar_of(row), known), _today(running))
        return PAGES.show(request, "round_letters.html", round=row, ahead=ahead)

    return router


def calendar_of(row: Mapping[Any, Any]) -> Calendar:
    return Calendar(**{name: row[name] for name in Calendar.__dataclass_fields__})


def _today(running: Running) -> date:
    return legal_date(running.now())


async def _form(connection: AsyncConnection, round_id: str) -> RoundForm:
    row = await changes.found(connection, ROUND, round_id, "考评批次")
    last = await round_years.before(connection, row["year"])
    active = await round_years.active(connection)
    kind = row["kind"]
    return RoundForm(
        year=row["year"],
        kind=kind,
        typed=as_typed(row),
        last=last.get(kind),
        carriers=active.get(kind, 0),
        chosen=True,
        there=row["state"],
    )


async def _save(request: Request, running: Running, who: Who, form: RoundForm, order: EditRound) -> Response:
    async def work(unit: Unit) -> object:
        return await edit_round(unit, order)

    there = to("rounds", order.id)
    try:
        if order.opens_on <= _today(running):
            return await foreseen_or_done(
                running, request, who, title="改动并开放考评批次", does="改动并开放", work=work, to=there
            )
        async with running.unit(who.account) as unit:
            await work(unit)
    except RoundsNotPlanned as error:
        told([form], error)
        return await _page(request, running, form, error=error, status=error.status)
    except DomainError as error:
        return await _page(request, running, form, error=error, status=error.status)
    return RedirectResponse(there, 303)


async def _page(
    request: Request, running: Running, form: RoundForm, *, error: DomainError | None = None, status: int = 200
) -> HTMLResponse:
    async with running.look() as connection:
        known = await registers.calendar(connection)
    return PAGES.show(
        request, "round_edit.html", status, form=form, error=error, names=NAMES, help=HELP, counted_in=COUNTED_IN,
        picture=picture([form], known, running), round_id=f"{form.year}-{form.kind}",
    )  # fmt: skip
