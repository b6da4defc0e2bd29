"""All applications over all calls: found, filtered, sorted, taken away; many taken in at once, seen exactly before."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import application_list as rows
from services.talent.store import changes, known
from services.talent.store.application_tables import APPLICATION, HAND_IN
from services.talent.store.tables import APPLICANT, UNIT
from services.talent.usecases.formal_check import AcceptClear, accept_clear
from services.talent.web.foreseeing import foreseen_or_done
from services.talent.web.looks import PAGES, TONES, programme_name, to
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.programme.eligibility import exclusions
from shared.programme.load import load_programme
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.forms import FormWrong, order_of
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

STATES = lifecycles.APPLICATION.states
HERE = "/talent/applications"
CHOSEN = "applications"


async def listing(connection: AsyncConnection) -> Listing:
    """With the calls, units and districts there are to filter by."""
    return Listing(
        "人才申报",
        (
            Column("applicant", "申报人", by=APPLICANT.c.name, to=lambda row: to("applications", row["id"])),
            Column("project", "项目", by=APPLICATION.c.project),
            Column("programme_id", "批次", by=APPLICATION.c.programme_id,
                   said=lambda row: programme_name(row["programme_id"])),
            Column("state", "状态", "state", by=APPLICATION.c.state, said=lambda row: STATES[row["state"]],
                   tone=lambda row: TONES.get(row["state"], "calm")),
            Column("unit", "推荐单位", by=UNIT.c.name),
            Column("district", "区县", by=UNIT.c.district),
            Column("receipt", "回执号", by=HAND_IN.c.receipt),
            Column("handed_in", "提交（次）", "number", by=APPLICATION.c.handed_in),
            Column("handed_in_at", "最近提交", "moment", by=APPLICATION.c.handed_in_at),
            Column("until", "期限", "day", said=_until),
        ),
        filters=(
            Filter("programme", "批次", lambda value: APPLICATION.c.programme_id == value,
                   {each: programme_name(each) for each in await rows.called(connection)}),
            Filter("state", "状态", lambda value: APPLICATION.c.state == value, STATES),
            Filter("unit", "推荐单位", lambda value: APPLICATION.c.unit_id == value, await rows.units(connection)),
            Filter("district", "区县", rows.in_district, {each: each for each in await rows.districts(connection)}),
        ),
        search=(APPLICANT.c.name, APPLICATION.c.project, HAND_IN.c.receipt),
        finds=rows.holds,
        key=APPLICATION.c.id,
        order=(APPLICATION.c.handed_in_at.desc().nulls_last(), APPLICATION.c.id),
        empty="还没有申报；批次开放以后，申报人开始填写就列在这里",
        search_title="姓名、项目、回执号",
    )  # fmt: skip


def _until(row: RowMapping) -> object:
    """The day somebody has to be done by: the unit, or the applicant."""
    return {"submitted": row["recommend_until"], "returned": row["correct_until"]}.get(str(row["state"]))


def application_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/applications", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        return await _list(running, request)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, await listing(connection), rows.every(), request.query_params)

    @router.post("/accept", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def accept(request: Request, who: Known) -> Response:
        """Those of the chosen that nothing excludes; the others are named and left as they are."""
        chosen = [value for value in (await request.form()).getlist(CHOSEN) if isinstance(value, str)]
        try:
            order = _chosen(chosen)

            async def cautions(connection: AsyncConnection) -> Sequence[str]:
                return await _left_out(running, connection, order.applications)

            return await foreseen_or_done(
                running, request, who, title="批量受理", does="受理", to=f"{HERE}?state=accepted&done=accepted",
                work=lambda unit: accept_clear(unit, order), back=f"{HERE}?state=recommended", cautions=cautions,
            )  # fmt: skip
        except DomainError as wrong:
            return await _list(running, request, wrong, chosen)

    return router


def _chosen(ids: Sequence[str]) -> AcceptClear:
    if not ids:
        raise DomainError("nothing-chosen", "请先在左边的方框里选要受理的申报")
    return order_of(AcceptClear, {"applications": ids}, {"applications": "选中的申报"})


async def _left_out(running: Running, connection: AsyncConnection, ids: Sequence[str]) -> list[str]:
    """Why some of the chosen will not be taken in with the others."""
    told, today = [], legal_date(running.now())
    for id_ in ids:
        row = await changes.found(connection, APPLICATION, id_, "申报")
        if row["state"] != "recommended":
            told.append(f"“{row['project']}”{STATES[row['state']]}，不在等待形式审查，不受理")
            continue
        excluded = exclusions(
            load_programme(row["programme_id"]), await known.of_application(connection, row), today
        )  # fmt: skip
        if excluded:
            told.append(f"“{row['project']}”有排除情形，请逐份办理：{'；'.join(each.found for each in excluded)}")
    return told


async def _list(
    running: Running, request: Request, error: DomainError | None = None, chosen: Sequence[str] = ()
) -> HTMLResponse:
    async with running.look() as connection:
        listed = await (await listing(connection)).page(connection, rows.every(), request.query_params)
    accepting = request.query_params.get("state") == "recommended" or error is not None
    return PAGES.show(
        request, "applications.html", 200 if error is None else error.status, listed=listed, error=error, chosen=chosen,
        accepting=accepting, done="已受理，申报人会收到信。" if request.query_params.get("done") else "", at=HERE,
        wrong=error.fields if isinstance(error, FormWrong) else {},
    )  # fmt: skip
