"""The versions of a report, for its operator, who may go back to one, and for the office and the district."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.usecases.draft_views import why_not_taken
from services.incubator.usecases.drafts import RestoreVersion, restore_version
from services.incubator.usecases.report_history import history_of
from services.incubator.web import my_evidence
from services.incubator.web.looks import PAGES, to
from services.incubator.web.my_report import MOST_VERSION
from services.incubator.web.report_access import check_desk, check_own
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import READERS, Role
from shared.running.running import Running
from shared.webkit.access import Known, may


def version_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/mine/reports/{report_id}/versions", dependencies=[may(Role.OPERATOR)])
    async def mine(request: Request, who: Known, report_id: str) -> HTMLResponse:
        async with running.look() as connection:
            await check_own(connection, who, report_id)
            return await _page(request, running, connection, report_id, own=True)

    @router.post("/mine/reports/{report_id}/versions/{version}", dependencies=[may(Role.OPERATOR)])
    async def restore(request: Request, who: Known, report_id: str, version: int) -> Response:
        try:
            async with running.unit(who.account) as unit:
                await check_own(unit.connection, who, report_id)
                await restore_version(unit, RestoreVersion(report_id=report_id, version=_asked(version)))
        except DomainError as wrong:
            async with running.look() as connection:
                await check_own(connection, who, report_id)
                return await _page(request, running, connection, report_id, own=True, error=wrong)
        return RedirectResponse(f"{to('mine/reports', report_id)}?saved=restored", 303)

    @router.get("/reports/{report_id}/versions", dependencies=[may(*READERS, Role.DISTRICT)])
    async def desk(request: Request, who: Known, report_id: str) -> HTMLResponse:
        async with running.look() as connection:
            await check_desk(connection, who, report_id)
            return await _page(request, running, connection, report_id, own=False)

    return router


def _asked(version: int) -> int:
    """A number no version has is answered as one that is not there."""
    return min(max(version, 0), MOST_VERSION)


async def _page(
    request: Request,
    running: Running,
    connection: AsyncConnection,
    report_id: str,
    *,
    own: bool,
    error: DomainError | None = None,
) -> HTMLResponse:
    history = await history_of(connection, report_id)
    files = {each.version: my_evidence.by_place(each.files) for each in history.hand_ins}
    return PAGES.show(
        request, "report_versions.html", 200 if error is None else error.status,
        history=history, own=own, error=error, files=files,
        drafts=history.drafts if own else history.drafts_handed_in,
        restores=own and not why_not_taken(history.report, history.round, legal_date(running.now())),
    )  # fmt: skip
