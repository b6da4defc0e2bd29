"""The mentors of an operator's carrier, entered singly or from a workbook, and what their sessions come to by year."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup

from services.incubator.store import mentors
from services.incubator.store.mentors import MENTOR_KIND, MentorYear
from services.incubator.store.operator_tables import MENTOR
from services.incubator.usecases.mentors import KINDS, TIMES, EndMentor, RegisterMentor, end_mentor, register_mentor
from services.incubator.usecases.mentors_workbook import SendMentors, send_mentors
from services.incubator.web.looks import PAGES
from services.incubator.web.my_carriers import NOTHING, OPERATOR
from services.incubator.web.my_sessions import SESSIONS, hours
from services.incubator.web.own_carrier import own_carrier, place_of, typed
from services.incubator.workbook.mentors import write_template
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.pictures import Bar, bars
from shared.webkit.takeaway import attached, export
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import MOST_BYTES

OF_MENTOR = ("name", "kind", "time", "field", "employer", "began_on")
ENGAGED = {"now": MENTOR.c.ended_on.is_(None), "ended": MENTOR.c.ended_on.is_not(None)}
MOST_OF_REQUEST = MOST_BYTES + 100_000
"""The workbook, and what a form puts around it."""
MENTORS = Listing(
    "创业导师和辅导员",
    columns=(
        Column("name", "姓名", by=MENTOR.c.name, to=lambda row: place_of(row["carrier_id"], "mentors", row["id"])),
        Column("kind", "类别", said=lambda row: KINDS[row["kind"]], by=MENTOR.c.kind),
        Column("time", "专职或兼职", said=lambda row: TIMES[row["time"]], by=MENTOR.c.full_time),
        Column("field", "领域", by=MENTOR.c.field),
        Column("employer", "所在单位", by=MENTOR.c.employer),
        Column("began_on", "起聘", "day", by=MENTOR.c.began_on),
        Column("ended_on", "离任", "day", by=MENTOR.c.ended_on),
        Column("sessions", "辅导次数", "number"),
        Column("minutes", "辅导小时", "number", said=lambda row: hours(row["minutes"])),
    ),
    filters=(
        Filter("engaged", "聘任", lambda value: ENGAGED[value], {"now": "在聘", "ended": "已离任"}),
        Filter("kind", "类别", lambda value: MENTOR.c.kind == value, KINDS),
    ),
    search=(MENTOR.c.name, MENTOR.c.employer, MENTOR.c.field),
    order=(MENTOR.c.ended_on.is_not(None), MENTOR.c.name, MENTOR.c.id),
    empty="还没有登记创业导师或创业辅导员",
    search_title="姓名、单位、领域",
)


def my_mentor_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/carriers/{carrier_id}", include_in_schema=False)

    @router.get("/mentors", dependencies=[OPERATOR])
    async def list_mentors(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _mentors(running, request, who, carrier_id)

    @router.get("/mentors.xlsx", dependencies=[OPERATOR])
    async def mentors_table(request: Request, who: Known, carrier_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
            return await export(connection, MENTORS, mentors.of_carrier(carrier_id), request.query_params)

    @router.post("/mentors", dependencies=[OPERATOR])
    async def register(request: Request, who: Known, carrier_id: str) -> Response:
        sent = typed(await request.form(), OF_MENTOR)
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await register_mentor(unit, RegisterMentor(carrier_id=carrier_id, **sent))
        except DomainError as wrong:
            return await _mentors(running, request, who, carrier_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'mentors')}?saved=1", 303)

    @router.get("/mentors/{mentor_id}", dependencies=[OPERATOR])
    async def mentor(request: Request, who: Known, carrier_id: str, mentor_id: str) -> HTMLResponse:
        return await _mentor(running, request, who, carrier_id, mentor_id)

    @router.post("/mentors/{mentor_id}/end", dependencies=[OPERATOR])
    async def end(request: Request, who: Known, carrier_id: str, mentor_id: str) -> Response:
        sent = typed(await request.form(), ("ended_on",))
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await end_mentor(unit, EndMentor(carrier_id=carrier_id, mentor_id=mentor_id, **sent))
        except DomainError as wrong:
            return await _mentor(running, request, who, carrier_id, mentor_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'mentors', mentor_id)}?saved=1", 303)

    _workbook(running, router)
    return router


def _workbook(running: Running, router: APIRouter) -> None:
    """The empty workbook, and one that was filled."""

    @router.get("/mentors-workbook", dependencies=[OPERATOR])
    async def template(who: Known, carrier_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
        return attached("导师登记表.xlsx", write_template())

    @router.post("/mentors-workbook", dependencies=[OPERATOR], max_body_size=MOST_OF_REQUEST)
    async def upload(request: Request, who: Known, carrier_id: str, file: Annotated[UploadFile, File()]) -> Response:
        content = await file.read(MOST_BYTES + 1)
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                entered = await send_mentors(unit, SendMentors(carrier_id, content))
        except WorkbookError as wrong:
            return await _mentors(running, request, who, carrier_id, None, wrong, wrong.problems)
        except DomainError as wrong:
            return await _mentors(running, request, who, carrier_id, None, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'mentors')}?saved={entered}", 303)


def _picture(years: list[MentorYear]) -> Markup:
    rows = [
        Bar(f"{each.year} 年", each.sessions, f"{each.sessions} 次，{hours(each.minutes)} 小时", "good")
        for each in years
    ]
    return bars("历年辅导次数", rows) if rows else Markup("")


async def _mentors(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    cells: Sequence[CellProblem] = (),
) -> HTMLResponse:
    today = legal_date(running.now())
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        listed = await MENTORS.page(connection, mentors.of_carrier(carrier_id), request.query_params)
        years = await mentors.by_year(connection, carrier_id)
        last_year = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
        advised = await mentors.by_year(connection, carrier_id, MENTOR_KIND)
        now = {kind: await mentors.engaged(connection, carrier_id, kind, today, today) for kind in KINDS}
        had_last_year = await mentors.engaged(connection, carrier_id, MENTOR_KIND, *last_year)
    return PAGES.show(
        request,
        "my_mentors.html",
        200 if error is None else error.status,
        carrier=carrier,
        base=place_of(carrier_id),
        listed=listed,
        years=years,
        hours=hours,
        picture=_picture(years),
        now=now,
        last_year=today.year - 1,
        had_last_year=had_last_year,
        advised_last_year=sum(each.tenants for each in advised if each.year == today.year - 1),
        kinds=KINDS,
        cells=cells,
        times=TIMES,
        typed=sent or dict.fromkeys(OF_MENTOR, ""),
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
    )


async def _mentor(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    mentor_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        row = await mentors.one(connection, carrier_id, mentor_id)
        held = mentors.sessions_of(carrier_id).where(MENTOR.c.id == mentor_id)
        listed = await SESSIONS.page(connection, held, request.query_params)
    return PAGES.show(
        request,
        "my_mentor.html",
        200 if error is None else error.status,
        carrier=carrier,
        base=place_of(carrier_id),
        mentor=row,
        kinds=KINDS,
        times=TIMES,
        listed=listed,
        typed=sent or {"ended_on": ""},
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
    )
