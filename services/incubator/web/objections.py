"""The office's list of objections."""

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.incubator.store import objections
from services.incubator.store.tables import CARRIER, EVALUATION, OBJECTION, OBJECTIONS, ROUND
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import GRADES, Shown, kind_name
from shared.core.clock import legal_date
from shared.objections import store
from shared.objections.showing import STATES, Said, days_left
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
            listed = await listing(today).page(connection, objections.listed(), request.query_params)
            waiting = await store.waiting(connection, OBJECTIONS, today)
        return PAGES.show(request, "objections.html", listed=listed, waiting=waiting)

    @router.get(".xlsx", dependencies=[READERS])
    async def exported(request: Request) -> Response:
        async with running.look() as connection:
            shown = listing(legal_date(running.now()))
            return await export(connection, shown, objections.listed(), request.query_params)

    return router


def _names(shown: Mapping[str, Shown | Said]) -> dict[str, str]:
    return {code: each.name for code, each in shown.items()}


def listing(today: date) -> Listing:
    """The list of objections; who objects is not in it."""
    late = (OBJECTION.c.state == "filed") & (OBJECTION.c.decide_by < today)
    return Listing(
        "异议",
        columns=(
            Column(
                "carrier_name", "对哪一家", by=CARRIER.c.name, to=lambda row: to("objections", row["id"]),
            ),
            Column("round", "考评", said=lambda row: f"{row['year']} 年度{kind_name(row['kind'])}"),
            Column("district", "区县", by=CARRIER.c.district),
            Column(
                "grade", "现等次", "state", by=EVALUATION.c.grade,
                said=lambda row: GRADES[row["grade"]].name if row["grade"] else "",
                tone=lambda row: GRADES[row["grade"]].tone if row["grade"] else "calm",
            ),
            Column(
                "state", "异议", "state", by=OBJECTION.c.state, said=lambda row: STATES[row["state"]].name,
                tone=lambda row: STATES[row["state"]].tone,
            ),
            Column("filed_on", "提出", "day", by=OBJECTION.c.filed_on),
            Column("decide_by", "处理期限", "day", by=OBJECTION.c.decide_by),
            Column(
                "left", "剩余", "state", said=lambda row: days_left(row, today).name,
                tone=lambda row: days_left(row, today).tone,
            ),
            Column("reason", "处理理由"),
            Column("id", "受理编号"),
        ),
        filters=(
            Filter("state", "异议", lambda value: OBJECTION.c.state == value, _names(STATES)),
            Filter("grade", "现等次", lambda value: EVALUATION.c.grade == value, _names(GRADES)),
            Filter("late", "期限", lambda _: late, {"yes": "超期"}),
            Filter("from", "提出自", lambda value: OBJECTION.c.filed_on >= value, kind="day"),
            Filter("until", "提出至", lambda value: OBJECTION.c.filed_on <= value, kind="day"),
        ),
        search=(CARRIER.c.name, OBJECTION.c.id, ROUND.c.id),
        order=((OBJECTION.c.state != "filed"), OBJECTION.c.decide_by, OBJECTION.c.id),
        empty="还没有收到异议；公示期内运营机构可以在网上提出，书面提出的请在这里登记",
        search_title="载体、受理编号",
    )  # fmt: skip
