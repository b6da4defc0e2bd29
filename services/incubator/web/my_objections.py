"""An objection as its own unit sees it: the receipt, its evidence, what became of it, and taking it back."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import UploadFile

from services.incubator.store import objections_of
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.usecases.own_objections import WithdrawOwnObjection, check_open, withdraw_own_objection
from services.incubator.web.looks import PAGES, to
from services.incubator.web.my_account import text
from services.incubator.web.my_evidence import EVIDENCE_STATES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.files import Owner, add_file, file_of, files_of, open_file
from shared.evidence.store import Arrived, store_of
from shared.evidence.web import MOST_OF_REQUEST, served, taken
from shared.identity.roles import Role
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may

FIELD = "evidence"
OBJECTION = "objection"
"""The kind of owner evidence of an objection has."""


def objection_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/objections", include_in_schema=False)
    operator = may(Role.OPERATOR)

    @router.get("/{objection_id}", dependencies=[operator])
    async def receipt(request: Request, who: Known, objection_id: str) -> HTMLResponse:
        return await _page(running, request, who.scopes(Role.OPERATOR), objection_id)

    @router.post("/{objection_id}/evidence", dependencies=[operator], max_body_size=MOST_OF_REQUEST)
    async def more(request: Request, who: Known, objection_id: str) -> Response:
        own = who.scopes(Role.OPERATOR)
        try:
            async with evidence_sent(request, running, needed=True) as files, running.unit(who.account) as unit:
                await check_open(unit, objection_id, own)
                await add_evidence(unit, running, files, objection_id)
        except DomainError as wrong:
            return await _page(running, request, own, objection_id, wrong)
        return RedirectResponse(f"{to('mine/objections', objection_id)}?saved=evidence", 303)

    @router.get("/{objection_id}/evidence/{file_id}", dependencies=[operator])
    async def evidence(who: Known, objection_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            await objections_of.own(connection, objection_id, who.scopes(Role.OPERATOR))
            return await _file(running, connection, objection_id, file_id)

    @router.post("/{objection_id}/withdraw", dependencies=[operator])
    async def withdraw(request: Request, who: Known, objection_id: str) -> Response:
        own = who.scopes(Role.OPERATOR)
        form = await request.form()
        why = text(form, "why")
        order = WithdrawOwnObjection(objection_id=objection_id, why=why, committed=text(form, "committed") == "yes")
        try:
            async with running.unit(who.account) as unit:
                await withdraw_own_objection(unit, order, own)
        except DomainError as wrong:
            return await _page(running, request, own, objection_id, wrong, why)
        return RedirectResponse(f"{to('mine/objections', objection_id)}?saved=withdrawn", 303)

    return router


@asynccontextmanager
async def evidence_sent(
    request: Request, running: Running, *, needed: bool = False
) -> AsyncIterator[Sequence[Arrived]]:
    """The files of the form, looked at and held until the end; none, unless they are needed, is as good as any."""
    form = await request.form()
    if not needed and not any(isinstance(each, UploadFile) and each.filename for each in form.getlist(FIELD)):
        yield ()
        return
    async with taken(request, FIELD, store_of(running.settings, running.service.name)) as files:
        yield files


async def add_evidence(unit: Unit, running: Running, files: Sequence[Arrived], objection_id: str) -> None:
    """Puts the files to the objection; the same file sent twice is there once."""
    store = store_of(running.settings, running.service.name)
    for each in files:
        await add_file(unit, EVIDENCE, store, each, Owner(OBJECTION, objection_id))


async def _file(running: Running, connection: AsyncConnection, objection_id: str, file_id: str) -> Response:
    """A file of this objection, and of no other owner."""
    row = await file_of(connection, EVIDENCE, file_id)
    if (row["owner_kind"], row["owner_id"]) != (OBJECTION, objection_id):
        raise DomainError("no-such-evidence", f"这件异议没有附件“{file_id}”", status=404)
    return served(await open_file(connection, EVIDENCE, store_of(running.settings, running.service.name), file_id))


async def _page(
    running: Running,
    request: Request,
    own: Collection[str],
    objection_id: str,
    error: DomainError | None = None,
    why: str = "",
) -> HTMLResponse:
    async with running.look() as connection:
        objection = await objections_of.own(connection, objection_id, own)
        files = await files_of(connection, EVIDENCE, Owner(OBJECTION, objection_id))
    late = objection["state"] == "filed" and legal_date(running.now()) > objection["decide_by"]
    return PAGES.show(
        request,
        "my_objection.html",
        200 if error is None else error.status,
        objection=objection,
        files=files,
        file_states=EVIDENCE_STATES,
        late=late,
        why=why,
        error=error,
    )
