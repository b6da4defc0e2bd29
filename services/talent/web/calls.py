"""The office's calls: all of them, and a new one planned from a programme's edition."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.talent.domain import lifecycles
from services.talent.store import calls as rows
from services.talent.store.tables import CALL
from services.talent.usecases import calls
from services.talent.web.edition_view import editions, read
from services.talent.web.looks import PAGES, TONES, programme_name, to
from services.talent.web.step_forms import texts, wrong_in
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

CLERKS = may(Role.CLERK, Role.HEAD)
STATES = lifecycles.CALL.states
LABELS = {
    "programme_id": "计划", "document_no": "文号", "opens_on": "申报开始", "closes_on": "申报截止",
    "units_until": "单位推荐截止", "number": "选拔人数", "reason": "理由",
}  # fmt: skip
PLAN = ("programme_id", "document_no", "opens_on", "closes_on", "units_until", "number")
QUERY = rows.listed()
COUNTED = QUERY.selected_columns


def listing(years: list[int]) -> Listing:
    return Listing(
        "申报批次",
        (
            Column("programme_id", "批次", by=CALL.c.programme_id, said=lambda row: programme_name(row["programme_id"]),
                   to=lambda row: to("calls", row["programme_id"])),
            Column("state", "状态", "state", by=CALL.c.state, said=lambda row: STATES[row["state"]],
                   tone=lambda row: TONES.get(row["state"], "calm")),
            Column("year", "年度", by=CALL.c.year, said=lambda row: str(row["year"])),
            Column("document_no", "文号", by=CALL.c.document_no),
            Column("opens_on", "申报开始", "day", by=CALL.c.opens_on),
            Column("closes_on", "申报截止", "day", by=CALL.c.closes_on),
            Column("units_until", "单位推荐截止", "day", by=CALL.c.units_until),
            Column("number", "选拔（名）", "number", by=CALL.c.number),
            Column("applications", "申报（份）", "number", by=COUNTED["applications"]),
            Column("drafts", "其中填写中", "number", by=COUNTED["drafts"]),
            Column("to_check", "待形式审查", "number", by=COUNTED["to_check"]),
            Column("taken", "已受理", "number", by=COUNTED["taken"]),
        ),
        filters=(
            Filter("state", "状态", lambda value: CALL.c.state == value, STATES),
            Filter("year", "年度", lambda value: CALL.c.year == int(value),
                   {str(each): f"{each} 年" for each in years}),
        ),
        search=(CALL.c.programme_id, CALL.c.document_no),
        order=(CALL.c.year.desc(), CALL.c.programme_id),
        empty="还没有申报批次；请从一项计划设立第一个",
        search_title="编号、文号",
    )  # fmt: skip


def call_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/calls", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            asked = listing(await rows.of_year(connection))
            listed = await asked.page(connection, QUERY, request.query_params)
        return PAGES.show(request, "calls.html", listed=listed)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, listing(await rows.of_year(connection)), QUERY, request.query_params)

    @router.get("/new", dependencies=[READERS])
    async def new(request: Request) -> HTMLResponse:
        chosen = request.query_params.get("programme_id", "")
        return await _new(running, request, _planned(chosen))

    @router.post("", dependencies=[CLERKS])
    async def plan(request: Request, who: Known) -> Response:
        given = texts(await request.form())
        try:
            order = order_of(calls.PlanCall, filled(given, PLAN), LABELS)
            async with running.unit(who.account) as unit:
                await calls.plan_call(unit, order)
        except DomainError as wrong:
            return await _new(running, request, given, wrong)
        return RedirectResponse(f"{to('calls', order.programme_id)}?done=planned", 303)

    return router


def filled(given: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """What was written; what was left empty is as the programme's file has it."""
    return {name: given[name] for name in names if given.get(name)}


def _planned(programme_id: str) -> dict[str, str]:
    """The form as the edition's file fills it."""
    each = next((each for each in editions() if each.id == programme_id), None)
    if each is None:
        return {}
    days = {"opens_on": each.call.opens, "closes_on": each.call.closes, "units_until": each.call.units_until}
    return {
        "programme_id": each.id,
        "number": str(each.select.number),
        **{name: day.isoformat() for name, day in days.items()},
    }


async def _new(
    running: Running, request: Request, given: Mapping[str, str], error: DomainError | None = None
) -> HTMLResponse:
    chosen = next((each for each in editions() if each.id == given.get("programme_id")), None)
    async with running.look() as connection:
        listed = (await connection.execute(QUERY)).mappings()
        there = {row["programme_id"] for row in listed if row["state"] != "cancelled"}
    return PAGES.show(
        request, "call_new.html", 200 if error is None else error.status, given=given, error=error,
        problems=wrong_in(error), edition=None if chosen is None else read(chosen), there=there,
        editions={each.id: each.title for each in editions()}, at="/talent/calls/new",
    )  # fmt: skip
