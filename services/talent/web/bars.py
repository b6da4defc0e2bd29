"""Records of dishonesty: listed with the applications they touch, added by an identity number that is never kept."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import changes
from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import BAR
from services.talent.usecases.barring import AddBar, EndBar, add_bar, end_bar
from services.talent.web.looks import PAGES
from services.talent.web.sealing import seal_of
from services.talent.web.step_forms import texts, wrong_in
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.called import called
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
HERE = "/talent/bars"
LABELS = {
    "id_number": "身份证件号码", "document_no": "文号", "reason": "事由", "from_on": "惩戒期第一天",
    "until_on": "惩戒期最后一天", "bar_id": "记录编号",
}  # fmt: skip
TOUCHED = (
    select(APPLICATION.c.id_mark, func.count().label("applications"))
    .where(APPLICATION.c.id_mark.in_(select(BAR.c.id_mark)), APPLICATION.c.state != "draft")
    .group_by(APPLICATION.c.id_mark)
    .subquery()
)
QUERY = select(BAR, func.coalesce(TOUCHED.c.applications, 0).label("applications")).outerjoin(
    TOUCHED, TOUCHED.c.id_mark == BAR.c.id_mark
)
LISTING = Listing(
    "失信惩戒",
    (
        Column("id", "记录编号", by=BAR.c.id),
        Column("document_no", "文号", by=BAR.c.document_no),
        Column("reason", "事由"),
        Column("from_on", "第一天", "day", by=BAR.c.from_on),
        Column("until_on", "最后一天", "day", by=BAR.c.until_on),
        Column("applications", "涉及申报（份）", "number"),
        Column("by", "登记人", said=lambda row: called(row["by"])),
        Column("at", "登记时间", "moment", by=BAR.c.at),
    ),
    search=(BAR.c.document_no, BAR.c.id),
    order=(BAR.c.at.desc(), BAR.c.id),
    empty="还没有失信惩戒记录",
    search_title="文号、编号",
)  # fmt: skip

ON_PAGE = tuple(each.name for each in LISTING.columns if each.name != "id")
"""An id tells nobody anything: a record is put right in its own row. The workbook has it."""


def bar_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/bars", include_in_schema=False)

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
            order = order_of(AddBar, {name: given.get(name, "") for name in AddBar.model_fields}, LABELS)
            async with running.unit(who.account) as unit:
                await add_bar(unit, order, seal_of(running))
        except DomainError as wrong:
            return await _list(running, request, given | {"form": "add"}, wrong)
        return RedirectResponse(f"{HERE}?done=added", 303)

    @router.post("/end", dependencies=[CLERKS])
    async def end(request: Request, who: Known) -> Response:
        given = texts(await request.form())
        try:
            order = order_of(EndBar, {name: given.get(name, "") for name in EndBar.model_fields}, LABELS)
            async with running.unit(who.account) as unit:
                await end_bar(unit, order)
        except DomainError as wrong:
            return await _list(running, request, given | {"form": "end"}, wrong)
        return RedirectResponse(f"{HERE}?done=ended", 303)

    return router


async def _put_right(connection: AsyncConnection, ids: Sequence[str]) -> Mapping[str, Sequence[RowMapping]]:
    """By record, who set another last day and when; the old day and the reason stand in its `why`."""
    found: dict[str, list[RowMapping]] = {}
    for each in await changes.of(connection, ids):
        if each["noun"] == "bar" and each["before"] is not None:
            found.setdefault(each["of"], []).append(each)
    return found


async def _list(
    running: Running, request: Request, given: Mapping[str, str], error: DomainError | None = None
) -> HTMLResponse:
    async with running.look() as connection:
        listed = await LISTING.page(connection, QUERY, request.query_params)
        put_right = await _put_right(connection, [line.row["id"] for line in listed.lines])
    problems = wrong_in(error) or ({"id_number": error.message} if error and "id-number" in error.code else {})
    return PAGES.show(
        request, "bars.html", 200 if error is None else error.status, listed=listed, given=given, error=error,
        problems=problems, put_right=put_right, shown_columns=ON_PAGE, done=request.query_params.get("done", ""),
        at=HERE,
    )  # fmt: skip
