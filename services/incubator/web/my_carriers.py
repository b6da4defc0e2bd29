"""An operator's carrier: its profile, what it lacks for the next level, and the changes it reports."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import RowMapping

from services.incubator.domain import reported_changes
from services.incubator.store import carrier_list, changes, claims, mentors, own, tenants
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases.carrier_changes import (
    ReportChange,
    WithdrawChange,
    report_change,
    said,
    withdraw_change,
)
from services.incubator.usecases.mentors import KINDS
from services.incubator.usecases.next_level import APPLICATION, CHANGE, REGISTER, REPORT, NextLevel, lacking
from services.incubator.web.looks import PAGES, to
from services.incubator.web.own_carrier import check_of, own_carrier, place_of, typed
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.pictures import Part, stacked

OPERATOR = may(Role.OPERATOR)
FIELDS = ("new", "credit_code", "district", "happened_on", "reason")
NOTHING: Mapping[str, str] = {}
STATES = (Part("符合", "good"), Part("不符合", "bad"), Part("缺少数字", "wait"))
TONES = {"met": "good", "not_met": "bad", "unknown": "wait"}


class Telling(NamedTuple):
    """Where a figure can be told that nobody has told yet."""

    says: str
    href: str


def my_carrier_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/carriers/{carrier_id}", include_in_schema=False)

    @router.get("", dependencies=[OPERATOR])
    async def profile(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _profile(running, request, who, carrier_id)

    @router.get("/changes", dependencies=[OPERATOR])
    async def reporting(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _changes(running, request, who, carrier_id)

    @router.post("/changes", dependencies=[OPERATOR])
    async def report(request: Request, who: Known, carrier_id: str) -> Response:
        form = await request.form()
        sent = typed(form, (*FIELDS, "what"))
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await report_change(unit, ReportChange(carrier_id=carrier_id, **sent))
        except DomainError as wrong:
            return await _changes(running, request, who, carrier_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'changes')}?saved=reported", 303)

    @router.post("/changes/{change_id}/withdraw", dependencies=[OPERATOR])
    async def withdraw(request: Request, who: Known, carrier_id: str, change_id: str) -> Response:
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                check_of(await claims.change(unit.connection, change_id), carrier_id)
                await withdraw_change(unit, WithdrawChange(change_id=change_id))
        except DomainError as wrong:
            return await _changes(running, request, who, carrier_id, None, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'changes')}?saved=withdrawn", 303)

    return router


async def _profile(running: Running, request: Request, who: Who, carrier_id: str) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        all_reports = await own.reports(connection, [carrier["organisation_id"]])
        reports = [row for row in all_reports if row["carrier_id"] == carrier_id]
        moved = [row for row in await changes.of(connection, [carrier_id]) if row["noun"] == "carrier"]
        reported = await claims.changes_of(connection, carrier_id)
        counted = await tenants.counted(connection, carrier_id, today)
        engaged = {kind: await mentors.engaged(connection, carrier_id, kind, today, today) for kind in KINDS}
        ahead = await lacking(connection, carrier, today)
    return PAGES.show(
        request,
        "my_carrier.html",
        carrier=carrier,
        base=place_of(carrier_id),
        reports=reports,
        moved=list(reversed(moved)),
        reported=reported,
        what=reported_changes.WHAT,
        said=said,
        tenants=counted,
        mentors=engaged,
        ahead=ahead,
        tones=TONES,
        picture=_picture(ahead),
        tell=_tell(carrier_id, reports),
    )


def _picture(ahead: NextLevel) -> Markup:
    if not ahead.checked or ahead.conditions is None:
        return Markup("")
    counted = ahead.counted()
    row = ("条件", [counted[state] for state in TONES], f"{len(ahead.checked)} 项")
    return stacked(f"距{ahead.conditions.title}", STATES, [row], ahead.summary)


def _tell(carrier_id: str, reports: Sequence[RowMapping]) -> dict[str, Telling]:
    taken = next((row for row in reports if row["round_state"] == "open"), None)
    report = to("mine/reports", taken["id"]) if taken else "/incubator/mine"
    return {
        REPORT: Telling("在年度填报里填" if taken else "在下一次年度填报里填", report),
        REGISTER: Telling("登记在孵企业和导师", place_of(carrier_id, "tenants")),
        CHANGE: Telling("报告场地面积", f"{place_of(carrier_id, 'changes')}?what=area"),
        APPLICATION: Telling("在资格申请里填", "/incubator/mine/titles"),
    }


async def _changes(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    """The form for one sort of change, and what was reported before."""
    asked = (sent or {}).get("what") or request.query_params.get("what", "")
    what = asked if asked in reported_changes.WHAT else reported_changes.NAME
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        organisation = await changes.found(connection, ORGANISATION, carrier["organisation_id"], "运营单位")
        reported = await claims.changes_of(connection, carrier_id)
        districts = await carrier_list.districts(connection)
    return PAGES.show(
        request,
        "my_changes.html",
        200 if error is None else error.status,
        carrier=carrier,
        organisation=organisation,
        base=place_of(carrier_id),
        what=what,
        options=reported_changes.WHAT,
        rule=reported_changes.RULE,
        reported=reported,
        district_options={each: each for each in districts},
        said=said,
        typed=sent or dict.fromkeys(FIELDS, "") | {"district": carrier["district"]},
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
    )
