"""The register of experts at the office: who they are, what ties them to others, what they have reviewed."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from sqlalchemy import Select, func, select

from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.messaging.unit import Unit
from shared.review import RELATIONS
from shared.reviewing import expert_rows, register, review_rows
from shared.reviewing.area import Reviewing
from shared.reviewing.experts_sheet import EXPERTS, send_experts
from shared.reviewing.life import HOLDING, REVIEW
from shared.reviewing.pages import ReviewPages
from shared.reviewing.register import DeclareRelation, RegisterExpert, WithdrawRelation
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import FormWrong, order_of, typed
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import attached, export
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import MOST_BYTES

Order = TypeVar("Order", bound=BaseModel)
Does = Callable[[Unit, Order, Reviewing], Awaitable[object]]
From = Callable[[dict[str, str], dict[str, str]], Order]
"""The order that what was typed makes, with what the page calls its fields."""
CLERKS = may(Role.CLERK, Role.HEAD)
MOST_OF_REQUEST = MOST_BYTES + 100_000
"""The workbook, and what a form puts around it."""
STATES = {"yes": "可以抽取", "no": "停用"}
STEPS = {"active": STATES["yes"], "inactive": STATES["no"]}
LABELS = {
    "id": "专家编号", "name": "姓名", "employer": "任职单位", "employer_code": "任职单位信用代码", "fields": "专业领域",
    "contact_email": "邮箱", "contact_phone": "电话", "account": "登录账号", "active": "状态", "kind": "关系",
    "party_name": "单位名称", "party_code": "单位信用代码", "said": "说明", "relation": "编号", "reason": "理由",
}  # fmt: skip


def expert_pages(running: Running, kit: ReviewPages) -> APIRouter:
    router = APIRouter(prefix="/experts", include_in_schema=False)
    listing, query = _listing(kit)

    listed = partial(_list, running, kit, listing, query)
    do = partial(_do, running, kit)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await listed(request, {})

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, listing, query, request.query_params)

    @router.post("", dependencies=[CLERKS])
    async def add(request: Request, who: Known) -> Response:
        given = typed(await request.form())
        try:
            order = _registered(given, LABELS)
            async with running.unit(who.account) as unit:
                await register.register_expert(unit, order, kit.area)
        except DomainError as error:
            return await listed(request, given, error)
        return RedirectResponse(f"{kit.to('experts', order.id)}?done=registered", 303)

    @router.get("/{expert_id}", dependencies=[READERS])
    async def one(request: Request, expert_id: str) -> HTMLResponse:
        return await _one(running, request, kit, expert_id, {})

    @router.post("/{expert_id}", dependencies=[CLERKS])
    async def change(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form()) | {"id": expert_id}
        return await do(request, who.account, expert_id, given, register.register_expert, _registered)

    @router.post("/{expert_id}/relations", dependencies=[CLERKS])
    async def declare(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form()) | {"expert_id": expert_id}
        declared = _declaring(kit)
        return await do(request, who.account, expert_id, given, register.declare_relation, declared)

    @router.post("/{expert_id}/relations/withdraw", dependencies=[CLERKS])
    async def withdraw(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form())
        return await do(request, who.account, expert_id, given, register.withdraw_relation, _withdrawn)

    both = APIRouter()
    both.include_router(router)
    both.include_router(_workbook(running, kit, listed))
    return both


def _workbook(running: Running, kit: ReviewPages, listed: Callable[..., Awaitable[HTMLResponse]]) -> APIRouter:
    """Many experts at once: the empty sheet, and one that was filled."""
    router = APIRouter(prefix="/experts-workbook", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def template() -> Response:
        return attached("评审专家登记表.xlsx", EXPERTS.template())

    @router.post("", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def upload(request: Request, who: Known, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        try:
            async with running.unit(who.account) as unit:
                entered = await send_experts(unit, content, kit.area)
        except WorkbookError as wrong:
            return await listed(request, {}, wrong, wrong.problems)
        return RedirectResponse(f"{kit.experts}?entered={entered}", 303)

    return router


def _labels(kit: ReviewPages) -> dict[str, str]:
    return LABELS | {"unit_id": f"{kit.area.subjects.unit_label}编号"}


def _registered(given: dict[str, str], labels: dict[str, str]) -> RegisterExpert:
    names = ("id", "name", "employer", "employer_code", "contact_email", "contact_phone")
    fields = [each.strip() for each in given.get("fields", "").replace(",", "、").split("、") if each.strip()]
    values = {name: given.get(name, "") for name in names} | {
        "fields": fields,
        "account": given.get("account") or None,
        "active": given.get("active", "yes") == "yes",
    }
    return order_of(RegisterExpert, values, labels)


def _declaring(kit: ReviewPages) -> From[DeclareRelation]:
    class Declares(DeclareRelation):
        unit_label = kit.area.subjects.unit_label

    def declared(given: dict[str, str], labels: dict[str, str]) -> DeclareRelation:
        values = {name: given.get(name, "") for name in ("expert_id", "kind", "party_name", "party_code", "said")}
        return order_of(Declares, values | {"unit_id": given.get(kit.area.words.unit_field) or None}, labels)

    return declared


def _withdrawn(given: dict[str, str], labels: dict[str, str]) -> WithdrawRelation:
    values = {"relation": given.get("relation", ""), "reason": given.get("reason", "")}
    return order_of(WithdrawRelation, values, labels)


def _listing(kit: ReviewPages) -> tuple[Listing, Select[Any]]:
    expert, given = kit.area.tables.expert, kit.area.tables.review
    reviews = (
        select(given.c.expert_id, func.count().label("reviews"))
        .where(given.c.state.in_(HOLDING))
        .group_by(given.c.expert_id)
        .subquery()
    )
    query = select(expert, func.coalesce(reviews.c.reviews, 0).label("reviews")).outerjoin(
        reviews, reviews.c.expert_id == expert.c.id
    )
    listing = Listing(
        "评审专家",
        (
            Column("name", "姓名", by=expert.c.name, to=lambda row: kit.to("experts", row["id"])),
            Column("id", "编号", by=expert.c.id),
            Column("employer", "任职单位", by=expert.c.employer),
            Column("fields", "专业领域", said=lambda row: "、".join(row["fields"])),
            Column("account", "登录账号"),
            Column("contact_email", "邮箱"),
            Column("reviews", f"评审过（{kit.area.words.measure}）", "number"),
            Column(
                "active", "状态", "state",
                said=lambda row: STATES["yes" if row["active"] else "no"],
                tone=lambda row: "good" if row["active"] else "calm",
            ),
        ),
        filters=(Filter("active", "状态", lambda value: expert.c.active.is_(value == "yes"), STATES),),
        search=(expert.c.name, expert.c.id, expert.c.employer),
        order=(expert.c.id,),
        empty="还没有登记专家；请在下面登记第一位",
        search_title="姓名、编号或单位",
    )  # fmt: skip
    return listing, query


async def _list(
    running: Running,
    kit: ReviewPages,
    listing: Listing,
    query: Select[Any],
    request: Request,
    given: dict[str, str],
    error: DomainError | None = None,
    cells: Sequence[CellProblem] = (),
) -> HTMLResponse:
    async with running.look() as connection:
        found = await listing.page(connection, query, request.query_params)
    return kit.pages.show(
        request, "experts.html", 200 if error is None else error.status, listed=found, given=given, error=error,
        wrong=error.fields if isinstance(error, FormWrong) else {}, states=STATES, address=kit.experts,
        cells=cells, entered=request.query_params.get("entered", ""),
    )  # fmt: skip


async def _do(
    running: Running,
    kit: ReviewPages,
    request: Request,
    by: str,
    expert_id: str,
    given: dict[str, str],
    work: Does[Order],
    order_from: From[Order],
) -> Response:
    """Does one step about an expert, or shows the page again with what was typed and what is wrong with it."""
    try:
        order = order_from(given, _labels(kit))
        async with running.unit(by) as unit:
            await kit.area.changes.found(unit.connection, kit.area.tables.expert, expert_id, "专家")
            await work(unit, order, kit.area)
    except DomainError as error:
        return await _one(running, request, kit, expert_id, given, error)
    return RedirectResponse(f"{kit.to('experts', expert_id)}?done=saved", 303)


async def _one(
    running: Running,
    request: Request,
    kit: ReviewPages,
    expert_id: str,
    given: dict[str, str],
    error: DomainError | None = None,
) -> HTMLResponse:
    area = kit.area
    async with running.look() as connection:
        expert = await area.changes.found(connection, area.tables.expert, expert_id, "专家")
        relations = await expert_rows.relations(connection, area, expert_id)
        counts = await review_rows.counts_of(connection, area, expert_id)
        rounds = [await area.round(connection, id_) for id_ in counts]
        history = await area.changes.of(connection, [expert_id])
        choices = await area.choices(connection)
    newest = sorted(rounds, key=lambda each: (-each.year, each.id))
    reviewed = [
        (kit.named(each), REVIEW.states[state], number) for each in newest for state, number in counts[each.id].items()
    ]
    return kit.pages.show(
        request, "expert.html", 200 if error is None else error.status, expert=expert, relations=relations,
        reviewed=reviewed, history=[row for row in history if row["noun"] == "expert"], kinds=RELATIONS, error=error,
        wrong=error.fields if isinstance(error, FormWrong) else {}, given=given, states=STATES, steps=STEPS,
        choices=choices, words=area.words, unit_label=area.subjects.unit_label, called=kit.called,
        address=kit.to("experts", expert_id), experts=kit.experts,
    )  # fmt: skip
