"""The register of experts at the office: who they are, what ties them to others, what they have reviewed."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import func, or_, select

from services.incubator.store import changes, reviews
from services.incubator.store.review_tables import EXPERT, EXPERT_RELATION, REVIEW
from services.incubator.store.tables import CARRIER
from services.incubator.usecases import experts
from services.incubator.usecases.experts import DeclareRelation, RegisterExpert, WithdrawRelation
from services.incubator.web.looks import PAGES, to
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.messaging.unit import Unit
from shared.review import RELATIONS
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import FormWrong, order_of, typed
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

Order = TypeVar("Order")
CLERKS = may(Role.CLERK, Role.HEAD)
LABELS = {
    "id": "专家编号", "name": "姓名", "employer": "任职单位", "employer_code": "任职单位信用代码", "fields": "专业领域",
    "contact_email": "邮箱", "contact_phone": "电话", "account": "登录账号", "active": "状态", "kind": "关系",
    "party_name": "单位名称", "party_code": "单位信用代码", "carrier_id": "载体编号", "said": "说明",
    "relation": "编号", "reason": "理由",
}  # fmt: skip
STATES = {"yes": "可以抽取", "no": "停用"}
REVIEWS = (
    select(REVIEW.c.expert_id, func.count().label("reviews"))
    .where(REVIEW.c.state.in_(reviews.HOLDING))
    .group_by(REVIEW.c.expert_id)
    .subquery()
)
QUERY = select(EXPERT, func.coalesce(REVIEWS.c.reviews, 0).label("reviews")).outerjoin(
    REVIEWS, REVIEWS.c.expert_id == EXPERT.c.id
)
LISTING = Listing(
    "评审专家",
    (
        Column("name", "姓名", by=EXPERT.c.name, to=lambda row: to("experts", row["id"])),
        Column("id", "编号", by=EXPERT.c.id),
        Column("employer", "任职单位", by=EXPERT.c.employer),
        Column("fields", "专业领域", said=lambda row: "、".join(row["fields"])),
        Column("account", "登录账号"),
        Column("contact_email", "邮箱"),
        Column("reviews", "评审过（家）", "number"),
        Column(
            "active", "状态", "state",
            said=lambda row: STATES["yes" if row["active"] else "no"],
            tone=lambda row: "good" if row["active"] else "calm",
        ),
    ),
    filters=(Filter("active", "状态", lambda value: EXPERT.c.active.is_(value == "yes"), STATES),),
    search=(EXPERT.c.name, EXPERT.c.id, EXPERT.c.employer),
    order=(EXPERT.c.id,),
    empty="还没有登记专家；请在下面登记第一位",
    search_title="姓名、编号或单位",
)  # fmt: skip


def expert_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/experts", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request, {})

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, QUERY, request.query_params)

    @router.post("", dependencies=[CLERKS])
    async def add(request: Request, who: Known) -> Response:
        given = typed(await request.form())
        try:
            order = _registered(given)
            async with running.unit(who.account) as unit:
                await experts.register_expert(unit, order)
        except DomainError as error:
            return await _list(running, request, given, error)
        return RedirectResponse(f"{to('experts', order.id)}?done=registered", 303)

    @router.get("/{expert_id}", dependencies=[READERS])
    async def one(request: Request, expert_id: str) -> HTMLResponse:
        return await _one(running, request, expert_id, {})

    @router.post("/{expert_id}", dependencies=[CLERKS])
    async def change(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form()) | {"id": expert_id}
        return await _do(running, request, who.account, expert_id, given, experts.register_expert, _registered)

    @router.post("/{expert_id}/relations", dependencies=[CLERKS])
    async def declare(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form()) | {"expert_id": expert_id}
        return await _do(running, request, who.account, expert_id, given, experts.declare_relation, _declared)

    @router.post("/{expert_id}/relations/withdraw", dependencies=[CLERKS])
    async def withdraw(request: Request, who: Known, expert_id: str) -> Response:
        given = typed(await request.form())
        return await _do(running, request, who.account, expert_id, given, experts.withdraw_relation, _withdrawn)

    return router


def _registered(given: dict[str, str]) -> RegisterExpert:
    names = ("id", "name", "employer", "employer_code", "contact_email", "contact_phone")
    fields = [each.strip() for each in given.get("fields", "").replace(",", "、").split("、") if each.strip()]
    values = {name: given.get(name, "") for name in names} | {
        "fields": fields,
        "account": given.get("account") or None,
        "active": given.get("active", "yes") == "yes",
    }
    return order_of(RegisterExpert, values, LABELS)


def _declared(given: dict[str, str]) -> DeclareRelation:
    values = {name: given.get(name, "") for name in ("expert_id", "kind", "party_name", "party_code", "said")}
    return order_of(DeclareRelation, values | {"carrier_id": given.get("carrier_id") or None}, LABELS)


def _withdrawn(given: dict[str, str]) -> WithdrawRelation:
    values = {"relation": given.get("relation", ""), "reason": given.get("reason", "")}
    return order_of(WithdrawRelation, values, LABELS)


async def _do(
    running: Running,
    request: Request,
    by: str,
    expert_id: str,
    given: dict[str, str],
    work: Callable[[Unit, Order], Awaitable[object]],
    order_from: Callable[[dict[str, str]], Order],
) -> Response:
    """Does one step about an expert, or shows the page again with what was typed and what is wrong with it."""
    try:
        order = order_from(given)
        async with running.unit(by) as unit:
            await changes.found(unit.connection, EXPERT, expert_id, "专家")
            await work(unit, order)
    except DomainError as error:
        return await _one(running, request, expert_id, given, error)
    return RedirectResponse(f"{to('experts', expert_id)}?done=saved", 303)


async def _list(
    running: Running, request: Request, given: dict[str, str], error: DomainError | None = None
) -> HTMLResponse:
    async with running.look() as connection:
        listed = await LISTING.page(connection, QUERY, request.query_params)
    return PAGES.show(
        request, "experts.html", 200 if error is None else error.status, listed=listed, given=given, error=error,
        wrong=error.fields if isinstance(error, FormWrong) else {}, labels=LABELS, states=STATES,
    )  # fmt: skip


async def _one(
    running: Running, request: Request, expert_id: str, given: dict[str, str], error: DomainError | None = None
) -> HTMLResponse:
    async with running.look() as connection:
        expert = await changes.found(connection, EXPERT, expert_id, "专家")
        ties = select(EXPERT_RELATION).where(EXPERT_RELATION.c.expert_id == expert_id)
        relations = (await connection.execute(ties.order_by(EXPERT_RELATION.c.position))).mappings().all()
        rounds = await reviews.rounds_of(connection, expert_id)
        history = await changes.of(connection, [expert_id])
        named = select(CARRIER.c.id, CARRIER.c.name).where(or_(CARRIER.c.state == "active", CARRIER.c.state.is_(None)))
        carriers = {row.id: row.name for row in await connection.execute(named.order_by(CARRIER.c.id))}
    return PAGES.show(
        request, "expert.html", 200 if error is None else error.status, expert=expert, relations=relations,
        rounds=rounds, history=[row for row in history if row["noun"] == "expert"], kinds=RELATIONS, error=error,
        wrong=error.fields if isinstance(error, FormWrong) else {}, given=given, labels=LABELS, states=STATES,
        carriers=carriers, address=to("experts", expert_id),
    )  # fmt: skip
