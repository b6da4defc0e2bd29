"""An objection as whoever filed it sees it: the receipt, its evidence, what became of it, and taking it back."""

from collections.abc import Collection

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.files import files_of
from shared.evidence.web import MOST_OF_REQUEST
from shared.objections import store
from shared.objections.files import add_evidence, evidence_sent, owner, served_file
from shared.objections.life import FILED
from shared.objections.own import MOST_WHY, TakingBack, check_open, take_back
from shared.objections.showing import STATES, Showing
from shared.reading.sent_text import text_of
from shared.running.running import Running
from shared.webkit.access import Known, may

SAVED = {
    "filed": "异议已收到。请记下受理编号；处理结果会来信，也会出现在这里。",
    "evidence": "证据已补充。",
    "withdrawn": "异议已撤回，结果按公示的执行。",
}
"""What was done on the way to the page, by the word in its address."""


def receipt_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/mine/objections", include_in_schema=False)
    role, area = may(showing.role), showing.area

    @router.get("/{objection_id}", dependencies=[role])
    async def receipt(request: Request, who: Known, objection_id: str) -> HTMLResponse:
        return await _page(running, showing, request, showing.objectors(who), objection_id)

    @router.post("/{objection_id}/evidence", dependencies=[role], max_body_size=MOST_OF_REQUEST)
    async def more(request: Request, who: Known, objection_id: str) -> Response:
        own = showing.objectors(who)
        try:
            async with evidence_sent(request, running, needed=True) as files, running.unit(who.account) as unit:
                await check_open(unit, area, objection_id, own)
                await add_evidence(unit, running, showing.evidence, files, objection_id)
        except DomainError as wrong:
            return await _page(running, showing, request, own, objection_id, wrong)
        return RedirectResponse(f"{showing.receipt(objection_id)}?saved=evidence", 303)

    @router.get("/{objection_id}/evidence/{file_id}", dependencies=[role])
    async def evidence(who: Known, objection_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            await store.own(connection, area.tables, objection_id, showing.objectors(who))
            return await served_file(running, connection, showing.evidence, objection_id, file_id)

    @router.post("/{objection_id}/withdraw", dependencies=[role])
    async def withdraw(request: Request, who: Known, objection_id: str) -> Response:
        own = showing.objectors(who)
        form = await request.form()
        why = text_of(form.get("why"))
        order = TakingBack(objection_id, why, committed=form.get("committed") == "yes")
        try:
            async with running.unit(who.account) as unit:
                await take_back(unit, area, order, own)
        except DomainError as wrong:
            return await _page(running, showing, request, own, objection_id, wrong, why)
        return RedirectResponse(f"{showing.receipt(objection_id)}?saved=withdrawn", 303)

    return router


async def _page(
    running: Running,
    showing: Showing,
    request: Request,
    own: Collection[str],
    objection_id: str,
    error: DomainError | None = None,
    why: str = "",
) -> HTMLResponse:
    async with running.look() as connection:
        objection = await store.own(connection, showing.area.tables, objection_id, own)
        about = await showing.about(connection, objection["subject_id"])
        files = await files_of(connection, showing.evidence, owner(objection_id))
    return showing.pages.show(
        request,
        "objection_receipt.html",
        200 if error is None else error.status,
        objection=objection,
        about=about,
        showing=showing,
        address=showing.receipt(objection_id),
        files=files,
        state=STATES[objection["state"]],
        open=objection["state"] == FILED,
        late=objection["state"] == FILED and legal_date(running.now()) > objection["decide_by"],
        saved="" if error else SAVED.get(request.query_params.get("saved", ""), ""),
        why=why,
        most_why=MOST_WHY,
        error=error,
    )
