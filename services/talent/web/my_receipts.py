"""What comes of an application once it is handed in: its receipt on paper, its files back, taking it back."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.store import attachments, changes, mine
from services.talent.store.evidence_tables import EVIDENCE
from services.talent.store.tables import CALL, UNIT
from services.talent.usecases.applications import WithdrawApplication, withdraw_application
from services.talent.web import form_view, my_files
from services.talent.web.applicant import APPLICANT_ONLY, MOST_VERSION, NOT_SURE, check_sure, own, text
from services.talent.web.looks import PAGES, to
from services.talent.web.my_application import application_page
from shared.core.errors import DomainError
from shared.evidence.files import file_of, open_file
from shared.evidence.refusals import refused
from shared.evidence.web import served
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known

MOST_REASON = 1000


def my_receipt_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/applications/{application_id}", include_in_schema=False)

    @router.get("/receipts/{number}", dependencies=[APPLICANT_ONLY])
    async def receipt(request: Request, who: Known, application_id: str, number: int) -> HTMLResponse:
        async with running.look() as connection:
            row = await own(connection, who, application_id)
            given = await mine.hand_in(connection, application_id, min(max(number, 0), MOST_VERSION))
            if given is None:
                raise DomainError("no-such-receipt", "没有这张回执；请从“我的申报”进入", status=404)
            unit = await changes.found(connection, UNIT, given["unit_id"], "推荐单位")
            call = await changes.found(connection, CALL, row["programme_id"], "申报批次")
            files = await attachments.handed_in(connection, application_id, given["number"])
        programme = load_programme(row["programme_id"])
        return PAGES.show(
            request, "my_application_receipt.html", row=row, hand_in=given, unit=unit, call=call, programme=programme,
            documents=form_view.documents(programme, files),
        )  # fmt: skip

    @router.get("/files/{evidence_id}", dependencies=[APPLICANT_ONLY])
    async def file(who: Known, application_id: str, evidence_id: str) -> Response:
        async with running.look() as connection:
            await own(connection, who, application_id)
            found = await file_of(connection, EVIDENCE, evidence_id)
            if (found["owner_kind"], found["owner_id"]) != attachments.owner_of(application_id):
                raise refused("no-such-evidence")
            return served(await open_file(connection, EVIDENCE, my_files.store(running), evidence_id))

    @router.post("/withdraw", dependencies=[APPLICANT_ONLY])
    async def withdraw(
        request: Request, who: Known, application_id: str, sure: Annotated[str, Form(max_length=10)] = ""
    ) -> Response:
        """Nothing is asked but that he is sure; sent twice it has been done once."""
        reason = " ".join(text(await request.form(), "reason").split())[:MOST_REASON] or "申报人撤回"
        try:
            async with running.unit(who.account) as unit:
                row = await own(unit.connection, who, application_id)
                if row["state"] != "withdrawn":
                    check_sure(sure, "请勾选“我确定撤回这份申报”，再按“撤回申报”")
                    await withdraw_application(unit, WithdrawApplication(application_id=application_id, reason=reason))
        except DomainError as wrong:
            if wrong.status == 404:
                raise
            problems = {"sure": wrong.message} if wrong.code == NOT_SURE else {}
            return await application_page(running, request, who, application_id, error=wrong, problems=problems)
        return RedirectResponse(f"{to('mine/applications', application_id)}?done=withdrawn", 303)

    return router
