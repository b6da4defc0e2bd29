"""The experts of a round at the office: who may be drawn, the draw and its proof, places that came free, marks that
lie apart and what was decided about them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from shared.core.errors import DomainError
from shared.evaluation.figures import exact, text, total_of
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.review import Expert
from shared.reviewing import drawing, expert_rows, marking, outliers, places, review_rows, views
from shared.reviewing.area import Reviewing
from shared.reviewing.life import HOLDING, REVIEW
from shared.reviewing.pages import ReviewPages
from shared.reviewing.reminding import RemindExperts, remind_experts
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of, typed
from shared.webkit.listing import Column
from shared.webkit.takeaway import attached, workbook

Order = TypeVar("Order", bound=BaseModel)
Given = dict[str, str]
Reads = Callable[[str, Given], tuple[type[Order], dict[str, Any]]]
"""Of a round and what was typed: which order that is to make, and its values."""
CLERKS = may(Role.CLERK, Role.HEAD)
HEADS = (
    ("label", "指标"), ("expert", "专家"), ("mark", "分数"), ("reason", "理由"),
    ("others_median", "其他专家中位数"), ("difference", "差"), ("outlier", "离群"), ("decided", "处理"),
    ("decided_reason", "处理理由"), ("total", "总分"), ("grade", "等次"), ("total_without", "没有这位的总分"),
    ("grade_without", "没有这位的等次"),
)  # fmt: skip


def labels(kit: ReviewPages) -> dict[str, str]:
    words = kit.area.words
    return {
        "per_unit": f"每{words.measure}几位专家", "most": f"每位至多几{words.measure}", "fields": "专业领域",
        "until": "评审截止",
        "why": "补抽的理由", "reason": "理由", "outcome": "处理", "subject_id": words.unit, "expert_id": "专家",
    }  # fmt: skip


def round_pages(running: Running, kit: ReviewPages) -> APIRouter:
    router = APIRouter(prefix=f"/{kit.rounds}/{{round_id}}/experts", include_in_schema=False)

    do = partial(_do, running, kit)

    @router.get("", dependencies=[READERS])
    async def page(request: Request, who: Known, round_id: str) -> HTMLResponse:
        return await _page(running, request, kit, who, round_id, {})

    @router.get(".xlsx", dependencies=[READERS])
    async def marks(who: Known, round_id: str) -> Response:
        return await _workbook(running, kit, who, round_id)

    @router.post("/draw", dependencies=[CLERKS])
    async def draw(request: Request, who: Known, round_id: str) -> Response:
        if (await request.form()).get("do") != "draw":  # who could be drawn, before anybody is
            given = _given(await request.form())
            return await _page(running, request, kit, who, round_id, given, look=True)
        return await do(request, who, round_id, drawing.draw_experts, _drawn)

    @router.post("/complete", dependencies=[CLERKS])
    async def complete(request: Request, who: Known, round_id: str) -> Response:
        return await do(request, who, round_id, drawing.complete_draw, _completed)

    @router.post("/release", dependencies=[CLERKS])
    async def release(request: Request, who: Known, round_id: str) -> Response:
        return await do(request, who, round_id, places.release_expert, _released(kit))

    @router.post("/remind", dependencies=[CLERKS])
    async def remind(request: Request, who: Known, round_id: str) -> Response:
        """Each letter is shown first; then exactly those who have not finished are written to."""
        return await _remind(running, kit, request, who, round_id)

    @router.post("/moderate", dependencies=[CLERKS])
    async def moderate(request: Request, who: Known, round_id: str) -> Response:
        return await do(request, who, round_id, marking.moderate, _moderated(kit))

    return router


async def _do(
    running: Running,
    kit: ReviewPages,
    request: Request,
    who: Who,
    round_id: str,
    work: Callable[[Unit, Order, Reviewing], Awaitable[object]],
    order_from: Reads[Order],
) -> Response:
    given = _given(await request.form())
    try:
        order = order_of(*order_from(round_id, given), labels(kit))
        async with running.unit(who.account) as unit:
            await work(unit, order, kit.area)
    except DomainError as error:
        return await _page(running, request, kit, who, round_id, given, error=error)
    return RedirectResponse(f"{kit.of_round(round_id)}?done=yes", 303)


def _given(form: FormData) -> Given:
    """What was typed; the fields that were ticked as one text."""
    fields = [each.strip() for each in form.getlist("fields") if isinstance(each, str)]
    return typed(form) | {"fields": "、".join(each for each in fields if each)}


async def _remind(running: Running, kit: ReviewPages, request: Request, who: Who, round_id: str) -> Response:
    form = await request.form()
    try:
        order = _reminded(round_id, form)
        return await kit.foreseeing.foreseen_or_done(
            running, request, who, title="提醒没有评完的专家", does="发出提醒",
            work=lambda unit: remind_experts(unit, order, kit.area), to=f"{kit.of_round(round_id)}?done=reminded",
            back=kit.of_round(round_id),
        )  # fmt: skip
    except DomainError as error:
        chosen = _chosen(form)
        return await _page(running, request, kit, who, round_id, typed(form), error=error, chosen=chosen)


async def _workbook(running: Running, kit: ReviewPages, who: Who, round_id: str) -> Response:
    """Every mark that counts, with what the round would say without it."""
    async with running.look() as connection:
        unit = Unit(connection, running.now(), who.account)
        rows = await outliers.list_outliers(unit, outliers.ListOutliers(round_id=round_id, every=True), kit.area)
        every = await views.list_reviews(unit, views.ListReviews(round_id=round_id), kit.area)
    names = {each.subject_id: each.unit_name for each in every}
    columns = [Column("unit_name", kit.area.words.unit), *(Column(name, title) for name, title in HEADS)]
    return attached(f"{round_id} 专家评分.xlsx", workbook("专家评分", columns, [_cells(row, names) for row in rows]))


def _drawn(round_id: str, given: Given) -> tuple[type[drawing.DrawExperts], dict[str, Any]]:
    return drawing.DrawExperts, _rules(round_id, given)


def _rules(round_id: str, given: Given) -> dict[str, Any]:
    numbers = {name: given.get(name, "") for name in ("per_unit", "most")}
    return {"round_id": round_id, "fields": _fields(given), "until": given.get("until") or None, **numbers}


def _fields(given: Given) -> list[str]:
    return [each.strip() for each in given.get("fields", "").replace(",", "、").split("、") if each.strip()]


def _completed(round_id: str, given: Given) -> tuple[type[drawing.CompleteDraw], dict[str, Any]]:
    values = {"round_id": round_id, "most": given.get("most") or None, "why": given.get("why", "")}
    return drawing.CompleteDraw, values


def _released(kit: ReviewPages) -> Reads[places.ReleaseExpert]:
    def released(_: str, given: Given) -> tuple[type[places.ReleaseExpert], dict[str, Any]]:
        values = {name: given.get(name, "") for name in ("expert_id", "reason")}
        return places.ReleaseExpert, values | {"subject_id": given.get(kit.area.words.subject_field, "")}

    return released


def _moderated(kit: ReviewPages) -> Reads[marking.Moderate]:
    def moderated(_: str, given: Given) -> tuple[type[marking.Moderate], dict[str, Any]]:
        values = {name: given.get(name, "") for name in ("expert", "indicator", "outcome", "reason")}
        return marking.Moderate, values | {"subject_id": given.get(kit.area.words.subject_field, "")}

    return moderated


def _chosen(form: FormData) -> list[str]:
    return [each for each in form.getlist("expert_id") if isinstance(each, str)]


def _reminded(round_id: str, form: FormData) -> RemindExperts:
    ids = None if form.get("which") == "all" else _chosen(form)
    return RemindExperts(round_id=round_id, expert_ids=ids, again=form.get("again") == "yes")


def _cells(row: outliers.Outlier, names: dict[str, str]) -> list[object]:
    values = row.model_dump() | {
        "outlier": "是" if row.outlier else "",
        "decided": marking.OUTCOMES.get(row.decided or "", ""),
    }
    return [names.get(row.subject_id, row.unit_id), *(values[name] for name, _ in HEADS)]


async def _page(
    running: Running,
    request: Request,
    kit: ReviewPages,
    who: Who,
    round_id: str,
    given: Given,
    *,
    look: bool = False,
    error: DomainError | None = None,
    chosen: Collection[str] = (),
) -> HTMLResponse:
    may_review, area = None, kit.area
    async with running.look() as connection:
        unit = Unit(connection, running.now(), who.account)
        round_ = await area.round(connection, round_id)
        draws = await review_rows.draws(connection, area, round_id)
        verify = [drawing.VerifyDraw(draw_id=each["id"]) for each in draws]
        proved = {each.draw_id: await drawing.verify_draw(unit, each, area) for each in verify}
        every = await views.list_reviews(unit, views.ListReviews(round_id=round_id), area)
        apart = await outliers.list_outliers(unit, outliers.ListOutliers(round_id=round_id), area)
        decided = await review_rows.moderations(connection, area, round_id)
        standing = await expert_rows.standing(connection, area, round_id)
        sent = await expert_rows.reminders(connection, area, round_id)
        if look:
            try:
                order = order_of(drawing.WhoMayReview, _rules(round_id, given), labels(kit))
                may_review = await drawing.who_may_review(unit, order, area)
            except DomainError as wrong:
                error = wrong
        known = await expert_rows.experts(connection, area, round_id)
        experts = {each.id: each.name for each in known}
        fields = [] if draws else await _offered(connection, kit, round_id, known)
        unreached = await expert_rows.without_address(connection, area) if may_review else []
    return kit.pages.show(
        request, "round_experts.html", 200 if error is None else error.status,
        round=round_, draws=draws, proved=proved, reviews=every, apart=apart, may_review=may_review,
        given=given, error=error, experts=experts, fields=fields, ticked=_fields(given),
        unreached=unreached, decided=decided, outcomes=marking.OUTCOMES,
        indicators={each.code: each.label for each in round_.indicators}, states=REVIEW.states, holding=HOLDING,
        waiting=[each for each in standing if each.left], sent=sent, chosen=chosen,
        last_reminded={row["expert_id"]: row["at"] for row in reversed(sent)}, today=unit.today,
        names={each.subject_id: each.unit_name for each in every}, kit=kit, words=area.words,
        label=area.subjects.label, changing=round_.open and who.may_be(Role.CLERK, Role.HEAD),
        address=kit.of_round(round_id), area_ends=area.ends is not None, called=kit.called, sum_of=_sum,
        undecided=kit.undecided(round_),
    )  # fmt: skip


def _sum(review: views.OfficeReview) -> str:
    """What the marks of a review that count come to."""
    return text(total_of(exact(Decimal(mark)) for mark in review.marks.values()))


async def _offered(
    connection: AsyncConnection, kit: ReviewPages, round_id: str, known: Collection[Expert]
) -> list[tuple[str, int, int]]:
    """The fields a draw may ask for: how many experts have each, and how many of what is reviewed name it."""
    have = Counter(field for each in known for field in each.fields)
    asked = {} if kit.area.asks_for is None else await kit.area.asks_for(connection, round_id)
    return [(field, have[field], asked.get(field, 0)) for field in sorted({*have, *asked})]
