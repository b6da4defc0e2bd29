"""One tenant of an operator's carrier: put right what it is, note that it left, claim that it became a 高新技术企业."""

from collections.abc import Awaitable, Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.incubator.domain.tenants import BASIS, CERTIFICATE_FORM, counts_until
from services.incubator.store import changes, claims, mentors, tenants
from services.incubator.store.evidence_tables import EVIDENCE
from services.incubator.usecases.hnte_claims import ClaimHnte, WithdrawClaim, claim_hnte, withdraw_claim
from services.incubator.usecases.mentors import KINDS
from services.incubator.usecases.tenants import DescribeTenant, GraduateTenant, describe_tenant, graduate_tenant
from services.incubator.web.claim_files import keep_files, owner_of, sent_files, served_file
from services.incubator.web.looks import PAGES
from services.incubator.web.my_carriers import NOTHING, OPERATOR
from services.incubator.web.my_sessions import hours
from services.incubator.web.own_carrier import check_of, own_carrier, place_of, typed
from shared.core.errors import DomainError
from shared.evidence.files import files_of
from shared.evidence.kinds import ACCEPT
from shared.evidence.states import STATES as EVIDENCE_STATES
from shared.evidence.web import MOST_OF_REQUEST
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known

DESCRIBED = ("name", "credit_code", "founded_on", "field")
CLAIMED = ("certificate_no", "issued_on", "which")
WHICH = {"first": "首次认定", "renewed": "重新认定"}


def one_tenant_pages(running: Running) -> APIRouter:  # noqa: C901 - seven routes of one page
    router = APIRouter(prefix="/mine/carriers/{carrier_id}/tenants/{tenant_id}", include_in_schema=False)

    @router.get("", dependencies=[OPERATOR])
    async def tenant(request: Request, who: Known, carrier_id: str, tenant_id: str) -> HTMLResponse:
        return await _page(running, request, who, carrier_id, tenant_id)

    @router.post("", dependencies=[OPERATOR])
    async def describe(request: Request, who: Known, carrier_id: str, tenant_id: str) -> Response:
        sent = typed(await request.form(), DESCRIBED)
        order = DescribeTenant(carrier_id=carrier_id, tenant_id=tenant_id, **sent)
        return await done(
            request, who, carrier_id, tenant_id, lambda unit: describe_tenant(unit, order), sent, "described"
        )

    @router.post("/graduate", dependencies=[OPERATOR])
    async def graduate(request: Request, who: Known, carrier_id: str, tenant_id: str) -> Response:
        sent = typed(await request.form(), ("graduated_on",))
        order = GraduateTenant(carrier_id=carrier_id, tenant_id=tenant_id, **sent)
        return await done(
            request, who, carrier_id, tenant_id, lambda unit: graduate_tenant(unit, order), sent, "graduated"
        )

    @router.post("/claims", dependencies=[OPERATOR], max_body_size=MOST_OF_REQUEST)
    async def claim(request: Request, who: Known, carrier_id: str, tenant_id: str) -> Response:
        sent = typed(await request.form(), CLAIMED)
        order = ClaimHnte(carrier_id=carrier_id, tenant_id=tenant_id, **sent)
        try:
            async with sent_files(running, request) as files:

                async def work(unit: Unit) -> None:
                    await keep_files(unit, running, files, await claim_hnte(unit, order))

                return await done(request, who, carrier_id, tenant_id, work, sent, "claimed")
        except DomainError as wrong:
            return await _page(running, request, who, carrier_id, tenant_id, sent, wrong)

    @router.post("/claims/{claim_id}/withdraw", dependencies=[OPERATOR])
    async def withdraw(request: Request, who: Known, carrier_id: str, tenant_id: str, claim_id: str) -> Response:
        async def work(unit: Unit) -> None:
            check_of(await claims.claim(unit.connection, claim_id), carrier_id)
            await withdraw_claim(unit, WithdrawClaim(claim_id=claim_id))

        return await done(request, who, carrier_id, tenant_id, work, {}, "withdrawn")

    @router.get("/claims/{claim_id}/files/{file_id}", dependencies=[OPERATOR])
    async def file(who: Known, carrier_id: str, claim_id: str, file_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
            check_of(await claims.claim(connection, claim_id), carrier_id)
            return await served_file(running, connection, claim_id, file_id)

    async def done(
        request: Request,
        who: Who,
        carrier_id: str,
        tenant_id: str,
        work: Callable[[Unit], Awaitable[object]],
        sent: Mapping[str, str],
        saved: str,
    ) -> Response:
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await work(unit)
        except DomainError as wrong:
            return await _page(running, request, who, carrier_id, tenant_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'tenants', tenant_id)}?saved={saved}", 303)

    return router


async def _page(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    tenant_id: str,
    sent: Mapping[str, str] = NOTHING,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        tenancy = await tenants.one(connection, carrier_id, tenant_id)
        claimed = await tenants.claims(connection, carrier_id, tenant_id)
        files = {row["id"]: await files_of(connection, EVIDENCE, owner_of(row["id"])) for row in claimed}
        advised = await mentors.of_tenant(connection, carrier_id, tenant_id)
        moved = [row for row in await changes.of(connection, [tenant_id]) if row["noun"] == "tenant"]
    known = {name: "" if tenancy[name] is None else str(tenancy[name]) for name in DESCRIBED}
    empty = dict.fromkeys((*CLAIMED, "graduated_on"), "") | {"which": "first"}
    return PAGES.show(
        request,
        "my_tenant.html",
        200 if error is None else error.status,
        carrier=carrier,
        base=place_of(carrier_id),
        tenant=tenancy,
        claims=claimed,
        files=files,
        advised=advised,
        kinds=KINDS,
        hours=hours,
        file_states=EVIDENCE_STATES,
        moved=[
            {**row, "why": f"{row['why'].removesuffix(carrier_id)}{carrier['name']}"}
            for row in moved
            if row["why"].endswith((f"，{carrier_id}", f" {carrier_id}"))  # it was moved at this carrier
        ],
        typed={**known, **empty, **sent},
        which=WHICH,
        until=counts_until(tenancy["graduated_on"]),
        basis=BASIS,
        certificate_form=CERTIFICATE_FORM,
        accept=ACCEPT,
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
    )
