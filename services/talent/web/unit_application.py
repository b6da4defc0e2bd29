"""One application at the unit: as it was handed in, and its recommendation, its return, its refusal."""

from collections.abc import Collection, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import awards, known, unit_desk
from services.talent.store.applications import recommended_by
from services.talent.store.whole_application import Whole, whole
from services.talent.usecases import recommending
from services.talent.web.application_view import versions
from services.talent.web.looks import PAGES, to
from services.talent.web.personal_documents import looked_at, typed_at
from services.talent.web.sealing import seal_of
from services.talent.web.step_forms import Step, step_order, texts, wrong_in
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.refusals import refused
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known, may

OWN = may(Role.UNIT)
STEPS: Mapping[str, Step] = {
    "recommend": Step(recommending.Recommend, recommending.recommend, "已推荐，项目办公室接着形式审查。"),
    "return": Step(recommending.ReturnToApplicant, recommending.return_by_unit, "已退回，申报人会收到信。"),
    "decline": Step(recommending.DoNotRecommend, recommending.do_not_recommend, "已登记不推荐，申报人会收到信。"),
}
"""By the last part of the address."""


def unit_application_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit/applications", include_in_schema=False)

    @router.get("/{application_id}", dependencies=[OWN])
    async def one(request: Request, who: Known, application_id: str) -> HTMLResponse:
        return await _page(running, request, who, application_id)

    @router.post("/{application_id}/{step}", dependencies=[OWN])
    async def say(request: Request, who: Known, application_id: str, step: str) -> Response:
        if step not in STEPS:
            raise DomainError("not-found", "没有这一步", status=404)
        async with running.look() as connection:
            _, numbers = await _own(connection, who, application_id)
        given = texts(await request.form())
        try:
            order = step_order(STEPS[step], {"number": str(max(numbers)), **given}, application_id)
            _check_own(order, numbers)
            async with running.unit(who.account) as unit:
                await STEPS[step].work(unit, order)
        except DomainError as wrong:
            return await _page(running, request, who, application_id, wrong, given | {"step": step})
        return RedirectResponse(f"{to('unit/applications', application_id)}?done={step}", 303)

    @router.post("/{application_id}/documents/{evidence_id}", dependencies=[OWN])
    async def document(request: Request, who: Known, application_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            found, numbers = await _own(connection, who, application_id)
        if not any(each["id"] == evidence_id for number in numbers for each in found.files_of(number)):
            raise refused("no-such-evidence")
        given = texts(await request.form())
        try:
            return await looked_at(running, who, application_id, evidence_id, given)
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            return await _page(running, request, who, application_id, wrong, typed_at(given))

    return router


def _check_own(order: BaseModel, numbers: Collection[int]) -> None:
    """Of a hand-in that was given to another unit nothing is said, whatever was given to this one before."""
    if getattr(order, "number", None) not in numbers:
        told = "这一次提交不是请本单位推荐的，没有办理；申报人已经改选推荐单位的，由新的单位推荐"
        raise DomainError("another-units", told, status=409)


async def _own(connection: AsyncConnection, who: Who, application_id: str) -> tuple[Whole, list[int]]:
    """The application, and which of its hand-ins were given to this person's units; one of nobody's is none."""
    own = who.scopes(Role.UNIT)
    numbers = await unit_desk.own_hand_ins(connection, application_id, own)
    if not numbers:
        raise DomainError("no-such-application", f"没有申报“{application_id}”", status=404)
    return await whole(connection, application_id), numbers


async def _page(
    running: Running,
    request: Request,
    who: Who,
    application_id: str,
    error: DomainError | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        found, numbers = await _own(connection, who, application_id)
        row = found.row
        last = next(each for each in versions(found, seal_of(running)) if each.row["number"] in numbers)
        award = await awards.of_application(connection, application_id)
        taken = await recommended_by(connection, row["programme_id"], last.row["unit_id"], "")
        calendar = await known.calendar(connection)
    today = legal_date(running.now())
    newest = last.row["number"] == row["handed_in"]
    waits = row["state"] == "submitted" and newest
    open_ = waits and today <= row["recommend_until"]
    step = STEPS.get(request.query_params.get("done", ""))
    return PAGES.show(
        request, "unit_application.html", 200 if error is None else error.status, application=row, last=last,
        award=award if award is not None and award["unit_id"] in who.scopes(Role.UNIT) else None,
        applicant=found.applicant, members=found.members if newest else (), newest=newest,
        quota=load_programme(row["programme_id"]).unit_quota,
        said=[each for each in found.said if each["number"] in numbers], taken=taken,
        open=open_, late=waits and not open_, no_return=recommending.NO_RETURN, error=error,
        returnable=open_ and recommending.may_return(today, row["recommend_until"], calendar),
        problems=wrong_in(error), typed=typed or {}, done=step.done if step and error is None else "",
        at=to("unit/applications", application_id), address=to("unit/applications", application_id),
    )  # fmt: skip
