"""Taking back: an award by a reversing entry, what it touches computed again on request, paid money recovered."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import Select, and_, func, or_, select

from services.incubator.store.tables import CARRIER, ORGANISATION, RECOVERY, SUBSIDY, TOUCHED
from services.incubator.usecases.bookkeeping import receive_recovery, recompute_touched, reverse_subsidy, waive_recovery
from services.incubator.web import money_forms
from services.incubator.web.explanation import matter
from services.incubator.web.looks import PAGES, to
from services.incubator.web.subsidies import subsidy_page
from services.incubator.web.wording import RECOVERIES
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms
from shared.ledger.forms import Typed
from shared.ledger.recovering import ReceiveRecovery, WaiveRecovery
from shared.ledger.reversing import RecomputeTouched, ReverseSubsidy
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

BASE = "/incubator/recoveries"
_REVERSAL = SUBSIDY.alias("reversal")
_UNASKED = (
    select(func.count())
    .select_from(TOUCHED)
    .where(TOUCHED.c.reversal_id == _REVERSAL.c.id, TOUCHED.c.requested_at.is_(None))
    .correlate(_REVERSAL)
    .scalar_subquery()
)
OPEN = {"open": "还有事要办", "done": "已办结"}
_OPEN = or_(RECOVERY.c.state == "open", _UNASKED > 0)
LISTING = Listing(
    name="冲销和追回",
    columns=(
        Column(
            "carrier", "载体", by=CARRIER.c.name, said=lambda row: row["carrier"] or row["carrier_id"],
            to=lambda row: to("subsidies", row["id"]),
        ),
        Column(
            "organisation", "单位", by=ORGANISATION.c.name,
            said=lambda row: row["organisation"] or row["organisation_id"],
        ),
        Column("matter", "事项", said=matter),
        Column("reversed_on", "冲销日期", kind="day", by=_REVERSAL.c.on_date),
        Column("why", "冲销原因", said=lambda row: row["why"] or "重新核算"),
        Column("amount_fen", "冲销金额", kind="yuan", by=SUBSIDY.c.amount_fen),
        Column("back_fen", "应追回", kind="yuan", by=RECOVERY.c.amount_fen),
        Column(
            "recovery", "追回", kind="state",
            said=lambda row: RECOVERIES[row["recovery"]].name if row["recovery"] else None,
            tone=lambda row: RECOVERIES[row["recovery"]].tone if row["recovery"] else "calm",
        ),
        Column("document_no", "凭证或文号"),
        Column("unasked", "待重新核算（笔）", kind="number", said=lambda row: row["unasked"] or None),
    ),
    filters=(Filter("open", "办理", lambda value: _OPEN if value == "open" else ~_OPEN, OPEN),),
    search=(CARRIER.c.name, ORGANISATION.c.name, SUBSIDY.c.id),
    order=(_REVERSAL.c.position.desc(),),
    empty="没有冲销过补助",
    search_title="单位、载体的名称，补助编号",
)  # fmt: skip


def reversal_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/recoveries", dependencies=[READERS])
    async def recoveries(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, _query(), request.query_params)
        return PAGES.show(request, "recoveries.html", listed=listed)

    @router.get("/recoveries.xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, _query(), request.query_params)

    @router.post("/subsidies/{subsidy_id}/reverse", dependencies=[may(Role.HEAD)])
    async def reverse(request: Request, who: Known, subsidy_id: str) -> Response:
        """What the reversal touches is listed; it is computed again when somebody asks for it."""
        return await money_forms.do(
            running, request, who, title="冲销补助", does="冲销", order=ReverseSubsidy, work=reverse_subsidy,
            to=to("subsidies", subsidy_id), show=_again(running, request, who, subsidy_id),
            given={"subsidy_id": subsidy_id, "recompute": False},
        )  # fmt: skip

    @router.post("/subsidies/{subsidy_id}/recompute", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def recompute(request: Request, who: Known, subsidy_id: str) -> Response:
        return await money_forms.do(
            running, request, who, title="重新核算受影响的补助", does="重新核算", order=RecomputeTouched,
            work=recompute_touched, to=to("subsidies", subsidy_id),
            show=_again(running, request, who, subsidy_id), given={"subsidy_id": subsidy_id},
        )  # fmt: skip

    @router.post("/subsidies/{subsidy_id}/receive", dependencies=[may(Role.FINANCE)])
    async def receive(request: Request, who: Known, subsidy_id: str) -> Response:
        return await money_forms.do(
            running, request, who, title="登记已经收回", does="登记", order=ReceiveRecovery, work=receive_recovery,
            to=to("subsidies", subsidy_id), show=_again(running, request, who, subsidy_id),
            given={"subsidy_id": subsidy_id},
        )  # fmt: skip

    @router.post("/subsidies/{subsidy_id}/waive", dependencies=[may(Role.HEAD)])
    async def waive(request: Request, who: Known, subsidy_id: str) -> Response:
        return await money_forms.do(
            running, request, who, title="免予追回", does="免予追回", order=WaiveRecovery, work=waive_recovery,
            to=to("subsidies", subsidy_id), show=_again(running, request, who, subsidy_id),
            given={"subsidy_id": subsidy_id},
        )  # fmt: skip

    return router


def _again(running: Running, request: Request, who: Who, subsidy_id: str) -> forms.Show:
    async def show(typed: Typed) -> HTMLResponse:
        return await subsidy_page(running, request, who, subsidy_id, typed)

    return show


def _query() -> Select[Any]:
    """Reversed awards, by the office or by computing again, with what is left to do about each."""
    return (
        select(
            SUBSIDY.c.id, SUBSIDY.c.carrier_id, SUBSIDY.c.organisation_id, SUBSIDY.c.rule, SUBSIDY.c.policy_version,
            SUBSIDY.c.outcome, SUBSIDY.c.amount_fen, _REVERSAL.c.on_date.label("reversed_on"),
            _REVERSAL.c.reason.label("why"), RECOVERY.c.state.label("recovery"),
            RECOVERY.c.amount_fen.label("back_fen"), RECOVERY.c.document_no, _UNASKED.label("unasked"),
            CARRIER.c.name.label("carrier"), ORGANISATION.c.name.label("organisation"),
        )
        .join(_REVERSAL, and_(_REVERSAL.c.reverses == SUBSIDY.c.id, SUBSIDY.c.outcome == "awarded"))
        .outerjoin(RECOVERY, RECOVERY.c.subsidy_id == SUBSIDY.c.id)
        .outerjoin(CARRIER, CARRIER.c.id == SUBSIDY.c.carrier_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == SUBSIDY.c.organisation_id)
    )  # fmt: skip
