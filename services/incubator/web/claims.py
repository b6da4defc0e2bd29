"""What operators reported and a clerk checks: the list of what waits, and a page for each with confirm and refuse."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping
from starlette.datastructures import FormData

from services.incubator.domain import lifecycles, reported_changes
from services.incubator.store import carrier_list, changes, claims, tenants
from services.incubator.store.claims import CHANGE, HNTE, ITEMS, KINDS
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.usecases.carrier_changes import DecideChange, decide_change, said
from services.incubator.usecases.hnte_claims import CHECKS, DecideClaim, decide_claim, findings
from services.incubator.web.claim_files import owner_of, served_file
from services.incubator.web.districts import LOOKERS, districts_of
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.my_carriers import NOTHING
from services.incubator.web.own_carrier import typed
from services.incubator.web.wording import REPORTED_CHANGES
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.evidence.files import files_of
from shared.evidence.states import STATES as EVIDENCE_STATES
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

READ, DECIDE = may(*LOOKERS), may(Role.CLERK, Role.HEAD)
PLACES = {CHANGE: "claims/changes", HNTE: "claims/hnte"}
OUTCOMES = {"confirmed": "确认", "refused": "不予核定"}


def _late(row: RowMapping) -> str:
    return f"逾期 {row['days_late']} 天" if row["days_late"] else ""


CLAIMS = Listing(
    "登记核对",
    columns=(
        Column("at", "报告时间", "moment", by=ITEMS.c.at, to=lambda row: to(PLACES[row["kind"]], row["id"])),
        Column("kind", "类别", said=lambda row: KINDS[row["kind"]], by=ITEMS.c.kind),
        Column("carrier", "载体", by=CARRIER.c.name, to=lambda row: to("carriers", row["carrier_id"])),
        Column("district", "地区", by=CARRIER.c.district),
        Column("organisation", "运营单位", by=ORGANISATION.c.name),
        Column("what", "事项或企业", by=ITEMS.c.what),
        Column("says", "变更为或证书编号"),
        Column("days_late", "三个月期限", said=_late, by=ITEMS.c.days_late),
        Column(
            "state",
            "状态",
            "state",
            by=ITEMS.c.state,
            said=lambda row: REPORTED_CHANGES[row["state"]].name,
            tone=lambda row: REPORTED_CHANGES[row["state"]].tone,
        ),
        Column("decided_at", "核定时间", "moment", by=ITEMS.c.decided_at),
    ),
    filters=(
        Filter("kind", "类别", lambda kind: ITEMS.c.kind == kind, KINDS),
        Filter("state", "状态", lambda state: ITEMS.c.state == state, lifecycles.REPORTED_CHANGE.states),
        Filter("district", "地区", lambda text: CARRIER.c.district == text, kind="text"),
        Filter(
            "late",
            "三个月期限",
            lambda late: ITEMS.c.days_late > 0 if late == "late" else ITEMS.c.days_late == 0,
            {"late": "逾期", "in_time": "按期"},
        ),
    ),
    search=(CARRIER.c.name, ORGANISATION.c.name, ITEMS.c.what, ITEMS.c.says, ITEMS.c.carrier_id),
    order=(ITEMS.c.state != "pending", ITEMS.c.at, ITEMS.c.id),
    empty="没有等待核对的登记；运营机构报告变更或申报高新技术企业后出现在这里",
    search_title="载体、企业、证书编号",
)


def claim_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/claims", dependencies=[READ])
    async def claims_page(request: Request, who: Known) -> HTMLResponse:
        async with running.look() as connection:
            listed = await CLAIMS.page(connection, claims.listed(districts_of(who)), request.query_params)
        return PAGES.show(request, "claims.html", listed=listed, rule=reported_changes.RULE)

    @router.get("/claims.xlsx", dependencies=[READ])
    async def table(request: Request, who: Known) -> Response:
        async with running.look() as connection:
            return await export(connection, CLAIMS, claims.listed(districts_of(who)), request.query_params)

    @router.get("/claims/changes/{change_id}", dependencies=[READ])
    async def change(request: Request, who: Known, change_id: str) -> HTMLResponse:
        return await _change(running, request, who, change_id)

    @router.post("/claims/changes/{change_id}", dependencies=[DECIDE])
    async def decide_a_change(request: Request, who: Known, change_id: str) -> Response:
        sent = typed(await request.form(), ("outcome", "reason"))
        try:
            order = DecideChange(change_id=change_id, outcome=_outcome(sent), reason=sent["reason"])
            return await foreseen_or_done(
                running,
                request,
                who,
                title=f"变更报告：{OUTCOMES[order.outcome]}",
                does=OUTCOMES[order.outcome],
                work=lambda unit: decide_change(unit, order),
                to="/incubator/claims?saved=1",
                back=to(PLACES[CHANGE], change_id),
            )
        except DomainError as wrong:
            return await _change(running, request, who, change_id, sent, wrong)

    @router.get("/claims/hnte/{claim_id}", dependencies=[READ])
    async def claim(request: Request, who: Known, claim_id: str) -> HTMLResponse:
        return await _claim(running, request, who, claim_id)

    @router.post("/claims/hnte/{claim_id}", dependencies=[DECIDE])
    async def decide_a_claim(request: Request, who: Known, claim_id: str) -> Response:
        form = await request.form()
        sent = typed(form, ("outcome", "reason"))
        checked = _checked(form)
        try:
            order = DecideClaim(claim_id=claim_id, outcome=_outcome(sent), reason=sent["reason"], checked=checked)
            return await foreseen_or_done(
                running,
                request,
                who,
                title=f"高新技术企业申报：{OUTCOMES[order.outcome]}",
                does=OUTCOMES[order.outcome],
                work=lambda unit: decide_claim(unit, order),
                to="/incubator/claims?saved=1",
                back=to(PLACES[HNTE], claim_id),
            )
        except DomainError as wrong:
            return await _claim(running, request, who, claim_id, {**sent, "checked": checked}, wrong)

    @router.get("/claims/hnte/{claim_id}/files/{file_id}", dependencies=[READ])
    async def file(who: Known, claim_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            row = await claims.claim(connection, claim_id)
            carrier = await changes.found(connection, CARRIER, row["carrier_id"], "载体")
            _check_seen(who, carrier, claim_id)
            return await served_file(running, connection, claim_id, file_id)

    return router


def _check_seen(who: Who, carrier: RowMapping, id_: str) -> None:
    """What another district's carrier reported is as good as nothing."""
    seen = districts_of(who)
    if seen is not None and carrier["district"] not in seen:
        raise DomainError("no-such-claim", f"没有“{id_}”", status=404)


def _outcome(sent: Mapping[str, str]) -> Any:  # noqa: ANN401 - one of the two words the order knows
    if sent["outcome"] not in OUTCOMES:
        raise Unclear({"outcome": "请选择确认或不予核定"})
    return sent["outcome"]


def _checked(form: FormData) -> list[Any]:
    """Which of the three things were ticked."""
    return [name for name in CHECKS if name in form.getlist("checked")]


async def _change(
    running: Running,
    request: Request,
    who: Who,
    change_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await claims.change(connection, change_id)
        carrier = await changes.found(connection, CARRIER, row["carrier_id"], "载体")
        _check_seen(who, carrier, change_id)
        known = await claims.organisations_with(connection, row["credit_code"])
        moved = await changes.of(connection, [change_id])
        others = [each for each in await claims.changes_of(connection, row["carrier_id"]) if each["id"] != change_id]
        districts = await carrier_list.districts(connection)
    return PAGES.show(
        request,
        "claim_change.html",
        200 if error is None else error.status,
        row=row,
        carrier=carrier,
        known=known,
        others=others,
        moved=moved,
        what=reported_changes.WHAT,
        last_day=reported_changes.last_day(row["happened_on"]),
        rule=reported_changes.RULE,
        new_district=row["district"] is not None and row["district"] not in districts,
        said=said,
        typed=sent or {"reason": ""},
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
        decides=who.may_be(Role.CLERK, Role.HEAD),
    )


async def _claim(
    running: Running,
    request: Request,
    who: Who,
    claim_id: str,
    sent: Mapping[str, Any] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row = await claims.claim(connection, claim_id)
        carrier = await changes.found(connection, CARRIER, row["carrier_id"], "载体")
        _check_seen(who, carrier, claim_id)
        tenancy = await tenants.one(connection, row["carrier_id"], row["tenant_id"])
        found = await findings(connection, row, tenancy, legal_date(running.now()))
        elsewhere = await tenants.elsewhere(connection, tenancy)
        files = await files_of(connection, EVIDENCE, owner_of(claim_id))
        moved = await changes.of(connection, [claim_id])
    return PAGES.show(
        request,
        "claim_hnte.html",
        200 if error is None else error.status,
        row=row,
        carrier=carrier,
        tenant=tenancy,
        findings=found,
        elsewhere=elsewhere,
        files=files,
        file_states=EVIDENCE_STATES,
        moved=moved,
        checks=CHECKS,
        typed=sent or {"reason": "", "checked": []},
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
        decides=who.may_be(Role.CLERK, Role.HEAD),
    )
