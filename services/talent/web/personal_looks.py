"""Who looked at whose identity number, when and why: for the head, the auditor and the administrator."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import select

from services.talent.store.application_tables import APPLICATION
from services.talent.store.tables import APPLICANT, PERSONAL_LOOK
from services.talent.web.looks import PAGES, programme_name, to
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import may
from shared.webkit.called import called
from shared.webkit.listing import Column, Listing
from shared.webkit.takeaway import export

LOOKERS = may(Role.HEAD, Role.AUDITOR, Role.ADMINISTRATOR)
QUERY = (
    select(PERSONAL_LOOK, APPLICANT.c.name, APPLICATION.c.project, APPLICATION.c.programme_id)
    .join(APPLICANT, APPLICANT.c.id == PERSONAL_LOOK.c.applicant_id)
    .outerjoin(APPLICATION, APPLICATION.c.id == PERSONAL_LOOK.c.application_id)
)
LISTING = Listing(
    "身份证件号码查看记录",
    (
        Column("at", "时间", "moment", by=PERSONAL_LOOK.c.at),
        Column("by", "谁看的", by=PERSONAL_LOOK.c.by, said=lambda row: called(row["by"])),
        Column("name", "看了谁的", by=APPLICANT.c.name,
               to=lambda row: to("applications", row["application_id"]) if row["application_id"] else None),
        Column("programme_id", "批次",
               said=lambda row: programme_name(row["programme_id"]) if row["programme_id"] else None),
        Column("why", "理由"),
    ),
    search=(PERSONAL_LOOK.c.by, APPLICANT.c.name, PERSONAL_LOOK.c.why),
    order=(PERSONAL_LOOK.c.position.desc(),),
    empty="还没有人查看过身份证件号码",
    search_title="账号、姓名、理由",
)  # fmt: skip


def personal_look_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/looks", include_in_schema=False)

    @router.get("", dependencies=[LOOKERS])
    async def every(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, QUERY, request.query_params)
        return PAGES.show(request, "personal_looks.html", listed=listed)

    @router.get(".xlsx", dependencies=[LOOKERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, QUERY, request.query_params)

    return router
