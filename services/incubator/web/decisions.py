"""Decisions on rates and amounts: what the text leaves to the office, one or many at once, and all that was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from services.incubator.store import ledger
from services.incubator.store.money import named
from services.incubator.store.shortages import UNPROPOSED
from services.incubator.store.tables import CARRIER, CAUSE, DECISION, ORGANISATION, SUBSIDY
from services.incubator.usecases.bookkeeping import decide_many
from services.incubator.usecases.questions import POLICY
from services.incubator.web import money_forms
from services.incubator.web.explanation import matter
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import kind_name
from services.incubator.web.wording import who as named_who
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms, outcomes
from shared.ledger.deciding import DecideMany
from shared.ledger.explaining import article_name
from shared.ledger.forms import Typed
from shared.policy.amounts import Computed
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

BASE = "/incubator/decisions"
BY_RATE = tuple(
    rule.id for rule in POLICY.rules if isinstance(rule.amount, Computed) and rule.amount.formula.takes_rate
)
"""Rules of which the text says "at most" of a rate: computed at the ceiling until the office decides a lower one."""
WAITS = {"amount": "等待决定金额", "rate": "按上限暂计，可决定比例"}
_ROOT = select(CAUSE.c.about).where(CAUSE.c.event_id == SUBSIDY.c.root).correlate(SUBSIDY).scalar_subquery()
_DECIDED = exists(select(DECISION.c.position).where(or_(DECISION.c.about == SUBSIDY.c.root, DECISION.c.about == _ROOT)))
_WAITS: Mapping[str, ColumnElement[bool]] = {
    "amount": SUBSIDY.c.outcome == outcomes.WAITING,
    "rate": and_(UNPROPOSED, SUBSIDY.c.rule.in_(BY_RATE), ~_DECIDED),
}
LISTING = Listing(
    name="待决定",
    columns=(
        Column(
            "carrier", "载体", by=CARRIER.c.name, said=lambda row: row["carrier"] or row["carrier_id"],
            to=lambda row: to("subsidies", row["entry"]),
        ),
        Column(
            "organisation", "单位", by=ORGANISATION.c.name,
            said=lambda row: row["organisation"] or row["organisation_id"],
        ),
        Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),
        Column("article", "条文", by=SUBSIDY.c.article, said=lambda row: article_name(row["article"])),
        Column("matter", "事项", said=matter),
        Column("on_date", "日期", kind="day", by=SUBSIDY.c.on_date),
        Column(
            "waits", "等什么", kind="state",
            said=lambda row: WAITS["amount" if row["outcome"] == outcomes.WAITING else "rate"],
            tone=lambda row: "wait" if row["outcome"] == outcomes.WAITING else "calm",
        ),
        Column("floor_fen", "下限", kind="yuan", by=SUBSIDY.c.floor_fen),
        Column("ceiling_fen", "上限", kind="yuan", by=SUBSIDY.c.ceiling_fen),
        Column("amount_fen", "现在的金额", kind="yuan", by=SUBSIDY.c.amount_fen),
    ),
    filters=(
        Filter("waits", "等什么", lambda value: _WAITS[value], WAITS),
        Filter("kind", "类型", lambda value: CARRIER.c.kind == value, POLICY.kinds),
    ),
    search=(CARRIER.c.name, ORGANISATION.c.name, CARRIER.c.id, SUBSIDY.c.carrier_id),
    order=(SUBSIDY.c.outcome.desc(), SUBSIDY.c.position),
    per_page=200,
    empty="没有等待决定的补助",
    search_title="单位、载体的名称或编号",
)  # fmt: skip
RECORDED = Listing(
    name="已作出的决定",
    columns=(
        Column("on_date", "日期", kind="day", by=DECISION.c.on_date),
        Column("carrier", "载体", said=lambda row: row["carrier"] or row["about"]),
        Column("rate", "比例"),
        Column("amount", "金额（元）"),
        Column("by", "决定人", by=DECISION.c.by, said=lambda row: named_who(row["by"])),
        Column("reason", "理由"),
        Column("about", "事项编号"),
    ),
    filters=(
        Filter("from", "从", lambda value: DECISION.c.on_date >= value, kind="day"),
        Filter("until", "到", lambda value: DECISION.c.on_date <= value, kind="day"),
    ),
    search=(DECISION.c.about, DECISION.c.reason, DECISION.c.by),
    order=(DECISION.c.position.desc(),),
    empty="还没有作出过决定",
    search_title="事项编号、理由、决定人",
)


def decision_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/decisions", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def decisions(request: Request, who: Known) -> HTMLResponse:
        return await _page(running, request, who)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, _waiting(), request.query_params)

    @router.post("", dependencies=[may(Role.HEAD)])
    async def decide(request: Request, who: Known) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await _page(running, request, who, typed)

        return await money_forms.do(
            running, request, who, title="比例与金额决定", does="决定", order=DecideMany, work=decide_many,
            to=f"{BASE}/recorded", back=BASE, show=show,
        )  # fmt: skip

    @router.get("/recorded", dependencies=[READERS])
    async def recorded(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await RECORDED.page(connection, _recorded(), request.query_params)
        return PAGES.show(request, "decisions_recorded.html", listed=listed)

    @router.get("/recorded.xlsx", dependencies=[READERS])
    async def recorded_workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, RECORDED, _recorded(), request.query_params)

    return router


def _waiting() -> Select[Any]:
    """What the office may decide: its row is chosen by the event it follows from."""
    standing = named(ledger.standing().where(or_(*_WAITS.values())))
    return standing.with_only_columns(
        SUBSIDY.c.root.label("id"), SUBSIDY.c.id.label("entry"), *_SHOWN, *_NAMES, maintain_column_froms=True
    )


_SHOWN: Sequence[ColumnElement[Any]] = (
    SUBSIDY.c.carrier_id, SUBSIDY.c.organisation_id, SUBSIDY.c.article, SUBSIDY.c.rule, SUBSIDY.c.policy_version,
    SUBSIDY.c.on_date, SUBSIDY.c.outcome, SUBSIDY.c.floor_fen, SUBSIDY.c.ceiling_fen, SUBSIDY.c.amount_fen,
)  # fmt: skip
_NAMES: Sequence[ColumnElement[Any]] = (
    CARRIER.c.name.label("carrier"), CARRIER.c.kind.label("kind"), ORGANISATION.c.name.label("organisation"),
)  # fmt: skip


def _recorded() -> Select[Any]:
    """Every decision there is, the earlier ones of a matter, too."""
    carrier = (
        select(func.min(CARRIER.c.name))
        .join(SUBSIDY, SUBSIDY.c.carrier_id == CARRIER.c.id)
        .join(CAUSE, CAUSE.c.event_id == SUBSIDY.c.root)
        .where(or_(CAUSE.c.event_id == DECISION.c.about, CAUSE.c.about == DECISION.c.about))
        .correlate(DECISION)
        .scalar_subquery()
    )
    return select(DECISION, DECISION.c.position.label("id"), carrier.label("carrier"))


async def _page(running: Running, request: Request, who: Who, typed: Typed | None = None) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        listed = await LISTING.page(connection, _waiting(), request.query_params)
    return PAGES.show(request, "decisions.html", typed.status, listed=listed, typed=typed, roles=forms.roles_of(who))
