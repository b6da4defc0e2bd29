"""One application in its call's ranking: each criterion with each expert's mark, what was seen on site, the panel's
word; with the forms for the two latter."""

from decimal import Decimal
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.talent.store import reviewed, selections
from services.talent.usecases.ranking import DecideAsPanel, RecordVisit, decide_as_panel, points, record_visit
from services.talent.web.looks import PAGES
from services.talent.web.ranking import CLERKS, HEAD, address_of
from services.talent.web.ranking_effects import total_effect
from services.talent.web.ranking_view import HOW_COMPUTED, PLACE_TONES, one
from services.talent.web.step_forms import texts, wrong_in
from services.talent.web.weighing import weighed_or_done
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.programme.selection import PLACE_NAMES
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.forms import FormWrong, order_of

LABELS = {"total": "得分", "reason": "理由", "on": "考察日期", "visitors": "考察人", "findings": "考察情况"}
DONE = {"panel": "评审组的决定已记录，排名已重新计算。", "visit": "现场考察已登记。"}
OUT, TOTAL = "out", "total"
WAYS = {TOTAL: "改为这个得分", OUT: "不参加排名"}


def ranked_application_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calls/{programme_id}/ranking/{application_id}", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def page(request: Request, programme_id: str, application_id: str) -> HTMLResponse:
        return await _page(running, request, programme_id, application_id)

    @router.post("/panel", dependencies=[HEAD])
    async def panel(request: Request, who: Known, programme_id: str, application_id: str) -> Response:
        """The panel's word, with the ranks it moves shown first."""
        form = await request.form()
        address = f"{address_of(programme_id)}/{application_id}"
        try:
            async with running.look() as connection:
                row = await _own(connection, programme_id, application_id)
            order = _panel(form, application_id)

            async def work(unit: Unit) -> None:
                await decide_as_panel(unit, order)

            async with running.look() as connection:
                total = None if order.total is None else Decimal(order.total)
                effect = await total_effect(connection, application_id, total, legal_date(running.now()))
            return await weighed_or_done(
                running, request, who, title=f"评审组的决定：{row['applicant']}", does="记录评审组的决定", work=work,
                effect=effect, to=f"{address}?done=panel", back=address,
            )  # fmt: skip
        except DomainError as wrong:
            return await _again(running, request, programme_id, application_id, wrong, form)

    @router.post("/visit", dependencies=[CLERKS])
    async def visit(request: Request, who: Known, programme_id: str, application_id: str) -> Response:
        form = await request.form()
        try:
            given = {name: text for name, text in texts(form).items() if name in ("on", "visitors", "findings")}
            order = order_of(RecordVisit, given | {"application_id": application_id}, LABELS)
            async with running.unit(who.account) as unit:
                await _own(unit.connection, programme_id, application_id)
                await record_visit(unit, order)
        except DomainError as wrong:
            return await _again(running, request, programme_id, application_id, wrong, form)
        return RedirectResponse(f"{address_of(programme_id)}/{application_id}?done=visit", 303)

    return router


def _panel(form: FormData, application_id: str) -> DecideAsPanel:
    """Another total, or none at all: which of the two has to be said."""
    given = texts(form)
    if given.get("way") not in WAYS:
        raise FormWrong({"way": "请选择改得分，还是不参加排名"}, {"way": "决定"})
    total: str | None = None
    if given["way"] == TOTAL:
        if not given.get("total"):
            raise FormWrong({"total": "请写 0 到 100 的数字"}, LABELS)
        try:
            total = points(given["total"])
        except DomainError as wrong:
            raise FormWrong({"total": wrong.message}, LABELS) from None
    values: dict[str, Any] = {"application_id": application_id, "total": total, "reason": given.get("reason", "")}
    return order_of(DecideAsPanel, values, LABELS)


async def _own(connection: AsyncConnection, programme_id: str, application_id: str) -> RowMapping:
    """The application of this call; another call's is as good as none."""
    rows = await reviewed.rows(connection, [application_id])
    if not rows or rows[0]["programme_id"] != programme_id:
        raise DomainError("no-such-application", f"这个批次没有申报“{application_id}”", status=404)
    return rows[0]


async def _again(
    running: Running, request: Request, programme_id: str, application_id: str, wrong: DomainError, form: FormData
) -> HTMLResponse:
    if wrong.status == 404:
        raise wrong
    return await _page(running, request, programme_id, application_id, wrong, form)


async def _page(
    running: Running,
    request: Request,
    programme_id: str,
    application_id: str,
    error: DomainError | None = None,
    form: FormData | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await _own(connection, programme_id, application_id)
        stands, line = await one(connection, programme_id, application_id)
        decided = await selections.panel_decisions(connection, application_id)
        visits = await selections.visits(connection, application_id)
    address = f"{address_of(programme_id)}/{application_id}"
    return PAGES.show(
        request, "ranked_application.html", 200 if error is None else error.status, row=row, call=stands.call,
        line=line, decided=decided, visits=visits, address=address, at=address,
        ranking=address_of(programme_id), error=error, problems=wrong_in(error), ways=WAYS,
        typed=texts(form) if form is not None else {}, places=PLACE_NAMES, tones=PLACE_TONES, how_computed=HOW_COMPUTED,
        done=DONE.get(request.query_params.get("done", "")),
        visited=stands.programme.review.visit and row["state"] == "accepted",
        deciding=stands.call["state"] == "reviewed" and row["state"] == "accepted",
    )  # fmt: skip
