"""Applications for titles on the desks of district and office: the list, and one held against its conditions."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping, Select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import bars, changes, titles
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases import barring, title_review
from services.incubator.usecases import title_applications as applying
from services.incubator.web import title_looks
from services.incubator.web.districts import LOOKERS, districts_of
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.title_forms import Step, order_of, texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.takeaway import export

LOOK = may(*LOOKERS)
REVIEW = may(Role.DISTRICT, Role.CLERK, Role.HEAD)
RECOMMEND = may(Role.DISTRICT, Role.CLERK)
DECIDE = may(Role.HEAD)
DEFECT = "defect:"
NOT_FOUND = 404
STEPS: Mapping[str, Step] = {
    "return": Step(
        "退回申请", "退回", title_review.ReturnApplication, title_review.return_application,
        "已退回，退回信随即发给申请单位。",
    ),
    "refuse": Step(
        "不予认定", "不予认定", title_review.RefuseApplication, title_review.refuse_application,
        "不予认定的决定已登记，通知信随即发出。",
    ),
    "recognise": Step(
        "认定（备案）", "认定", title_review.RecogniseApplication, title_review.recognise_application,
        "认定的决定已登记；补助由系统核算，认定信随即发出。",
    ),
    "bar": Step(
        "失信惩戒", "惩戒", barring.BarOrganisation, barring.bar_organisation, "失信惩戒已登记，通知信等人放行后发出。"
    ),
}  # fmt: skip
"""By the last part of the address."""
DONE = {name: step.done for name, step in STEPS.items()} | {"recommend": "推荐意见已登记，申请转到项目办公室。"}


def title_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/titles", include_in_schema=False)

    @router.get("", dependencies=[LOOK])
    async def applications(request: Request, who: Known) -> HTMLResponse:
        only = districts_of(who)
        async with running.look() as connection:
            listing = title_looks.application_list("titles", own=False, districts=await _districts(connection, only))
            listed = await listing.page(connection, _seen_by(who), request.query_params)
            waits = {each.what: each for each in await titles.waiting(connection, only)}
        return PAGES.show(request, "titles.html", listed=listed, waits=waits, words=title_looks.WORDS)

    @router.get(".xlsx", dependencies=[LOOK])
    async def workbook(request: Request, who: Known) -> Response:
        async with running.look() as connection:
            districts = await _districts(connection, districts_of(who))
            listing = title_looks.application_list("titles", own=False, districts=districts)
            return await export(connection, listing, _seen_by(who), request.query_params)

    @router.get("/{application_id}", dependencies=[LOOK])
    async def application(request: Request, who: Known, application_id: str) -> HTMLResponse:
        return await _page(running, request, who, application_id)

    _steps(router, running)
    return router


def _steps(router: APIRouter, running: Running) -> None:
    @router.post("/{application_id}/return", dependencies=[REVIEW])
    async def back(request: Request, who: Known, application_id: str) -> Response:
        return await _decide(running, request, who, application_id, "return")

    @router.post("/{application_id}/recommend", dependencies=[RECOMMEND])
    async def recommend(request: Request, who: Known, application_id: str) -> Response:
        typed = texts(await request.form())
        try:
            await _seen(running, who, application_id)
            order = order_of(title_review.RecommendApplication, {**typed, "application_id": application_id})
            async with running.unit(who.account) as unit:
                await title_review.recommend_application(unit, order)
        except DomainError as wrong:
            if wrong.status == NOT_FOUND:
                raise
            return await _page(running, request, who, application_id, wrong, typed | {"step": "recommend"})
        return RedirectResponse(f"{to('titles', application_id)}?done=recommend", 303)

    @router.post("/{application_id}/{step}", dependencies=[DECIDE])
    async def decide(request: Request, who: Known, application_id: str, step: str) -> Response:
        return await _decide(running, request, who, application_id, step)


async def _decide(running: Running, request: Request, who: Who, application_id: str, name: str) -> Response:
    """Shows what the step touches, or does it; what cannot be done is told on the application's page."""
    if name not in STEPS:
        raise DomainError("not-found", "没有这一步", status=NOT_FOUND)
    step, typed = STEPS[name], texts(await request.form())
    row = await _seen(running, who, application_id)
    reasons = {each.removeprefix(DEFECT): why for each, why in typed.items() if each.startswith(DEFECT) and why}
    try:
        order = order_of(step.order, {**typed, "application_id": application_id, "reasons": reasons})
        return await foreseen_or_done(
            running, request, who, title=f"{step.title}：{row['name']}", does=step.does,
            work=lambda unit: step.work(unit, order),
            to=f"{to('titles', application_id)}?done={name}", back=to("titles", application_id),
        )  # fmt: skip
    except DomainError as wrong:
        if wrong.status == NOT_FOUND:
            raise
        return await _page(running, request, who, application_id, wrong, typed | {"step": name})


def _seen_by(who: Who) -> Select[Any]:
    """What was handed in, in the districts this person sees."""
    only = districts_of(who)
    query = titles.applications()
    return query if only is None else query.where(TITLE_APPLICATION.c.district.in_(only))


async def _districts(connection: AsyncConnection, only: tuple[str, ...] | None) -> dict[str, str]:
    known = await titles.districts(connection) if only is None else list(only)
    return {each: each for each in known}


async def _seen(running: Running, who: Who, application_id: str) -> RowMapping:
    """A draft, or one of another district, is as good as none."""
    async with running.look() as connection:
        row = await changes.found(connection, TITLE_APPLICATION, application_id, "资格申请")
    only = districts_of(who)
    if not row["submitted"] or (only is not None and row["district"] not in only):
        raise DomainError("no-such-title-application", f"没有资格申请“{application_id}”", status=404)
    return row


async def _page(
    running: Running,
    request: Request,
    who: Who,
    application_id: str,
    error: DomainError | None = None,
    typed: dict[str, str] | None = None,
) -> HTMLResponse:
    row = await _seen(running, who, application_id)
    today = legal_date(running.now())
    async with running.look() as connection:
        submissions = await titles.submissions(connection, application_id)
        organisation = await changes.found(connection, ORGANISATION, row["organisation_id"], "运营单位")
        carrier = await changes.found(connection, CARRIER, row["carrier_id"], "载体") if row["carrier_id"] else None
        decisions = await titles.decisions_of(connection, application_id=application_id)
        steps = await changes.of(connection, [application_id])
        bar = await bars.holding(connection, row["organisation_id"], today)
        number = await title_review.next_number(connection, row["kind"]) if carrier is None else ""
    held = carrier["level"] if carrier is not None and carrier["state"] == "active" else None
    return PAGES.show(
        request, "title_application.html", 200 if error is None else error.status, application=row,
        organisation=organisation, carrier=carrier, held=held, submissions=submissions,
        filled=applying.filled_as_submitted(submissions[0]), decisions=decisions, steps=steps, bar=bar,
        levels=applying.levels_open(row["kind"], held, today), number=number, error=error, problems=wrong_in(error),
        typed=typed or {}, done=DONE.get(request.query_params.get("done", "")), words=title_looks.WORDS, today=today,
    )  # fmt: skip
