"""An assessment of my award: filled in beside the contract, saved as typed, handed in, its receipt, its conclusion."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.domain.assessment_form import Report, read_report
from services.talent.domain.contract_terms import KINDS, Line, read_terms
from services.talent.store.assessments import FILLABLE
from services.talent.store.whole_award import WholeAssessment, WholeAward, whole_assessment
from services.talent.usecases import assessments
from services.talent.web.applicant import APPLICANT_ONLY, text, version
from services.talent.web.contract_form import typed_of
from services.talent.web.looks import PAGES, to
from services.talent.web.my_application import MOST_NAME
from services.talent.web.my_assessment_files import keep_files
from services.talent.web.my_award import own_award
from services.talent.web.my_contract import Sent
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.core.money import in_yuan, wan_text
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.who import Who
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.templates import second

DONE = {
    "saved": "已保存。",
    "files": "附件已收下，所填的已保存。",
    "removed": "附件已移除，所填的已保存。",
    "submitted": "已提交；单位先说意见，再由项目办公室作结论，每一步都会来信。",
}


class AssessmentForm(NamedTuple):
    typed: Mapping[str, str]
    problems: Mapping[str, str]
    reasons: Mapping[str, str]
    theirs: Mapping[str, str] | None
    report: Report
    summary: str

    @property
    def planned(self) -> Mapping[str, Line]:
        """What the contract plans, by kind of spending."""
        return {each.kind: each.planned for each in self.report.spending}


def my_assessment_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/awards/{award_id}/assessments/{key}", include_in_schema=False)

    @router.get("", dependencies=[APPLICANT_ONLY])
    async def assessment(request: Request, who: Known, award_id: str, key: str) -> HTMLResponse:
        return await _page(running, request, who, award_id, key)

    @router.post("", dependencies=[APPLICANT_ONLY], max_body_size=MOST_OF_REQUEST)
    async def save(request: Request, who: Known, award_id: str, key: str) -> Response:
        async with request.form() as form:
            return await _saved(running, request, who, award_id, key, form)

    @router.get("/receipts/{number}", dependencies=[APPLICANT_ONLY])
    async def receipt(request: Request, who: Known, award_id: str, key: str, number: int) -> HTMLResponse:
        async with running.look() as connection:
            whole, found = await _own(connection, who, award_id, key)
        given = next((each for each in found.hand_ins if each["number"] == number), None)
        if given is None:
            raise DomainError("no-such-receipt", "没有这张回执；请从“我的申报”进入", status=404)
        return PAGES.show(
            request, "my_assessment_receipt.html", award=whole.row, row=found.row, hand_in=given, unit=whole.unit,
            programme=load_programme(whole.row["programme_id"]), files=found.files_of(number),
        )  # fmt: skip

    return router


async def _saved(running: Running, request: Request, who: Who, award_id: str, key: str, form: FormData) -> Response:
    """Each step in a transaction of its own: what the files or the handing in refuse, the saving has kept."""
    sent = _sent(form)
    by_script = request.headers.get("accept", "").startswith("application/json")
    try:
        async with running.unit(who.account) as unit:
            id_ = _of_key(await own_award(unit.connection, who, award_id), key)["id"]
            order = assessments.SaveAssessment(assessment_id=id_, typed=dict(sent.typed), based_on=sent.based_on)
            saved = await assessments.save_assessment(unit, order)
    except DomainError as wrong:
        if by_script or wrong.status == 404:
            raise
        return await _page(running, request, who, award_id, key, error=wrong, sent=sent, kept=False)
    if by_script:
        return JSONResponse(_told(saved, sent, second(running.now())[11:]))
    try:
        done = await keep_files(running, who, id_, form) or "saved"
        if text(form, "do") == "submit":
            submit = assessments.SubmitAssessment(
                assessment_id=id_, version=saved.version, signed_by=sent.signed_by, committed=sent.committed
            )
            async with running.unit(who.account) as unit:
                await assessments.submit_assessment(unit, submit)
            done = "submitted"
    except DomainError as wrong:
        return await _page(running, request, who, award_id, key, error=wrong, sent=sent)
    return RedirectResponse(f"{to('mine/awards', award_id)}/assessments/{key}?done={done}", 303)


def _of_key(whole: WholeAward, key: str) -> RowMapping:
    found = next((each for each in whole.assessments if each["key"] == key), None)
    if found is None:
        raise DomainError("no-such-assessment", f"没有考核“{key}”；请从项目的页面进入", status=404)
    return found


async def _own(connection: AsyncConnection, who: Who, award_id: str, key: str) -> tuple[WholeAward, WholeAssessment]:
    whole = await own_award(connection, who, award_id)
    return whole, await whole_assessment(connection, _of_key(whole, key)["id"])


def _sent(form: FormData) -> Sent:
    return Sent(
        typed_of(form),
        version(text(form, "based_on").strip()),
        text(form, "signed_by").strip()[:MOST_NAME],
        text(form, "committed") == "yes",
    )


def _told(saved: assessments.SavedAssessment, sent: Sent, at: str) -> dict[str, Any]:
    """What the page's script is told: what cannot be read, not what is still empty."""
    filled = {name for name, said in sent.typed.items() if said.strip()}
    wrong = {name: said if name in filled else "" for name, said in saved.report.problems.items()}
    return {
        "version": saved.version, "at": at, "problems": wrong, "typed": {}, "both": [],
        "summary": _summary(saved.report),
    }  # fmt: skip


def _summary(report: Report) -> str:
    """What has been spent, and whether the self-raised money matches."""
    grant, own = wan_text(in_yuan(report.grant)), wan_text(in_yuan(report.own))
    if not report.grant and not report.own:
        return "填写支出以后，这里对照资助经费的预算和自筹经费是否到位"
    short = f"，还差 {wan_text(in_yuan(report.own_short))}" if report.own_short else "，已匹配"
    needed = wan_text(in_yuan(report.own_needed))
    beyond = "".join(f"；{KINDS[each.kind]}的资助经费支出超过预算" for each in report.beyond)
    return f"资助经费已支出 {grant}{beyond}；自筹经费已支出 {own}，至今应支出 {needed}{short}"


async def _page(
    running: Running,
    request: Request,
    who: Who,
    award_id: str,
    key: str,
    *,
    error: DomainError | None = None,
    sent: Sent | None = None,
    kept: bool = True,
) -> HTMLResponse:
    async with running.look() as connection:
        whole, found = await _own(connection, who, award_id, key)
    row, in_force = found.row, whole.in_force
    if in_force is None:
        raise DomainError("no-such-assessment", "任务书生效以后才有考核", status=404)
    typed = row["typed"] if sent is None or kept else sent.typed
    report = read_report(read_terms(in_force["typed"]), row["kind"], typed)
    listed = error.problems if isinstance(error, assessments.AssessmentIncomplete) else {}
    wrong = {name: said for name, said in report.problems.items() if typed.get(name)} | listed
    theirs = row["typed"] if isinstance(error, assessments.AssessmentChanged) else None
    form = AssessmentForm(typed, wrong, row["reasons"], theirs, report, _summary(report))
    return PAGES.show(
        request, "my_assessment.html", 200 if error is None else error.status,
        at=f"{to('mine/awards', award_id)}/assessments/{key}", award=whole.row, found=found, row=row, f=form,
        error=error, listed=listed, kept=kept, sent=sent or Sent({}, 0), open=row["state"] in FILLABLE,
        programme=load_programme(whole.row["programme_id"]), today=legal_date(running.now()), in_force=in_force,
        done=DONE.get(request.query_params.get("done", ""), "") if error is None else "",
    )  # fmt: skip
