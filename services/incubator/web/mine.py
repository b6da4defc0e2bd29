"""The operator's pages: my carriers at a glance, my report being filled, its workbook down and up again."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from services.incubator.domain.filled_form import FieldProblem
from services.incubator.store import own
from services.incubator.usecases import draft_views
from services.incubator.usecases.drafts import ReportIncomplete, Saved, SaveDraft, SubmitDraft, save_draft, submit_draft
from services.incubator.usecases.report_workbook import SendReportWorkbook, report_workbook, send_report_workbook
from services.incubator.web.looks import PAGES, second, to
from services.incubator.workbook.read import WorkbookError
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may

OPERATOR = may(Role.OPERATOR)
TYPED, EXPLAINED = "typed:", "explained:"
"""What stands before the name of a box, and of a check that is explained, in the form."""
MOST_BYTES = 5_000_000
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def my_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine", include_in_schema=False)

    @router.get("", dependencies=[OPERATOR])
    async def mine(request: Request, who: Known) -> HTMLResponse:
        organisations = who.scopes(Role.OPERATOR)
        async with running.look() as connection:
            return PAGES.show(
                request, "mine.html",
                carriers=await own.carriers(connection, organisations),
                reports=await own.reports(connection, organisations),
                subsidies=await own.subsidies(connection, organisations),
                letters=await own.letters(connection, organisations),
            )  # fmt: skip

    @router.get("/reports/{report_id}", dependencies=[OPERATOR])
    async def report(request: Request, who: Known, report_id: str) -> HTMLResponse:
        return await _page(running, request, who, report_id)

    @router.post("/reports/{report_id}", dependencies=[OPERATOR])
    async def save(request: Request, who: Known, report_id: str) -> Response:
        return await _save(running, request, who, report_id)

    @router.get("/reports/{report_id}/workbook", dependencies=[OPERATOR])
    async def workbook(who: Known, report_id: str) -> Response:
        async with running.look() as connection:
            await _own(connection, who, report_id)
            content = await report_workbook(connection, report_id, legal_date(running.now()))
        name = {"content-disposition": f'attachment; filename="{report_id}.xlsx"'}
        return Response(content, media_type=WORKBOOK, headers=name)

    @router.post("/reports/{report_id}/workbook", dependencies=[OPERATOR])
    async def send(request: Request, who: Known, report_id: str, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        problems: list[Mapping[str, Any]] = []
        error: DomainError | None = None
        try:
            _check_length(content)
            async with running.unit(who.account) as unit:
                await _own(unit.connection, who, report_id)
                await send_report_workbook(unit, SendReportWorkbook(report_id, content))
        except WorkbookError as wrong:
            problems, error = [each._asdict() for each in wrong.problems], wrong
        except DomainError as wrong:
            error = wrong
        if error is None:
            return RedirectResponse(f"{to('mine/reports', report_id)}?saved=workbook", 303)
        return await _page(running, request, who, report_id, error=error, cells=problems)

    return router


def _check_length(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        told = f"文件超过 {MOST_BYTES // 1_000_000} MB，请用本页下载的模板"
        raise DomainError("file-too-large", told, status=413)


async def _own(connection: Any, who: Who, report_id: str) -> None:  # noqa: ANN401 - the database's own
    """Somebody else's report is as good as none."""
    if await draft_views.organisation_of(connection, report_id) not in who.scopes(Role.OPERATOR):
        raise DomainError("no-such-report", f"没有填报“{report_id}”", status=404)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    report_id: str,
    *,
    error: DomainError | None = None,
    problems: tuple[FieldProblem, ...] = (),
    cells: list[Mapping[str, Any]] | None = None,
    saved: Saved | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        await _own(connection, who, report_id)
        draft = await draft_views.draft_of(connection, report_id, legal_date(running.now()))
    return PAGES.show(
        request, "my_report.html", 200 if error is None else error.status, draft=draft, error=error, saved=saved,
        problems={each.name: each.problem for each in problems}, listed=problems, cells=cells or [],
    )  # fmt: skip


async def _save(running: Running, request: Request, who: Who, report_id: str) -> Response:
    """Whatever was typed is kept first; then, if that was asked, it is handed in."""
    form = await request.form()
    order = SaveDraft(
        report_id=report_id,
        typed=_named(form, TYPED),
        explanations=_named(form, EXPLAINED),
        based_on=int(_text(form, "based_on") or 0),
    )
    async with running.unit(who.account) as unit:
        await _own(unit.connection, who, report_id)
        saved = await save_draft(unit, order)
    if request.headers.get("accept", "").startswith("application/json"):
        return JSONResponse(_told(saved))
    if _text(form, "do") != "submit":
        if saved.both or saved.taken:
            return await _page(running, request, who, report_id, saved=saved)
        return RedirectResponse(f"{to('mine/reports', report_id)}?saved=draft", 303)
    signed = SubmitDraft(
        report_id=report_id,
        version=saved.version,
        signed_by=_text(form, "signed_by")[:100],
        committed=_text(form, "committed") == "yes",
    )
    try:
        async with running.unit(who.account) as unit:
            receipt = await submit_draft(unit, signed)
    except ReportIncomplete as wrong:
        return await _page(running, request, who, report_id, error=wrong, problems=wrong.problems)
    except DomainError as wrong:
        return await _page(running, request, who, report_id, error=wrong)
    return PAGES.show(request, "receipt.html", receipt=receipt)


def _named(form: FormData, prefix: str) -> dict[str, str]:
    found = form.multi_items()
    return {
        name.removeprefix(prefix): value for name, value in found if name.startswith(prefix) and isinstance(value, str)
    }


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


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
