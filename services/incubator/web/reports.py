"""The pages of reports for those who look at them: the list, and one with everything a reviewer goes by."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.incubator.store import cautions
from services.incubator.usecases.accepting import AcceptReports, accept_reports
from services.incubator.usecases.district_review import review_in_district
from services.incubator.usecases.report_looks import looked_at
from services.incubator.usecases.reports import AcceptReport, accept_report, return_report
from services.incubator.web import report_list
from services.incubator.web.districts import LOOKERS, districts_of, reviews_in
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.report_access import check_desk, check_first_review
from services.incubator.web.report_forms import (
    FieldWrong,
    Typed,
    first_review,
    return_order,
    typed_in,
    version_in,
)
from shared.core.clock import legal_date
from shared.core.dates import add_days
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.takeaway import export

LOOK = may(*LOOKERS)
OFFICE = (Role.CLERK, Role.HEAD)
CORRECTION_DAYS = 7
"""The deadline that is proposed for a correction, in days from today; whoever returns a report may write another."""
DONE = {
    "district": "初审意见已登记。",
    "returned": "已退回，退回信随即发给运营单位。",
    "accepted": "已受理，受理信随即发给运营单位。",
}


def report_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _lists(router, running)
    _steps(router, running)

    @router.get("/reports/{report_id}", dependencies=[LOOK])
    async def report(request: Request, who: Known, report_id: str) -> HTMLResponse:
        return await _page(running, request, who, report_id)

    return router


def _lists(router: APIRouter, running: Running) -> None:

    @router.get("/reports", dependencies=[LOOK])
    async def reports(request: Request, who: Known) -> HTMLResponse:
        return await _list(running, request, who)

    @router.get("/reports.xlsx", dependencies=[LOOK])
    async def workbook(request: Request, who: Known) -> Response:
        only = districts_of(who)
        async with running.look() as connection:
            known = await report_list.rounds(connection)
            districts = await report_list.districts_of(connection, only)
            listing = report_list.report_list(known, districts, legal_date(running.now()))
            query = report_list.reports_of(only, request.query_params)
            return await export(connection, listing, query, request.query_params)

    @router.post("/reports", dependencies=[may(*OFFICE)])
    async def accept_chosen(request: Request, who: Known) -> Response:
        form = await request.form()
        order = AcceptReports(report_ids=[each for each in form.getlist("report_id") if isinstance(each, str)])
        try:
            return await foreseen_or_done(
                running, request, who, title=f"受理 {len(order.report_ids)} 份填报", does="受理",
                work=lambda unit: accept_reports(unit, order),
                to=_narrowed(request, state="accepted"), back=_narrowed(request),
                cautions=lambda connection: cautions.not_reviewed(connection, order.report_ids),
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, who, wrong, frozenset(order.report_ids))


def _narrowed(request: Request, **changed: str) -> str:
    """The list as it was narrowed, from its first page, but for what is `changed`."""
    query = {**request.query_params, **changed}
    query.pop("page", None)
    return f"/incubator/reports?{urlencode(query)}" if query else "/incubator/reports"


def _steps(router: APIRouter, running: Running) -> None:
    @router.post("/reports/{report_id}/district", dependencies=[may(Role.DISTRICT)])
    async def district(request: Request, who: Known, report_id: str) -> Response:
        async def review(unit: Unit, typed: Typed) -> None:
            await check_first_review(unit.connection, who, report_id)
            await review_in_district(unit, first_review(report_id, typed))

        return await _do(running, request, who, report_id, "district", review)

    @router.post("/reports/{report_id}/return", dependencies=[may(*OFFICE, Role.DISTRICT)])
    async def back(request: Request, who: Known, report_id: str) -> Response:
        async def give_back(unit: Unit, typed: Typed) -> None:
            await check_desk(unit.connection, who, report_id)
            await return_report(unit, return_order(report_id, typed))

        return await _do(running, request, who, report_id, "returned", give_back)

    @router.post("/reports/{report_id}/accept", dependencies=[may(*OFFICE)])
    async def accept(request: Request, who: Known, report_id: str) -> Response:
        async def take(unit: Unit, typed: Typed) -> None:
            await accept_report(unit, AcceptReport(report_id=report_id, version=version_in(typed)))

        return await _do(running, request, who, report_id, "accepted", take)


async def _do(
    running: Running,
    request: Request,
    who: Who,
    report_id: str,
    done: str,
    work: Callable[[Unit, Typed], Awaitable[Any]],
) -> Response:
    """Does one step with what was typed; what is wrong with it is shown on the same page, and nothing typed is lost."""
    typed = typed_in(await request.form())
    try:
        async with running.unit(who.account) as unit:
            await work(unit, typed)
    except DomainError as wrong:
        return await _page(running, request, who, report_id, wrong, typed)
    return RedirectResponse(f"{to('reports', report_id)}?done={done}", 303)


async def _list(
    running: Running,
    request: Request,
    who: Who,
    error: DomainError | None = None,
    chosen: frozenset[str] = frozenset(),
) -> HTMLResponse:
    only = districts_of(who)
    async with running.look() as connection:
        known = await report_list.rounds(connection)
        districts = await report_list.districts_of(connection, only)
        listing = report_list.report_list(known, districts, legal_date(running.now()))
        query = report_list.reports_of(only, request.query_params)
        listed = await listing.page(connection, query, request.query_params)
    return PAGES.show(
        request, "reports.html", 200 if error is None else error.status,
        listed=listed, error=error, chosen=chosen, accepts=who.may_be(*OFFICE), only=only,
        rounds=[row for row in known if row["state"] in report_list.OPEN],
    )  # fmt: skip


async def _page(
    running: Running,
    request: Request,
    who: Who,
    report_id: str,
    error: DomainError | None = None,
    typed: Typed | None = None,
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        await check_desk(connection, who, report_id)
        seen = await looked_at(connection, report_id)
    waits = seen.report["state"] == "submitted" and seen.round["state"] in report_list.OPEN
    reviews = seen.carrier["district"] in reviews_in(who)
    return PAGES.show(
        request, "report.html", 200 if error is None else error.status,
        seen=seen, error=error, typed=typed or Typed({}), wrong_at=error.field if isinstance(error, FieldWrong) else "",
        done=DONE.get(request.query_params.get("done", "")), waits=waits, reviews=reviews and waits,
        returns=waits and seen.corrections_left > 0 and (reviews or who.may_be(*OFFICE)), today=today,
        accepts=waits and who.may_be(*OFFICE), propose=add_days(today, CORRECTION_DAYS),
        late=report_list.days_late({**seen.report, "closes_on": seen.round["closes_on"]}, today),
        district_words=report_list.DISTRICT,
    )  # fmt: skip
