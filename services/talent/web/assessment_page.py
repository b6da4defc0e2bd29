"""An assessment at the office: contract against reality, returned or concluded; what that does to the money is seen
before."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store.assessments import FILLABLE
from services.talent.store.whole_award import whole_assessment, whole_award
from services.talent.web.assessment_view import choices, hand_in_numbers
from services.talent.web.award_page import CLERKS
from services.talent.web.award_steps import CONCLUDE, RETURN_ASSESSMENT, order_from, wrong_at
from services.talent.web.awards import HEADS
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, to
from services.talent.web.step_forms import texts
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.called import call_also

DONE = {"return": RETURN_ASSESSMENT.done, "conclude": CONCLUDE.done}


def assessment_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/assessments/{assessment_id}", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def one(request: Request, assessment_id: str) -> HTMLResponse:
        return await _page(running, request, assessment_id)

    @router.post("/return", dependencies=[CLERKS])
    async def give_back(request: Request, who: Known, assessment_id: str) -> Response:
        given = texts(await request.form())
        try:
            order = order_from(RETURN_ASSESSMENT.order, given, assessment_id=assessment_id)
            async with running.unit(who.account) as unit:
                await RETURN_ASSESSMENT.work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, assessment_id, wrong, given | {"step": "return"})
        return RedirectResponse(f"{to('assessments', assessment_id)}?done=return", 303)

    @router.post("/conclude", dependencies=[HEADS])
    async def conclude(request: Request, who: Known, assessment_id: str) -> Response:
        given = texts(await request.form())
        address = to("assessments", assessment_id)
        try:
            order = order_from(CONCLUDE.order, given, assessment_id=assessment_id)

            async def cautions(connection: AsyncConnection) -> Sequence[str]:
                found = await whole_assessment(connection, assessment_id)
                options = choices(await whole_award(connection, found.row["award_id"]), found)
                return [f"资助：{each.money}" for each in options if each.conclusion == given.get("conclusion")]

            return await foreseen_or_done(
                running, request, who, title="考核结论", does=CONCLUDE.does, to=f"{address}?done=conclude",
                back=address, work=lambda unit: CONCLUDE.work(unit, order), cautions=cautions,
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, assessment_id, wrong, given | {"step": "conclude"})

    return router


async def _page(
    running: Running,
    request: Request,
    assessment_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        found = await whole_assessment(connection, assessment_id)
        whole = await whole_award(connection, found.row["award_id"])
    call_also({whole.applicant["account"]: whole.applicant["name"]})
    row, options = found.row, choices(whole, found)
    late = row["state"] in FILLABLE and row["due_on"] < today
    if late:  # what was not handed in can only be failed
        options = [each for each in options if each.conclusion == "failed"]
    return PAGES.show(
        request, "assessment.html", 200 if error is None else error.status, at=to("assessments", assessment_id),
        award=whole.row, whole=whole, found=found, row=row, programme=load_programme(whole.row["programme_id"]),
        seen=row["state"] == "seen", late=late, options=options, error=error, typed=typed or {},
        problems=wrong_at(error), numbers=hand_in_numbers(whole, found), states=lifecycles.ASSESSMENT.states,
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
