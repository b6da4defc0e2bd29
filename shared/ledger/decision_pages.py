"""Decisions on rates and amounts: what the text leaves to the office, one or many at once, and all that was decided."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms, outcomes
from shared.ledger.deciding import DecideMany, decide_many
from shared.ledger.forms import Typed
from shared.ledger.showing import Showing
from shared.policy.amounts import Computed
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

WAITS = {"amount": "等待决定金额", "rate": "按上限暂计，可决定比例"}


class _Decisions:
    def __init__(self, showing: Showing) -> None:
        self.showing = showing
        self.tables = showing.ledger.tables
        self.waits: Mapping[str, ColumnElement[bool]] = {
            "amount": self.tables.subsidy.c.outcome == outcomes.WAITING,
            "rate": and_(showing.ledger.shortfalls.unproposed(), self._by_rate(), ~self._decided()),
        }

    def _by_rate(self) -> ColumnElement[bool]:
        """Rules of which the text says "at most" of a rate: computed at the ceiling until the office decides a lower
        one."""
        entry = self.tables.subsidy.c
        found = [
            and_(entry.policy_version.startswith(f"{policy.id}/", autoescape=True), entry.rule == rule.id)
            for policy in self.showing.policies()
            for rule in policy.rules
            if isinstance(rule.amount, Computed) and rule.amount.formula.takes_rate
        ]
        return or_(false(), *found)

    def _decided(self) -> ColumnElement[bool]:
        entry, cause, decision = self.tables.subsidy, self.tables.cause.c, self.tables.decision.c
        about = select(cause.about).where(cause.event_id == entry.c.root).correlate(entry).scalar_subquery()
        same = or_(decision.about == entry.c.root, decision.about == about)
        return exists(select(decision.position).where(same).correlate(entry))

    def waiting(self) -> Select[Any]:
        """What the office may decide: its row is chosen by the event it follows from."""
        entry = self.tables.subsidy.c
        shown = (
            entry.root.label("id"), entry.id.label("entry"), self.tables.subject, self.tables.payee, entry.article,
            entry.rule, entry.policy_version, entry.on_date, entry.outcome, entry.floor_fen, entry.ceiling_fen,
            entry.amount_fen,
        )  # fmt: skip
        standing = self.showing.ledger.rows.standing().where(or_(*self.waits.values()))
        return self.showing.listed(standing.with_only_columns(*shown))

    def listing(self) -> Listing:
        showing, entry = self.showing, self.tables.subsidy.c
        payee, _, article, matter = showing.whose
        return Listing(
            name="待决定",
            columns=(
                showing.subject_to(lambda row: showing.entry(row["entry"])),
                payee,
                *showing.sorts,
                article,
                matter,
                Column("on_date", "日期", kind="day", by=entry.on_date),
                Column(
                    "waits", "等什么", kind="state",
                    said=lambda row: WAITS["amount" if row["outcome"] == outcomes.WAITING else "rate"],
                    tone=lambda row: "wait" if row["outcome"] == outcomes.WAITING else "calm",
                ),
                Column("floor_fen", "下限", kind="yuan", by=entry.floor_fen),
                Column("ceiling_fen", "上限", kind="yuan", by=entry.ceiling_fen),
                Column("amount_fen", "现在的金额", kind="yuan", by=entry.amount_fen),
            ),
            filters=(Filter("waits", "等什么", lambda value: self.waits[value], WAITS), *showing.filters),
            search=(*showing.search, self.tables.subject),
            order=(entry.outcome.desc(), entry.position),
            per_page=200,
            empty=f"没有等待决定的{showing.ledger.noun}",
            search_title=showing.searched,
        )  # fmt: skip

    def recorded(self) -> Select[Any]:
        """Every decision there is, the earlier ones of a matter, too."""
        entry, cause, decision = self.tables.subsidy, self.tables.cause, self.tables.decision
        about = (
            select(func.min(self.showing.called))
            .select_from(entry)
            .join(cause, cause.c.event_id == entry.c.root)
            .where(or_(cause.c.event_id == decision.c.about, cause.c.about == decision.c.about))
            .correlate(decision)
            .scalar_subquery()
        )
        return select(decision, decision.c.position.label("id"), about.label(self.showing.subject.name))

    def recorded_listing(self) -> Listing:
        decision, subject = self.tables.decision.c, self.showing.subject
        return Listing(
            name="已作出的决定",
            columns=(
                Column("on_date", "日期", kind="day", by=decision.on_date),
                Column(subject.name, subject.title, said=lambda row: row[subject.name] or row["about"]),
                Column("rate", "比例"),
                Column("amount", "金额（元）"),
                Column("by", "决定人", by=decision.by, said=lambda row: self.showing.who(row["by"])),
                Column("reason", "理由"),
                Column("about", "事项编号"),
            ),
            filters=(
                Filter("from", "从", lambda value: decision.on_date >= value, kind="day"),
                Filter("until", "到", lambda value: decision.on_date <= value, kind="day"),
            ),
            search=(decision.about, decision.reason, decision.by),
            order=(decision.position.desc(),),
            empty="还没有作出过决定",
            search_title="事项编号、理由、决定人",
        )


def decision_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/decisions", include_in_schema=False)
    rows = _Decisions(showing)
    listing, recorded_listing = rows.listing(), rows.recorded_listing()

    async def page(request: Request, who: Who, typed: Typed) -> HTMLResponse:
        async with running.look() as connection:
            listed = await listing.page(connection, rows.waiting(), request.query_params)
        return showing.pages.show(
            request, "decisions.html", typed.status, showing=showing, listed=listed, typed=typed,
            roles=forms.roles_of(who),
        )  # fmt: skip

    @router.get("", dependencies=[READERS])
    async def decisions(request: Request, who: Known) -> HTMLResponse:
        return await page(request, who, Typed())

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, listing, rows.waiting(), request.query_params)

    @router.post("", dependencies=[may(Role.HEAD)])
    async def decide(request: Request, who: Known) -> Response:
        async def show(typed: Typed) -> HTMLResponse:
            return await page(request, who, typed)

        return await forms.do(
            showing.foreseeing, running, request, who, title="比例与金额决定", does="决定", order=DecideMany,
            work=partial(decide_many, showing.ledger), to=f"{showing.decisions}/recorded", back=showing.decisions,
            show=show,
        )  # fmt: skip

    @router.get("/recorded", dependencies=[READERS])
    async def recorded(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await recorded_listing.page(connection, rows.recorded(), request.query_params)
        return showing.pages.show(request, "decisions_recorded.html", showing=showing, listed=listed)

    @router.get("/recorded.xlsx", dependencies=[READERS])
    async def recorded_workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, recorded_listing, rows.recorded(), request.query_params)

    return router
