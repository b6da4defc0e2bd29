"""The office's list of objections to selections; who objects is not in it."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.talent.domain import lifecycles
from services.talent.store import application_list, objections
from services.talent.store.application_tables import APPLICATION
from services.talent.store.objection_tables import OBJECTIONS
from services.talent.store.objections import OBJECTION
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.web.looks import PAGES, TONES, programme_name, to
from shared.core.clock import legal_date
from shared.objections import store
from shared.objections.showing import STATES, days_left
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export


def objection_desk_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/objections", include_in_schema=False)

    @router.get("", dependencies=[READERS], response_class=HTMLResponse)
    async def every(request: Request) -> HTMLResponse:
        today = legal_date(running.now())
        async with running.look() as connection:
            asked = listing(today, await application_list.called(connection))
            listed = await asked.page(connection, objections.listed(), request.query_params)
            waiting = await store.waiting(connection, OBJECTIONS, today)
        return PAGES.show(request, "objections.html", listed=listed, waiting=waiting)

    @router.get(".xlsx", dependencies=[READERS])
    async def exported(request: Request) -> Response:
        async with running.look() as connection:
            asked = listing(legal_date(running.now()), await application_list.called(connection))
            return await export(connection, asked, objections.listed(), request.query_params)

    return router


def listing(today: date, calls: list[str]) -> Listing:
    late = (OBJECTION.c.state == "filed") & (OBJECTION.c.decide_by < today)
    states: Mapping[str, str] = {code: each.name for code, each in STATES.items()}
    return Listing(
        "入选异议",
        columns=(
            Column("applicant", "对哪一份", by=APPLICANT.c.name, said=lambda row: row["applicant"] or "（已清除）",
                   to=lambda row: to("objections", row["id"])),
            Column("project", "项目", by=APPLICATION.c.project),
            Column("unit", "推荐单位", by=UNIT.c.name),
            Column("programme_id", "计划", by=APPLICATION.c.programme_id,
                   said=lambda row: programme_name(row["programme_id"])),
            Column("application_state", "申报", "state",
                   said=lambda row: lifecycles.APPLICATION.states[row["application_state"]],
                   tone=lambda row: TONES.get(row["application_state"], "calm")),
            Column("state", "异议", "state", by=OBJECTION.c.state, said=lambda row: STATES[row["state"]].name,
                   tone=lambda row: STATES[row["state"]].tone),
            Column("filed_on", "提出", "day", by=OBJECTION.c.filed_on),
            Column("decide_by", "处理期限", "day", by=OBJECTION.c.decide_by),
            Column("left", "剩余", "state", said=lambda row: days_left(row, today).name,
                   tone=lambda row: days_left(row, today).tone),
            Column("reason", "处理理由"),
            Column("id", "受理编号"),
        ),
        filters=(
            Filter("state", "异议", lambda value: OBJECTION.c.state == value, states),
            Filter("programme", "批次", lambda value: APPLICATION.c.programme_id == value,
                   {each: programme_name(each) for each in calls}),
            Filter("late", "期限", lambda _: late, {"yes": "超期"}),
            Filter("from", "提出自", lambda value: OBJECTION.c.filed_on >= value, kind="day"),
            Filter("until", "提出至", lambda value: OBJECTION.c.filed_on <= value, kind="day"),
        ),
        search=(APPLICANT.c.name, APPLICATION.c.project, OBJECTION.c.id),
        order=((OBJECTION.c.state != "filed"), OBJECTION.c.decide_by, OBJECTION.c.id),
        empty="还没有收到异议；公示期内申报人可以在网上提出，书面提出的请在这里登记",
        search_title="申报人、项目、受理编号",
    )  # fmt: skip
