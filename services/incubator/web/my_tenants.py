"""The tenants of an operator's carrier: the list, entering one, and entering many from a workbook."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from services.incubator.store import tenants
from services.incubator.store.tables import TENANCY
from services.incubator.usecases.tenants import AddTenant, add_tenant
from services.incubator.usecases.tenants_workbook import SendTenants, send_tenants
from services.incubator.web.looks import PAGES
from services.incubator.web.my_carriers import NOTHING, OPERATOR
from services.incubator.web.own_carrier import own_carrier, place_of, typed
from services.incubator.web.wording import HNTE_CLAIMS
from services.incubator.workbook.tenants import write_template
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import attached, export
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import MOST_BYTES

FIELDS = ("name", "credit_code", "founded_on", "entered_on", "field")
MOST_OF_REQUEST = MOST_BYTES + 100_000
"""The workbook, and what a form puts around it."""
INSIDE, GRADUATED, HNTE, UNCODED = "inside", "graduated", "hnte", "uncoded"
STATES = {
    INSIDE: TENANCY.c.graduated_on.is_(None),
    GRADUATED: TENANCY.c.graduated_on.is_not(None),
    HNTE: TENANCY.c.hnte_on.is_not(None),
    UNCODED: TENANCY.c.credit_code.is_(None),
}


def _title(row: RowMapping) -> str:
    """How far the tenant's title is."""
    if row["claim"] == "pending":
        return f"申报{HNTE_CLAIMS['pending'].name}"
    if row["hnte_on"] is not None:
        return f"高新技术企业（{row['hnte_on']}）"
    return f"申报{HNTE_CLAIMS['refused'].name}" if row["claim"] == "refused" else ""


TENANTS = Listing(
    "在孵企业",
    columns=(
        Column(
            "name", "企业", by=TENANCY.c.name, to=lambda row: place_of(row["carrier_id"], "tenants", row["tenant_id"])
        ),
        Column("credit_code", "统一社会信用代码", by=TENANCY.c.credit_code),
        Column("field", "领域", by=TENANCY.c.field),
        Column("founded_on", "成立", "day", by=TENANCY.c.founded_on),
        Column("entered_on", "入驻", "day", by=TENANCY.c.entered_on),
        Column("graduated_on", "毕业", "day", by=TENANCY.c.graduated_on),
        Column("claim", "高新技术企业", said=_title),
    ),
    filters=(
        Filter(
            "state",
            "状态",
            lambda value: STATES[value],
            {INSIDE: "在孵", GRADUATED: "已毕业", HNTE: "高新技术企业", UNCODED: "没有信用代码"},
        ),
        Filter("since", "入驻不早于", lambda day: TENANCY.c.entered_on >= day, kind="day"),
    ),
    search=(TENANCY.c.name, TENANCY.c.credit_code, TENANCY.c.tenant_id),
    order=(TENANCY.c.entered_on.desc(), TENANCY.c.tenant_id),
    empty="还没有登记在孵企业",
    search_title="名称、代码",
)


def my_tenant_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/carriers/{carrier_id}", include_in_schema=False)

    @router.get("/tenants", dependencies=[OPERATOR])
    async def tenants_page(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _page(running, request, who, carrier_id)

    @router.get("/tenants.xlsx", dependencies=[OPERATOR])
    async def table(request: Request, who: Known, carrier_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
            return await export(connection, TENANTS, tenants.of_carrier(carrier_id), request.query_params)

    @router.post("/tenants", dependencies=[OPERATOR])
    async def add(request: Request, who: Known, carrier_id: str) -> Response:
        sent = typed(await request.form(), FIELDS)
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await add_tenant(unit, AddTenant(carrier_id=carrier_id, **sent))
        except DomainError as wrong:
            return await _page(running, request, who, carrier_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'tenants')}?saved=1", 303)

    @router.get("/tenants-workbook", dependencies=[OPERATOR])
    async def template(who: Known, carrier_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
        return attached("在孵企业登记表.xlsx", write_template())

    @router.post("/tenants-workbook", dependencies=[OPERATOR], max_body_size=MOST_OF_REQUEST)
    async def upload(request: Request, who: Known, carrier_id: str, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                entered = await send_tenants(unit, SendTenants(carrier_id, content))
        except WorkbookError as wrong:
            return await _page(running, request, who, carrier_id, None, wrong, wrong.problems)
        except DomainError as wrong:
            return await _page(running, request, who, carrier_id, None, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'tenants')}?saved={entered}", 303)

    return router


async def _page(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    cells: Sequence[CellProblem] = (),
) -> HTMLResponse:
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        listed = await TENANTS.page(connection, tenants.of_carrier(carrier_id), request.query_params)
        counted = await tenants.counted(connection, carrier_id, legal_date(running.now()))
    return PAGES.show(
        request,
        "my_tenants.html",
        200 if error is None else error.status,
        carrier=carrier,
        base=place_of(carrier_id),
        listed=listed,
        counted=counted,
        typed=sent or dict.fromkeys(FIELDS, ""),
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
        cells=cells,
    )
