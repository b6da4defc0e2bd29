"""One application for a title as its operator fills it in, hands it in, takes it back."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.incubator.domain.title_form import FilledApplication, fill, reported
from services.incubator.store import bars, changes, titles
from services.incubator.store.title_tables import TITLE_APPLICATION
from services.incubator.usecases import title_applications as applying
from services.incubator.web import title_looks
from services.incubator.web.looks import PAGES, to
from services.incubator.web.title_forms import text
from shared.checklist.finding import STATE_NAMES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.templates import second

OPERATOR = may(Role.OPERATOR)
TYPED = "typed:"
"""What stands before the name of a figure in the form."""
DONE = {
    "saved": "已保存；下面的条件对照已经更新。",
    "submitted": "已提交，回执如下。",
    "withdrawn": "申请已撤回，内容仍保留在这里。",
}


def my_title_page(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/titles", include_in_schema=False)

    @router.get("/{application_id}", dependencies=[OPERATOR])
    async def application(request: Request, who: Known, application_id: str) -> HTMLResponse:
        return await _page(running, request, who, application_id)

    @router.post("/{application_id}", dependencies=[OPERATOR])
    async def save(request: Request, who: Known, application_id: str) -> Response:
        return await _save(running, request, who, application_id)

    @router.post("/{application_id}/withdraw", dependencies=[OPERATOR])
    async def withdraw(request: Request, who: Known, application_id: str) -> Response:
        try:
            async with running.unit(who.account) as unit:
                await _own(unit.connection, who, application_id)
                await applying.withdraw_application(unit, applying.WithdrawApplication(application_id=application_id))
        except DomainError as wrong:
            return await _page(running, request, who, application_id, error=wrong)
        return RedirectResponse(f"{to('mine/titles', application_id)}?done=withdrawn", 303)

    return router


async def _own(connection: AsyncConnection, who: Who, application_id: str) -> RowMapping:
    """Somebody else's application is as good as none."""
    row = await changes.found(connection, TITLE_APPLICATION, application_id, "资格申请")
    if row["organisation_id"] not in who.scopes(Role.OPERATOR):
        raise DomainError("no-such-title-application", f"没有资格申请“{application_id}”", status=404)
    return row


async def _page(
    running: Running,
    request: Request,
    who: Who,
    application_id: str,
    *,
    error: DomainError | None = None,
    typed: applying.SaveApplication | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    """The application as it stands; or, beside what is wrong, as it was just typed. Of the `form` that was sent the
    commitment, too, which no draft keeps."""
    today = legal_date(running.now())
    async with running.look() as connection:
        await _own(connection, who, application_id)
        row, filled = await applying.filled_now(connection, application_id, today)
        submissions = await titles.submissions(connection, application_id)
        decisions = await titles.decisions_of(connection, application_id=application_id)
        last = await titles.last_figures(connection, row["carrier_id"]) if row["carrier_id"] else None
        bar = await bars.holding(connection, row["organisation_id"], today)
        steps = await changes.of(connection, [application_id])
    shown: dict[str, Any] = dict(row)
    theirs = filled.typed
    if row["state"] not in applying.EDITABLE and submissions:
        filled = applying.filled_as_submitted(submissions[0])
    if typed is not None:
        filled = fill(filled.conditions, typed.typed, today, typed.track or row["track"])
        shown |= {"statement": typed.statement, "track": filled.track}
        shown |= {name: value for name in ("name", "district") if (value := getattr(typed, name))}
    problems = {each.name: each.problem for each in getattr(error, "problems", ())} if error else {}
    return PAGES.show(
        request, "my_title.html", 200 if error is None else error.status, application=shown, filled=filled,
        error=error, problems=problems, submissions=submissions, decisions=decisions, bar=bar,
        reported=_reported(last, filled),
        theirs=theirs if isinstance(error, applying.ApplicationChanged) else {}, steps=steps,
        open=row["state"] in applying.EDITABLE, done=DONE.get(request.query_params.get("done", "")),
        words=title_looks.WORDS, today=today, signed_by=text(form, "signed_by")[:100] if form else "",
        committed=form is not None and text(form, "committed") == "yes",
    )  # fmt: skip


def _reported(last: RowMapping | None, filled: FilledApplication) -> dict[str, Any] | None:
    """Last year's figures of the same names, beside the form."""
    found = [] if last is None else reported(load_scheme(last["scheme"]), last["figures"], filled.asked)
    return {"year": last["year"], "figures": found} if last is not None and found else None


async def _save(running: Running, request: Request, who: Who, application_id: str) -> Response:
    """Whatever was typed is kept first; then, if that was asked, it is handed in."""
    form = await request.form()
    order = _saved(form, application_id)
    wants_json = request.headers.get("accept", "").startswith("application/json")
    try:
        async with running.unit(who.account) as unit:
            await _own(unit.connection, who, application_id)
            saved = await applying.save_application(unit, order)
    except DomainError as wrong:
        if wants_json or wrong.status == 404:
            raise
        return await _page(running, request, who, application_id, error=wrong, typed=order, form=form)
    if wants_json:
        return JSONResponse(_told(saved, second(running.now())[11:]))
    if text(form, "do") != "submit":
        return RedirectResponse(f"{to('mine/titles', application_id)}?done=saved", 303)
    signed = applying.SubmitApplication(
        application_id=application_id,
        version=saved.version,
        signed_by=text(form, "signed_by")[:100],
        committed=text(form, "committed") == "yes",
    )
    try:
        async with running.unit(who.account) as unit:
            await applying.submit_application(unit, signed)
    except DomainError as wrong:
        return await _page(running, request, who, application_id, error=wrong, form=form)
    return RedirectResponse(f"{to('mine/titles', application_id)}?done=submitted", 303)


def _saved(form: FormData, application_id: str) -> applying.SaveApplication:
    given = text(form, "based_on")
    return applying.SaveApplication(
        application_id=application_id,
        typed={name.removeprefix(TYPED): text(form, name) for name in form if name.startswith(TYPED)},
        statement=text(form, "statement"),
        track=text(form, "track")[:50] or None,
        name=text(form, "name")[:200] or None,
        district=text(form, "district")[:100] or None,
        based_on=int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0,
    )


def _told(saved: applying.SavedApplication, at: str) -> dict[str, Any]:
    """What the page's script is told after each save: nothing here is markup."""
    return {
        "version": saved.version,
        "at": at,
        "filled": saved.filled,
        "of": saved.of,
        "problems": saved.problems,
        "typed": {},
        "both": [],
        "summary": saved.summary,
        "checked": [
            {
                "id": each["id"],
                "sentence": each["sentence"],
                "state_name": STATE_NAMES[each["state"]],
                "tone": title_looks.CHECKED[each["state"]],
            }
            for each in saved.checked
        ],
    }
