"""The expert's pages: what he was given, taking it or stepping back, and his own marks with their reasons."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.reviewing import expert_rows, marking, places, review_rows
from shared.reviewing.area import ReviewedRound
from shared.reviewing.life import HOLDING, REVIEW
from shared.reviewing.marking import Marked, MarkUnit
from shared.reviewing.pages import ReviewPages
from shared.reviewing.views import MyReview, MyReviews, my_reviews
from shared.running.running import Running
from shared.webkit.access import Known, may

EXPERT = may(Role.EXPERT)
MARK, REASON = "mark:", "reason:"
"""What stands before an indicator's code in the name of its boxes."""
MOST_CHARACTERS = 1000


def own_pages(running: Running, kit: ReviewPages) -> APIRouter:
    router = APIRouter(prefix="/reviews", include_in_schema=False)
    area = kit.area

    @router.get("", dependencies=[EXPERT])
    async def mine(request: Request, who: Known) -> HTMLResponse:
        return await _mine(running, request, kit, who)

    @router.post("/accept", dependencies=[EXPERT])
    async def accept(request: Request, who: Known) -> Response:
        form = await request.form()
        try:
            order = _accepted(kit, form)
            async with running.unit(who.account) as unit:
                await places.accept_reviews(unit, order, area)
        except DomainError as error:
            return await _mine(running, request, kit, who, error)
        return RedirectResponse(f"{kit.reviews}?done=accepted", 303)

    @router.get("/{subject_id}", dependencies=[EXPERT])
    async def one(request: Request, who: Known, subject_id: str) -> HTMLResponse:
        return await _one(running, request, kit, who, subject_id)

    @router.post("/{subject_id}", dependencies=[EXPERT])
    async def mark(request: Request, who: Known, subject_id: str) -> Response:
        form = await request.form()
        try:
            order = _marked(subject_id, form)
            async with running.unit(who.account) as unit:
                await marking.mark_unit(unit, order, area)
        except DomainError as error:
            return await _one(running, request, kit, who, subject_id, error, form)
        return RedirectResponse(f"{kit.reviews}?done=marked", 303)

    @router.post("/{subject_id}/conflict", dependencies=[EXPERT])
    async def step_back(request: Request, who: Known, subject_id: str) -> Response:
        form = await request.form()
        try:
            order = _stepping_back(subject_id, form)
            async with running.unit(who.account) as unit:
                await places.declare_conflict(unit, order, area)
        except DomainError as error:
            return await _one(running, request, kit, who, subject_id, error, form)
        return RedirectResponse(f"{kit.reviews}?done=conflict", 303)

    return router


def _accepted(kit: ReviewPages, form: FormData) -> places.AcceptReviews:
    words = kit.area.words
    ids = [value for value in form.getlist(words.subject_field) if isinstance(value, str)]
    if not ids:
        raise DomainError("nothing-chosen", f"请先勾选要接受的{words.unit}")
    if form.get("nothing_ties_me") != "yes":
        raise DomainError("not-affirmed", "接受之前，请勾选“没有利害关系”；有的，请申请回避")
    return places.AcceptReviews(subject_ids=ids[:1000])


def _marked(subject_id: str, form: FormData) -> MarkUnit:
    """What was typed; an indicator without a mark is told by the use case, with all others that lack one."""
    typed = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    marks = {name.removeprefix(MARK): mark for name, mark in typed.items() if name.startswith(MARK) and mark}
    reasons = {code: typed.get(f"{REASON}{code}", "") for code in marks}
    if any(len(reason) > MOST_CHARACTERS for reason in reasons.values()):
        raise DomainError("reason-too-long", f"理由最多 {MOST_CHARACTERS} 个字，请改短")
    given = {code: Marked(mark=mark, reason=reasons[code]) for code, mark in marks.items()}
    return MarkUnit(subject_id=subject_id, marks=given)


def _stepping_back(subject_id: str, form: FormData) -> places.DeclareConflict:
    reason = " ".join(str(form.get("reason", "")).split())
    if not 1 <= len(reason) <= MOST_CHARACTERS:
        raise DomainError("reason-missing", f"请写明回避的理由，最多 {MOST_CHARACTERS} 个字")
    return places.DeclareConflict(subject_id=subject_id, reason=reason)


async def _mine(
    running: Running, request: Request, kit: ReviewPages, who: Who, error: DomainError | None = None
) -> HTMLResponse:
    """Every round that is reviewed now with his units in it; of those that are over, how much he did."""
    area = kit.area
    async with running.look() as connection:
        expert = await expert_rows.by_account(connection, area, who.account)
        counts = await review_rows.counts_of(connection, area, expert["id"]) if expert else {}
        rounds = sorted([await area.round(connection, id_) for id_ in counts], key=lambda each: (-each.year, each.id))
        unit = Unit(connection, running.now(), who.account)
        current = [(each, await my_reviews(unit, MyReviews(round_id=each.id), area)) for each in rounds if each.open]
    return kit.pages.show(
        request, "my_reviews.html", 200 if error is None else error.status,
        expert=expert, counts=counts, current=current, over=[each for each in rounds if not each.open], error=error,
        states=REVIEW.states, words=area.words, label=area.subjects.label, kit=kit,
    )  # fmt: skip


async def _one(
    running: Running,
    request: Request,
    kit: ReviewPages,
    who: Who,
    subject_id: str,
    error: DomainError | None = None,
    typed: FormData | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        round_, review = await own_review(connection, running, kit, who, subject_id)
    return kit.pages.show(
        request, kit.my_review, 200 if error is None else error.status,
        review=review, round=round_, error=error, typed=typed or {}, states=REVIEW.states, words=kit.area.words,
        to_mark=review.state == "accepted" and round_.open, may_leave=review.state in HOLDING and round_.open,
        address=kit.to("reviews", subject_id), reviews=kit.reviews, label=kit.area.subjects.label, named=kit.named,
        **kit.content(round_, review),
    )  # fmt: skip


async def own_review(
    connection: AsyncConnection, running: Running, kit: ReviewPages, who: Who, subject_id: str
) -> tuple[ReviewedRound, MyReview]:
    """The round and the review of this subject that was given to him; any other is as good as none."""
    expert = await expert_rows.by_account(connection, kit.area, who.account)
    given = expert and await review_rows.one(connection, kit.area, subject_id, expert["id"])
    if given is not None:
        unit = Unit(connection, running.now(), who.account)
        for each in await my_reviews(unit, MyReviews(round_id=given["round_id"]), kit.area):
            if each.subject_id == subject_id:
                return await kit.area.round(connection, given["round_id"]), each
    raise DomainError("no-such-review", f"没有安排您评审{kit.area.words.this}", status=404)
