"""The unit's desk: what waits for its recommendation within its quota, what it recommended, and what became of it."""

from collections.abc import Collection

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from markupsafe import Markup
from sqlalchemy import RowMapping

from services.talent.domain import lifecycles
from services.talent.store import unit_desk
from services.talent.store.application_tables import APPLICATION, RECOMMENDATION
from services.talent.store.tables import APPLICANT
from services.talent.web.looks import PAGES, TONES, programme_name, to
from shared.core.clock import legal_date
from shared.identity.roles import Role
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.called import called
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.pictures import Part, stacked
from shared.webkit.takeaway import export

OWN = may(Role.UNIT)
STATES = lifecycles.APPLICATION.states


def unit_desk_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/unit", include_in_schema=False)

    @router.get("", dependencies=[OWN])
    async def desk(request: Request, who: Known) -> HTMLResponse:
        own = who.scopes(Role.UNIT)
        async with running.look() as connection:
            units = await unit_desk.units(connection, own)
            waiting = await unit_desk.waiting(connection, own)
            calls = await unit_desk.calls(connection, own)
        by_call = {
            (each["programme_id"], each["unit_id"]): [
                row
                for row in waiting
                if (row["programme_id"], row["unit_id"]) == (each["programme_id"], each["unit_id"])
            ]
            for each in [*calls, *waiting]
        }
        return PAGES.show(
            request, "unit_desk.html", units=units, calls=calls, by_call=by_call, picture=_quotas(calls),
            quota={each["programme_id"]: load_programme(each["programme_id"]).unit_quota for each in calls},
            today=legal_date(running.now()),
        )  # fmt: skip

    @router.get("/recommended", dependencies=[OWN])
    async def recommended(request: Request, who: Known) -> HTMLResponse:
        own = who.scopes(Role.UNIT)
        async with running.look() as connection:
            listing = said_listing(await unit_desk.programmes_said(connection, own))
            listed = await listing.page(connection, unit_desk.said(own), request.query_params)
        return PAGES.show(request, "unit_recommended.html", listed=listed)

    @router.get("/recommended.xlsx", dependencies=[OWN])
    async def workbook(request: Request, who: Known) -> Response:
        own = who.scopes(Role.UNIT)
        async with running.look() as connection:
            listing = said_listing(await unit_desk.programmes_said(connection, own))
            return await export(connection, listing, unit_desk.said(own), request.query_params)

    return router


def _quotas(calls: Collection[RowMapping]) -> Markup | None:
    """Of each call with a quota how much of it is used; None if no call has one."""
    rows = []
    for each in calls:
        quota = load_programme(each["programme_id"]).unit_quota
        if quota is not None:
            left = max(quota - each["taken"], 0)
            name = f"{programme_name(each['programme_id'])} · {each['unit']}"
            rows.append((name, (each["taken"], left), f"已推荐 {each['taken']} 名，还可推荐 {left} 名"))
    parts = (Part("已推荐", "good"), Part("还可推荐", "calm"))
    return stacked("推荐名额", parts, rows, "每个批次本单位的名额用了多少") if rows else None


def said_listing(programmes: Collection[str]) -> Listing:
    return Listing(
        "推荐过的申报",
        (
            Column("applicant", "申报人", by=APPLICANT.c.name, to=lambda row: to("unit/applications", row["id"])),
            Column("project", "项目", by=APPLICATION.c.project),
            Column("programme", "批次", by=APPLICATION.c.programme_id,
                   said=lambda row: programme_name(row["programme_id"])),
            Column("receipt", "回执号"),
            Column("recommended", "本单位意见", "state", by=RECOMMENDATION.c.recommended,
                   said=lambda row: "推荐" if row["recommended"] else "不推荐",
                   tone=lambda row: "good" if row["recommended"] else "bad"),
            Column("opinion", "意见内容"),
            Column("by", "经办", said=lambda row: called(row["by"])),
            Column("at", "时间", "moment", by=RECOMMENDATION.c.at),
            Column("state", "现在", "state", by=APPLICATION.c.state, said=lambda row: STATES[row["state"]],
                   tone=lambda row: TONES.get(row["state"], "calm")),
        ),
        filters=(
            Filter("programme", "批次", lambda value: APPLICATION.c.programme_id == value,
                   {each: programme_name(each) for each in programmes}),
            Filter("state", "现在", lambda value: APPLICATION.c.state == value, STATES),
        ),
        search=(APPLICANT.c.name, APPLICATION.c.project),
        order=(RECOMMENDATION.c.at.desc(), RECOMMENDATION.c.application_id, RECOMMENDATION.c.number),
        empty="还没有推荐过；等待推荐的申报在“我的推荐”",
        search_title="姓名、项目",
    )  # fmt: skip
