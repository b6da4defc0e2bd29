"""The register of recommending units: who they are, who is written to, how many of their people apply."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping, func, select

from services.talent.store import calls, changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import UNIT
from services.talent.usecases.people import RegisterUnit, register_new_unit, register_unit
from services.talent.web.looks import PAGES, to
from services.talent.web.step_forms import texts, wrong_in
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import attached, export
from shared.workbook.cells import CellProblem
from shared.workbook.columns import Column as SheetColumn
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import MOST_BYTES
from shared.workbook.register import RegisterSheet, enter_rows

CLERKS = may(Role.CLERK, Role.HEAD)
HERE = "/talent/units"
LABELS = {
    "id": "编号", "name": "名称", "credit_code": "统一社会信用代码", "district": "区县", "contact_name": "联系人",
    "contact_email": "联系人邮箱",
}  # fmt: skip
AT_FIELD = {
    "credit-code-taken": "credit_code", "bad-credit-code": "credit_code", "contact-incomplete": "contact_email",
    "bad-email": "contact_email", "unit-there": "id",
}  # fmt: skip
"""At which field a refusal of the register is told."""
UNITS = RegisterSheet(
    "推荐单位",
    (
        SheetColumn("id", "编号", help="字母、数字、横线；以后不改"),
        SheetColumn("name", "名称", help="与法人证书或营业执照一致"),
        SheetColumn("credit_code", "统一社会信用代码", help="18 位"),
        SheetColumn("district", "区县", required=False),
        SheetColumn("contact_name", "联系人", required=False, help="与邮箱都写或都不写"),
        SheetColumn("contact_email", "联系人邮箱", required=False, help="没有邮箱的收不到提醒"),
    ),
    (
        "每家单位一行，从第 2 行填起；已登记过的单位不要再填，要改的在该单位的页面上改。",
        "有一处不对，整张表都不登记；改好后重新上传。",
        "请勿改动工作表名和标题行。",
    ),
    AT_FIELD,
)
MOST_OF_REQUEST = MOST_BYTES + 100_000
"""The workbook, and what a form puts around it."""
COUNTED = (
    select(APPLICATION.c.unit_id, func.count().label("applications"))
    .where(APPLICATION.c.unit_id.is_not(None))
    .group_by(APPLICATION.c.unit_id)
    .subquery()
)
QUERY = select(UNIT, func.coalesce(COUNTED.c.applications, 0).label("applications")).outerjoin(
    COUNTED, COUNTED.c.unit_id == UNIT.c.id
)
ADDRESS = {"yes": "有邮箱", "no": "没有邮箱"}
LISTING = Listing(
    "推荐单位",
    (
        Column("name", "名称", by=UNIT.c.name, to=lambda row: to("units", row["id"])),
        Column("id", "编号", by=UNIT.c.id),
        Column("credit_code", "统一社会信用代码", by=UNIT.c.credit_code),
        Column("district", "区县", by=UNIT.c.district),
        Column("contact_name", "联系人"),
        Column("contact_email", "联系人邮箱"),
        Column("applications", "申报（份）", "number"),
    ),
    filters=(
        Filter("address", "收信", lambda value: (UNIT.c.contact_email != "") == (value == "yes"), ADDRESS),
    ),
    search=(UNIT.c.name, UNIT.c.id, UNIT.c.credit_code, UNIT.c.district),
    order=(UNIT.c.name, UNIT.c.id),
    empty="还没有登记推荐单位；请在下面登记第一家",
    search_title="名称、编号、信用代码、区县",
)  # fmt: skip


def unit_register_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/units", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request, {})

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, QUERY, request.query_params)

    @router.post("", dependencies=[CLERKS])
    async def add(request: Request, who: Known) -> Response:
        given = texts(await request.form())
        try:
            order = order_of(RegisterUnit, _filled(given), LABELS)
            async with running.unit(who.account) as unit:
                await register_new_unit(unit, order)
        except DomainError as wrong:
            return await _list(running, request, given, wrong)
        return RedirectResponse(f"{to('units', order.id)}?done=added", 303)

    @router.get("/{unit_id}", dependencies=[READERS])
    async def one(request: Request, unit_id: str) -> HTMLResponse:
        return await _page(running, request, unit_id)

    @router.post("/{unit_id}", dependencies=[CLERKS])
    async def change(request: Request, who: Known, unit_id: str) -> Response:
        given = texts(await request.form()) | {"id": unit_id}
        try:
            order = order_of(RegisterUnit, _filled(given), LABELS)
            async with running.unit(who.account) as unit:
                await changes.found(unit.connection, UNIT, unit_id, "推荐单位", hold=True)
                await register_unit(unit, order)
        except DomainError as wrong:
            return await _page(running, request, unit_id, wrong, given)
        return RedirectResponse(f"{to('units', unit_id)}?done=changed", 303)

    return router


def _filled(given: Mapping[str, str]) -> dict[str, str]:
    return {name: given.get(name, "") for name in LABELS}


def _problems(error: DomainError | None) -> Mapping[str, str]:
    if error is not None and error.code in AT_FIELD:
        return {AT_FIELD[error.code]: error.message}
    return wrong_in(error)


def unit_workbook_pages(running: Running) -> APIRouter:
    """Many units at once: the empty sheet, and one that was filled."""
    router = APIRouter(prefix="/units-workbook", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def template() -> Response:
        return attached("推荐单位登记表.xlsx", UNITS.template())

    @router.post("", dependencies=[CLERKS], max_body_size=MOST_OF_REQUEST)
    async def upload(request: Request, who: Known, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        try:
            async with running.unit(who.account) as unit:

                async def enter(given: Mapping[str, str]) -> None:
                    await register_new_unit(unit, RegisterUnit.model_validate(dict(given)))

                entered = await enter_rows(content, UNITS, enter)
        except WorkbookError as wrong:
            return await _list(running, request, {}, wrong, wrong.problems)
        return RedirectResponse(f"{HERE}?entered={entered}", 303)

    return router


async def _list(
    running: Running,
    request: Request,
    given: Mapping[str, str],
    error: DomainError | None = None,
    cells: Sequence[CellProblem] = (),
) -> HTMLResponse:
    async with running.look() as connection:
        listed = await LISTING.page(connection, QUERY, request.query_params)
    return PAGES.show(
        request, "units.html", 200 if error is None else error.status, listed=listed, given=given, error=error,
        problems=_problems(error), at=HERE, cells=cells, entered=request.query_params.get("entered", ""),
    )  # fmt: skip


async def _page(
    running: Running,
    request: Request,
    unit_id: str,
    error: DomainError | None = None,
    given: Mapping[str, str] | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        row: RowMapping = await changes.found(connection, UNIT, unit_id, "推荐单位")
        counted = (await connection.execute(calls.of_unit(unit_id))).mappings().all()
    return PAGES.show(
        request, "unit.html", 200 if error is None else error.status, unit=row, counted=counted, error=error,
        given=given or {name: row[name] for name in LABELS}, problems=_problems(error), at=to("units", unit_id),
        done=request.query_params.get("done", ""),
    )  # fmt: skip
