"""The expert's pages: what he was given, taking it or stepping back, and his own marks with their reasons."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.incubator.domain.report_form import form_of
from services.incubator.store import reviews
from services.incubator.store.tables import REPORT, ROUND
from services.incubator.usecases import marking, review_views, reviewing
from services.incubator.usecases.marking import Marked, MarkUnit
from services.incubator.usecases.review_views import MyReview, MyReviews
from services.incubator.web.looks import PAGES, to
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may

EXPERT = may(Role.EXPERT)
MARK, REASON = "mark:", "reason:"
"""What stands before an indicator's code in the name of its boxes."""
MOST_CHARACTERS = 1000
OPEN = ("invited", "accepted", "marked")


def my_review_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/reviews", include_in_schema=False)

    @router.get("", dependencies=[EXPERT])
    async def mine(request: Request, who: Known) -> HTMLResponse:
        return await _mine(running, request, who)

    @router.post("/accept", dependencies=[EXPERT])
    async def accept(request: Request, who: Known) -> Response:
        form = await request.form()
        try:
            order = _accepted(form)
            async with running.unit(who.account) as unit:
                await reviewing.accept_reviews(unit, order)
        except DomainError as error:
            return await _mine(running, request, who, error)
        return RedirectResponse("/incubator/reviews?done=accepted", 303)

    @router.get("/{report_id}", dependencies=[EXPERT])
    async def one(request: Request, who: Known, report_id: str) -> HTMLResponse:
        return await _one(running, request, who, report_id)

    @router.post("/{report_id}", dependencies=[EXPERT])
    async def mark(request: Request, who: Known, report_id: str) -> Response:
        form = await request.form()
        try:
            order = _marked(report_id, form)
            async with running.unit(who.account) as unit:
                await marking.mark_unit(unit, order)
        except DomainError as error:
            return await _one(running, request, who, report_id, error, form)
        return RedirectResponse("/incubator/reviews?done=marked", 303)

    @router.post("/{report_id}/conflict", dependencies=[EXPERT])
    async def step_back(request: Request, who: Known, report_id: str) -> Response:
        form = await request.form()
        try:
            order = _stepping_back(report_id, form)
            async with running.unit(who.account) as unit:
                await reviewing.declare_conflict(unit, order)
        except DomainError as error:
            return await _one(running, request, who, report_id, error, form)
        return RedirectResponse("/incubator/reviews?done=conflict", 303)

    return router


def _accepted(form: FormData) -> reviewing.AcceptReviews:
    ids = [value for value in form.getlist("report_id") if isinstance(value, str)]
    if not ids:
        raise DomainError("nothing-chosen", "请先勾选要接受的单位")
    if form.get("nothing_ties_me") != "yes":
        raise DomainError("not-affirmed", "接受之前，请勾选“没有利害关系”；有的，请申请回避")
    return reviewing.AcceptReviews(report_ids=ids[:1000])


def _marked(report_id: str, form: FormData) -> MarkUnit:
    """What was typed; an indicator without a mark is told by the use case, with all others that lack one."""
    typed = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    marks = {name.removeprefix(MARK): mark for name, mark in typed.items() if name.startswith(MARK) and mark}
    reasons = {code: typed.get(f"{REASON}{code}", "") for code in marks}
    if any(len(reason) > MOST_CHARACTERS for reason in reasons.values()):
        raise DomainError("reason-too-long", f"理由最多 {MOST_CHARACTERS} 个字，请改短")
    return MarkUnit(
        report_id=report_id, marks={code: Marked(mark=mark, reason=reasons[code]) for code, mark in marks.items()}
    )


def _stepping_back(report_id: str, form: FormData) -> reviewing.DeclareConflict:
    reason = " ".join(str(form.get("reason", "")).split())
    if not 1 <= len(reason) <= MOST_CHARACTERS:
        raise DomainError("reason-missing", f"请写明回避的理由，最多 {MOST_CHARACTERS} 个字")
    return reviewing.DeclareConflict(report_id=report_id, reason=reason)


async def _mine(running: Running, request: Request, who: Who, error: DomainError | None = None) -> HTMLResponse:
    """Every round that is reviewed now with his units in it; of those that are over, how much he did."""
    async with running.look() as connection:
        expert = await reviews.by_account(connection, who.account)
        rows = await reviews.rounds_of(connection, expert["id"]) if expert else []
        rounds = {row["id"]: row for row in rows}
        counts: dict[str, dict[str, int]] = {}
        for row in rows:
            counts.setdefault(row["id"], {})[row["review_state"]] = row["reviews"]
        unit = Unit(connection, running.now(), who.account)
        current = {
            id_: await review_views.my_reviews(unit, MyReviews(round_id=id_))
            for id_, row in rounds.items()
            if row["state"] in reviews.REVIEWED
        }
    return PAGES.show(
        request, "my_reviews.html", 200 if error is None else error.status,
        expert=expert, rounds=rounds, counts=counts, current=current, open=OPEN, error=error,
    )  # fmt: skip


async def _one(
    running: Running,
    request: Request,
    who: Who,
    report_id: str,
    error: DomainError | None = None,
    typed: FormData | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        round_, review = await _own(connection, running, who, report_id)
    form = form_of(load_scheme(round_["scheme"]))
    return PAGES.show(
        request, "my_review.html", 200 if error is None else error.status,
        review=review, round=round_, form=form, figures=review.figures or {}, error=error, typed=typed or {},
        to_mark=review.state == "accepted" and round_["state"] in reviews.REVIEWED,
        may_leave=review.state in OPEN and round_["state"] in reviews.REVIEWED,
        address=to("reviews", report_id),
    )  # fmt: skip


async def _own(connection: AsyncConnection, running: Running, who: Who, report_id: str) -> tuple[Any, MyReview]:
    """The round and the review of this report that was given to him; any other is as good as none."""
    query = select(ROUND).join(REPORT, REPORT.c.round_id == ROUND.c.id).where(REPORT.c.id == report_id)
    round_ = (await connection.execute(query)).mappings().first()
    if round_ is not None and await reviews.by_account(connection, who.account) is not None:
        unit = Unit(connection, running.now(), who.account)
        for each in await review_views.my_reviews(unit, MyReviews(round_id=round_["id"])):
            if each.report_id == report_id:
                return round_, each
    raise DomainError("no-such-review", "没有安排您评审这家单位", status=404)
