"""The page of my report while it is filled: what was typed is kept first, then files, then it is handed in."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from services.incubator.domain.drafts import NOTHING, Content
from services.incubator.store import attachments
from services.incubator.usecases import draft_views
from services.incubator.usecases.drafts import (
    ReportIncomplete,
    Saved,
    SaveDraft,
    SubmitDraft,
    TextRefused,
    save_draft,
    submit_draft,
)
from services.incubator.usecases.report_workbook import SendReportWorkbook, report_workbook, send_report_workbook
from services.incubator.web import my_evidence
from services.incubator.web.looks import PAGES, to
from services.incubator.web.report_access import check_own
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.store import store_of
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.templates import second
from shared.workbook.errors import WorkbookError

OPERATOR = may(Role.OPERATOR)
TYPED, EXPLAINED = "typed:", "explained:"
"""What stands before the name of a box, and of a check that is explained, in the form."""
MOST_NAME = 100
MOST_VERSION = 2**31 - 1
MOST_BYTES = 5_000_000
MOST_OF_WORKBOOK = 8 * 1024 * 1024
"""Of the request that brings one; beyond its own limit a workbook is refused on the page it was sent from."""
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DONE = {
    "draft": "草稿已保存。",
    "workbook": "工作簿里的内容已并入草稿。",
    "files": "附件已收下，草稿已保存。",
    "removed": "附件已移除，草稿已保存。",
    "restored": "已恢复成以前的一版；刚才的内容还在历史里。",
}


def my_report_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/reports/{report_id}", include_in_schema=False)

    @router.get("", dependencies=[OPERATOR])
    async def report(request: Request, who: Known, report_id: str) -> HTMLResponse:
        return await _page(running, request, who, report_id)

    @router.post("", dependencies=[OPERATOR], max_body_size=MOST_OF_REQUEST)
    async def save(request: Request, who: Known, report_id: str) -> Response:
        return await _save(running, request, who, report_id)

    @router.get("/receipts/{version}", dependencies=[OPERATOR])
    async def receipt(request: Request, who: Known, report_id: str, version: int) -> HTMLResponse:
        async with running.look() as connection:
            await check_own(connection, who, report_id)
            found = await draft_views.receipt_of(connection, report_id, min(max(version, 0), MOST_VERSION))
            files = [row for row in await attachments.handed_in(connection, report_id) if row["version"] == version]
        return PAGES.show(request, "receipt.html", receipt=found, files=files)

    @router.get("/workbook", dependencies=[OPERATOR])
    async def workbook(who: Known, report_id: str) -> Response:
        async with running.look() as connection:
            await check_own(connection, who, report_id)
            content = await report_workbook(connection, report_id, legal_date(running.now()))
        name = {"content-disposition": f'attachment; filename="{report_id}.xlsx"'}
        return Response(content, media_type=WORKBOOK, headers=name)

    @router.post("/workbook", dependencies=[OPERATOR], max_body_size=MOST_OF_WORKBOOK)
    async def send(request: Request, who: Known, report_id: str, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        problems: list[Mapping[str, Any]] = []
        error: DomainError | None = None
        try:
            _check_length(content)
            async with running.unit(who.account) as unit:
                await check_own(unit.connection, who, report_id)
                await send_report_workbook(unit, SendReportWorkbook(report_id, content))
        except WorkbookError as wrong:
            problems, error = [each._asdict() for each in wrong.problems], wrong
        except DomainError as wrong:
            error = wrong
        if error is None:
            return _done(report_id, "workbook")
        return await _page(running, request, who, report_id, error=error, cells=problems)

    return router


def _check_length(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        told = f"文件超过 {MOST_BYTES // 1_000_000} MB，请用本页下载的模板"
        raise DomainError("file-too-large", told, status=413)


def _done(report_id: str, what: str) -> RedirectResponse:
    return RedirectResponse(f"{to('mine/reports', report_id)}?saved={what}", 303)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    report_id: str,
    *,
    error: DomainError | None = None,
    cells: list[Mapping[str, Any]] | None = None,
    saved: Saved | None = None,
    unsaved: Content | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    """`unsaved`: what was typed and refused; it stands in the form as it was typed. So does, of the `form` that was
    sent, the commitment, which no draft keeps."""
    async with running.look() as connection:
        await check_own(connection, who, report_id)
        today = legal_date(running.now())
        draft = await draft_views.draft_of(connection, report_id, today, unsaved or NOTHING)
        files = await attachments.attached(connection, report_id)
    listed = error.problems if isinstance(error, ReportIncomplete | TextRefused) else ()
    signed = _signed(form)
    return PAGES.show(
        request, "my_report.html", 200 if error is None else error.status, draft=draft, error=error, saved=saved,
        problems={each.name: each.problem for each in listed}, listed=listed, cells=cells or [],
        kept=unsaved is None, done=DONE.get(request.query_params.get("saved", "")),
        signed_by=_as_shown(signed["signed_by"]), committed=signed["committed"],
        **my_evidence.files_shown(draft.filled.form, files),
    )  # fmt: skip


async def _save(running: Running, request: Request, who: Who, report_id: str) -> Response:
    """Each step in a transaction of its own: what a later one refuses, the earlier ones have kept."""
    async with request.form() as form:
        return await _saved(running, request, who, report_id, form)


async def _saved(running: Running, request: Request, who: Who, report_id: str, form: FormData) -> Response:
    order = SaveDraft(
        report_id=report_id,
        typed=_named(form, TYPED),
        explanations=_named(form, EXPLAINED),
        based_on=_version(_text(form, "based_on")),
    )
    by_script = request.headers.get("accept", "").startswith("application/json")
    try:
        async with running.unit(who.account) as unit:
            await check_own(unit.connection, who, report_id)
            saved = await save_draft(unit, order)
    except DomainError as wrong:
        if by_script or wrong.status == 404:
            raise
        unsaved = Content(_showable(order.typed), _showable(order.explanations))
        return await _page(running, request, who, report_id, error=wrong, unsaved=unsaved, form=form)
    if by_script:
        return JSONResponse(_told(saved))
    try:
        done = await _do(running, who, report_id, saved, form)
    except DomainError as wrong:
        return await _page(running, request, who, report_id, error=wrong, form=form)
    if isinstance(done, int):
        return RedirectResponse(f"{to('mine/reports', report_id)}/receipts/{done}", 303)
    if saved.both or saved.taken:
        return await _page(running, request, who, report_id, saved=saved, form=form)
    return _done(report_id, done)


async def _do(running: Running, who: Who, report_id: str, saved: Saved, form: FormData) -> str | int:
    """What the button asks for, once everything is kept: what was done, or the version that was handed in."""
    does = _text(form, "do")
    sent = my_evidence.sent_files(form)
    if sent:
        store = store_of(running.settings, running.service.name)
        await my_evidence.attach_sent(running, who, report_id, store, sent)
    if removed := my_evidence.removal(report_id, does):
        await my_evidence.remove(running, who, removed)
        return "removed"
    if does != "submit":
        return "files" if sent else "draft"
    signed = SubmitDraft(report_id=report_id, version=saved.version, **_signed(form))
    async with running.unit(who.account) as unit:
        return (await submit_draft(unit, signed)).version


def _signed(form: FormData | None) -> dict[str, Any]:
    """The commitment: who gives it, and whether the box is ticked."""
    if form is None:
        return {"signed_by": "", "committed": False}
    return {"signed_by": _text(form, "signed_by")[:MOST_NAME], "committed": _text(form, "committed") == "yes"}


def _showable(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: _as_shown(text) for name, text in texts.items()}


def _as_shown(text: str) -> str:
    """Without halves of characters, which no page can hold."""
    return text.encode(errors="replace").decode()


def _named(form: FormData, prefix: str) -> dict[str, str]:
    found = form.multi_items()
    return {
        name.removeprefix(prefix): value for name, value in found if name.startswith(prefix) and isinstance(value, str)
    }


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def _version(typed: str) -> int:
    """The version the form was made from; what is no number is as good as none, and everything typed counts as new."""
    return min(int(typed), MOST_VERSION) if typed.isascii() and typed.isdecimal() and len(typed) < 20 else 0


def _told(saved: Saved) -> dict[str, Any]:
    """What the page's script is told after each save: nothing here is markup."""
    return {
        "version": saved.version,
        "at": None if saved.at is None else second(saved.at)[11:],
        "filled": saved.filled,
        "of": saved.of,
        "problems": dict(saved.problems),
        "typed": dict(saved.typed),
        "both": [{"name": each.name, "theirs": each.theirs, "by": each.by} for each in saved.both],
    }
