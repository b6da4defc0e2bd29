"""An assessment at the unit: as it was handed in, and the unit's word, or its return."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.whole_award import WholeAssessment, WholeAward, whole_assessment
from services.talent.web.assessment_view import hand_in_numbers
from services.talent.web.award_steps import UNIT_ASSESSMENT, order_from, wrong_at
from services.talent.web.looks import PAGES, to
from services.talent.web.step_forms import texts
from services.talent.web.unit_awards import OWN, unit_award
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known


def unit_assessment_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit/assessments/{assessment_id}", include_in_schema=False)

    @router.get("", dependencies=[OWN])
    async def one(request: Request, who: Known, assessment_id: str) -> HTMLResponse:
        return await _page(running, request, who, assessment_id)

    @router.post("/say", dependencies=[OWN])
    async def say(request: Request, who: Known, assessment_id: str) -> Response:
        return await _done(running, request, who, assessment_id, "say")

    @router.post("/return", dependencies=[OWN])
    async def give_back(request: Request, who: Known, assessment_id: str) -> Response:
        return await _done(running, request, who, assessment_id, "return")

    return router


async def _own(connection: AsyncConnection, who: Who, assessment_id: str) -> tuple[WholeAward, WholeAssessment]:
    found = await whole_assessment(connection, assessment_id)
    return await unit_award(connection, who, found.row["award_id"]), found


async def _done(running: Running, request: Request, who: Who, assessment_id: str, name: str) -> Response:
    given = texts(await request.form())
    async with running.look() as connection:
        await _own(connection, who, assessment_id)
    step = UNIT_ASSESSMENT[name]
    try:
        order = order_from(step.order, given, assessment_id=assessment_id)
        async with running.unit(who.account) as unit:
            await step.work(unit, order)
    except DomainError as wrong:
        return await _page(running, request, who, assessment_id, wrong, given | {"step": name})
    return RedirectResponse(f"{to('unit/assessments', assessment_id)}?done={name}", 303)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    assessment_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        whole, found = await _own(connection, who, assessment_id)
    step = UNIT_ASSESSMENT.get(request.query_params.get("done", ""))
    return PAGES.show(
        request, "unit_assessment.html", 200 if error is None else error.status,
        at=to("unit/assessments", assessment_id), award=whole.row, whole=whole, found=found, row=found.row,
        programme=load_programme(whole.row["programme_id"]), open=found.row["state"] == "submitted", error=error,
        typed=typed or {}, problems=wrong_at(error), numbers=hand_in_numbers(whole, found),
        done=step.done if step is not None and error is None else "",
    )  # fmt: skip
