"""Taking back: an award by a reversing entry, what it touches computed again on request, paid money recovered."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Select, and_, false, func, or_, select

from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms
from shared.ledger.entry_pages import entry_page
from shared.ledger.forms import Order, Typed
from shared.ledger.outcomes import AWARDED
from shared.ledger.recovering import ReceiveRecovery, WaiveRecovery, receive_recovery, waive_recovery
from shared.ledger.reversing import RecomputeTouched, ReverseSubsidy, recompute_touched, reverse_subsidy
from shared.ledger.service import Ledger
from shared.ledger.showing import Showing
from shared.ledger.words import RECOVERIES
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

OPEN = {"open": "还有事要办", "done": "已办结"}


class _Reversed:
    """Reversed awards, by the office or by computing again, with what is left to do about each."""

    def __init__(self, showing: Showing) -> None:
        self.showing = showing
        self.tables = showing.ledger.tables
        self.reversal = self.tables.subsidy.alias("reversal")
        touched = self.tables.touched.c
        self.unasked = (
            select(func.count())
            .select_from(self.tables.touched)
            .where(touched.reversal_id == self.reversal.c.id, touched.requested_at.is_(None))
            .correlate(self.reversal)
            .scalar_subquery()
        )

    def query(self) -> Select[Any]:
        entry, recovery = self.tables.subsidy, self.tables.recovery
        reversal = self.reversal
        found = (
            select(
                entry.c.id, self.tables.subject, self.tables.payee, entry.c.rule, entry.c.policy_version,
                entry.c.outcome, entry.c.amount_fen, reversal.c.on_date.label("reversed_on"),
                reversal.c.reason.label("why"), recovery.c.state.label("recovery"),
                recovery.c.amount_fen.label("back_fen"), recovery.c.document_no, self.unasked.label("unasked"),
            )
            .join(reversal, and_(reversal.c.reverses == entry.c.id, entry.c.outcome == AWARDED))
            .outerjoin(recovery, recovery.c.subsidy_id == entry.c.id)
        )  # fmt: skip
        return self.showing.listed(found)

    def listing(self) -> Listing:
        showing, entry, recovery = self.showing, self.tables.subsidy.c, self.tables.recovery.c
        open_ = or_(recovery.state == "open", self.unasked > 0)
        noun, payee, subject = showing.ledger.noun, showing.payee, showing.subject
        return Listing(
            name="冲销和追回",
            columns=(
                subject,
                payee,
                showing.whose[3],
                Column("reversed_on", "冲销日期", kind="day", by=self.reversal.c.on_date),
                Column("why", "冲销原因", said=lambda row: row["why"] or "重新核算"),
                Column("amount_fen", "冲销金额", kind="yuan", by=entry.amount_fen),
                Column("back_fen", "应追回", kind="yuan", by=recovery.amount_fen),
                Column(
                    "recovery", "追回", kind="state",
                    said=lambda row: RECOVERIES[row["recovery"]]["name"] if row["recovery"] else None,
                    tone=lambda row: RECOVERIES[row["recovery"]]["tone"] if row["recovery"] else "calm",
                ),
                Column("document_no", "凭证或文号"),
                Column("unasked", "待重新核算（笔）", kind="number", said=lambda row: row["unasked"] or None),
            ),
            filters=(
                Filter(
                    "open", "办理",
                    lambda value: open_ if value == "open" else ~func.coalesce(open_, false()),
                    OPEN,
                ),
            ),
            search=tuple(showing.search),
            order=(self.reversal.c.position.desc(),),
            empty=f"没有冲销过{noun}",
            search_title=f"{payee.title}、{subject.title}的名称，{noun}编号",
        )  # fmt: skip


def reversal_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    reversed_ = _Reversed(showing)
    listing = reversed_.listing()
    noun, entry = showing.ledger.noun, f"/{showing.place}/{{subsidy_id}}"
    does = partial(_does, running, showing)

    @router.get("/recoveries", dependencies=[READERS])
    async def recoveries(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await listing.page(connection, reversed_.query(), request.query_params)
        return showing.pages.show(request, "recoveries.html", listed=listed, noun=noun)

    @router.get("/recoveries.xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, listing, reversed_.query(), request.query_params)

    @router.post(f"{entry}/reverse", dependencies=[may(Role.HEAD)])
    async def reverse(request: Request, who: Known, subsidy_id: str) -> Response:
        """What the reversal touches is listed; it is computed again when somebody asks for it."""
        words = f"冲销{noun}", "冲销"
        return await does(request, who, subsidy_id, words, ReverseSubsidy, reverse_subsidy, {"recompute": False})

    @router.post(f"{entry}/recompute", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def recompute(request: Request, who: Known, subsidy_id: str) -> Response:
        words = f"重新核算受影响的{noun}", "重新核算"
        return await does(request, who, subsidy_id, words, RecomputeTouched, recompute_touched)

    @router.post(f"{entry}/receive", dependencies=[may(Role.FINANCE)])
    async def receive(request: Request, who: Known, subsidy_id: str) -> Response:
        words = "登记已经收回", "登记"
        return await does(request, who, subsidy_id, words, ReceiveRecovery, receive_recovery)

    @router.post(f"{entry}/waive", dependencies=[may(Role.HEAD)])
    async def waive(request: Request, who: Known, subsidy_id: str) -> Response:
        words = "免予追回", "免予追回"
        return await does(request, who, subsidy_id, words, WaiveRecovery, waive_recovery)

    return router


async def _does(
    running: Running,
    showing: Showing,
    request: Request,
    who: Who,
    subsidy_id: str,
    words: tuple[str, str],
    order: type[Order],
    work: Callable[[Ledger, Unit, Order], Awaitable[Any]],
    more: Mapping[str, object] | None = None,
) -> Response:
    """One step about an entry: `words` are its title and its verb. What is wrong with it is shown on its page."""

    async def show(typed: Typed) -> HTMLResponse:
        return await entry_page(running, showing, request, who, subsidy_id, typed)

    return await forms.do(
        showing.foreseeing, running, request, who, title=words[0], does=words[1], order=order,
        work=partial(work, showing.ledger), to=showing.entry(subsidy_id), show=show,
        given={"subsidy_id": subsidy_id, **(more or {})},
    )  # fmt: skip
