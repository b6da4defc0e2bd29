"""The experts of a round at the office: who may be drawn, the draw and its proof, places that came free, marks that
lie apart and what was decided about them."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import FormData

from services.incubator.store import changes, reviews
from services.incubator.store.review_tables import REVIEW_DRAW
from services.incubator.store.tables import ROUND
from services.incubator.usecases import drawing, marking, review_views, reviewing
from services.incubator.usecases.reminding_experts import RemindExperts, remind_experts
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from shared.core.errors import DomainError
from shared.evaluation import load_scheme
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of, typed
from shared.webkit.listing import Column
from shared.webkit.takeaway import attached, workbook

Order = TypeVar("Order")
CLERKS = may(Role.CLERK, Role.HEAD)
LABELS = {
    "per_unit": "每家几位专家", "most": "每位至多几家", "fields": "专业领域", "why": "补抽的理由", "reason": "理由",
    "outcome": "处理", "report_id": "单位", "expert_id": "专家",
}  # fmt: skip
HEADS = (
    ("carrier_name", "单位"), ("label", "指标"), ("expert", "专家"), ("mark", "分数"), ("reason", "理由"),
    ("others_median", "其他专家中位数"), ("difference", "差"), ("outlier", "离群"), ("decided", "处理"),
    ("decided_reason", "处理理由"), ("total", "总分"), ("grade", "等次"), ("total_without", "没有这位的总分"),
    ("grade_without", "没有这位的等次"),
)  # fmt: skip


def round_expert_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds/{round_id}/experts", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def page(request: Request, who: Known, round_id: str) -> HTMLResponse:
        return await _page(running, request, who, round_id, {})

    @router.get(".xlsx", dependencies=[READERS])
    async def marks(who: Known, round_id: str) -> Response:
        async with running.look() as connection:
            unit = Unit(connection, running.now(), who.account)
            order = review_views.ListOutliers(round_id=round_id, every=True)
            rows = await review_views.list_outliers(unit, order)
            names = {
                each.report_id: each.carrier_name
                for each in await review_views.list_reviews(unit, review_views.ListReviews(round_id=round_id))
            }
        columns = [Column(name, title) for name, title in HEADS]
        cells = [_cells(row, names) for row in rows]
        return attached(f"{round_id} 专家评分.xlsx", workbook("专家评分", columns, cells))

    @router.post("/draw", dependencies=[CLERKS])
    async def draw(request: Request, who: Known, round_id: str) -> Response:
        given = typed(await request.form())
        if given.get("do") != "draw":  # who could be drawn, before anybody is
            return await _page(running, request, who, round_id, given, look=True)
        return await _do(running, request, who, round_id, given, drawing.draw_experts, _drawn)

    @router.post("/complete", dependencies=[CLERKS])
    async def complete(request: Request, who: Known, round_id: str) -> Response:
        given = typed(await request.form())
        return await _do(running, request, who, round_id, given, drawing.complete_draw, _completed)

    @router.post("/release", dependencies=[CLERKS])
    async def release(request: Request, who: Known, round_id: str) -> Response:
        given = typed(await request.form())
        return await _do(running, request, who, round_id, given, reviewing.release_expert, _released)

    @router.post("/remind", dependencies=[CLERKS])
    async def remind(request: Request, who: Known, round_id: str) -> Response:
        """Each letter is shown first; then exactly those who have not finished are written to."""
        form = await request.form()
        try:
            order = _reminded(round_id, form)
            return await foreseen_or_done(
                running, request, who, title="提醒没有评完的专家", does="发出提醒",
                work=lambda unit: remind_experts(unit, order), to=f"{to('rounds', round_id)}/experts?done=reminded",
                back=f"{to('rounds', round_id)}/experts",
            )  # fmt: skip
        except DomainError as error:
            return await _page(running, request, who, round_id, typed(form), error=error, chosen=_chosen(form))

    @router.post("/moderate", dependencies=[CLERKS])
    async def moderate(request: Request, who: Known, round_id: str) -> Response:
        given = typed(await request.form())
        return await _do(running, request, who, round_id, given, marking.moderate, _moderated)

    return router


def _drawn(round_id: str, given: dict[str, str]) -> drawing.DrawExperts:
    return order_of(drawing.DrawExperts, _rules(round_id, given), LABELS)


def _rules(round_id: str, given: dict[str, str]) -> dict[str, Any]:
    fields = [each.strip() for each in given.get("fields", "").replace(",", "、").split("、") if each.strip()]
    numbers = {name: given.get(name, "") for name in ("per_unit", "most")}
    return {"round_id": round_id, "fields": fields, **numbers}


def _completed(round_id: str, given: dict[str, str]) -> drawing.CompleteDraw:
    values = {"round_id": round_id, "most": given.get("most") or None, "why": given.get("why", "")}
    return order_of(drawing.CompleteDraw, values, LABELS)


def _released(_: str, given: dict[str, str]) -> reviewing.ReleaseExpert:
    return order_of(
        reviewing.ReleaseExpert, {name: given.get(name, "") for name in ("report_id", "expert_id", "reason")}, LABELS
    )


def _chosen(form: FormData) -> list[str]:
    return [each for each in form.getlist("expert_id") if isinstance(each, str)]


def _reminded(round_id: str, form: FormData) -> RemindExperts:
    ids = None if form.get("which") == "all" else _chosen(form)
    return RemindExperts(round_id=round_id, expert_ids=ids, again=form.get("again") == "yes")


def _moderated(_: str, given: dict[str, str]) -> marking.Moderate:
    names = ("report_id", "expert", "indicator", "outcome", "reason")
    return order_of(marking.Moderate, {name: given.get(name, "") for name in names}, LABELS)


def _cells(row: review_views.Outlier, names: dict[str, str]) -> list[object]:
    values = row.model_dump() | {
        "carrier_name": names.get(row.report_id, row.carrier_id),
        "outlier": "是" if row.outlier else "",
        "decided": marking.OUTCOMES.get(row.decided or "", ""),
    }
    return [values[name] for name, _ in HEADS]


async def _do(
    running: Running,
    request: Request,
    who: Who,
    round_id: str,
    given: dict[str, str],
    work: Callable[[Unit, Order], Awaitable[object]],
    order_from: Callable[[str, dict[str, str]], Order],
) -> Response:
    try:
        order = order_from(round_id, given)
        async with running.unit(who.account) as unit:
            await work(unit, order)
    except DomainError as error:
        return await _page(running, request, who, round_id, given, error=error)
    return RedirectResponse(f"{to('rounds', round_id)}/experts?done=yes", 303)


async def _page(
    running: Running,
    request: Request,
    who: Who,
    round_id: str,
    given: dict[str, str],
    *,
    look: bool = False,
    error: DomainError | None = None,
    chosen: Collection[str] = (),
) -> HTMLResponse:
    may_review = None
    async with running.look() as connection:
        unit = Unit(connection, running.now(), who.account)
        round_ = await changes.found(connection, ROUND, round_id, "考评批次")
        draws = await _draws(connection, round_id)
        proved = {each["id"]: await drawing.verify_draw(unit, drawing.VerifyDraw(draw_id=each["id"])) for each in draws}
        every = await review_views.list_reviews(unit, review_views.ListReviews(round_id=round_id))
        apart = await review_views.list_outliers(unit, review_views.ListOutliers(round_id=round_id))
        decided = await reviews.moderations(connection, round_id)
        standing = await reviews.standing(connection, round_id)
        sent = await reviews.reminders(connection, round_id)
        if look:
            try:
                order = order_of(drawing.WhoMayReview, _rules(round_id, given), LABELS)
                may_review = await drawing.who_may_review(unit, order)
            except DomainError as wrong:
                error = wrong
        experts = {each.id: each.name for each in await reviews.experts(connection, round_id)}
    scheme = load_scheme(round_["scheme"])
    return PAGES.show(
        request, "round_experts.html", 200 if error is None else error.status,
        round=round_, scheme=scheme, draws=draws, proved=proved, reviews=every, apart=apart, may_review=may_review,
        given=given, error=error, experts=experts, decided=decided, outcomes=marking.OUTCOMES,
        waiting=[each for each in standing if each.left], sent=sent, chosen=chosen,
        last_reminded={row["expert_id"]: row["at"] for row in reversed(sent)}, today=unit.today,
        names={each.report_id: each.carrier_name for each in every},
        changing=round_["state"] in reviews.REVIEWED and who.may_be(Role.CLERK, Role.HEAD),
        address=f"{to('rounds', round_id)}/experts",
    )  # fmt: skip


async def _draws(connection: AsyncConnection, round_id: str) -> Any:  # noqa: ANN401 - rows
    query = select(REVIEW_DRAW).where(REVIEW_DRAW.c.round_id == round_id).order_by(REVIEW_DRAW.c.position)
    return (await connection.execute(query)).mappings().all()
