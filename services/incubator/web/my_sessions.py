"""The sessions of a carrier's mentors: the list, and noting one."""

from collections.abc import Mapping
from fractions import Fraction

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.incubator.store import mentors, tenants
from services.incubator.store.operator_tables import MENTOR, MENTOR_SESSION
from services.incubator.store.tables import TENANCY
from services.incubator.usecases.mentors import KINDS, MINUTES, NoteSession, note_session
from services.incubator.web.looks import PAGES
from services.incubator.web.my_carriers import NOTHING, OPERATOR
from services.incubator.web.own_carrier import own_carrier, place_of, typed
from shared.core.errors import DomainError
from shared.core.exact import shortest
from shared.evaluation.figures import rounded
from shared.identity.who import Who
from shared.reading.typed_fields import Unclear
from shared.running.running import Running
from shared.webkit.access import Known
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

OF_SESSION = ("mentor_id", "on_date", "tenant_id", "topic", "hours")
SESSIONS = Listing(
    "辅导记录",
    columns=(
        Column("on_date", "日期", "day", by=MENTOR_SESSION.c.on_date),
        Column("mentor", "导师", by=MENTOR.c.name),
        Column("kind", "类别", said=lambda row: KINDS[row["kind"]], by=MENTOR.c.kind),
        Column("tenant", "企业", said=lambda row: row["tenant"] or "多家企业", by=TENANCY.c.name),
        Column("topic", "主题"),
        Column("minutes", "小时", "number", said=lambda row: hours(row["minutes"]), by=MENTOR_SESSION.c.minutes),
    ),
    filters=(
        Filter("from", "不早于", lambda day: MENTOR_SESSION.c.on_date >= day, kind="day"),
        Filter("until", "不晚于", lambda day: MENTOR_SESSION.c.on_date <= day, kind="day"),
        Filter("kind", "类别", lambda value: MENTOR.c.kind == value, KINDS),
    ),
    search=(MENTOR.c.name, MENTOR_SESSION.c.topic, TENANCY.c.name),
    order=(MENTOR_SESSION.c.on_date.desc(), MENTOR_SESSION.c.id),
    empty="还没有辅导记录",
    search_title="导师、企业、主题",
)


def hours(minutes: int) -> str:
    """90 -> 1.5; 100 -> 1.67."""
    return shortest(rounded(Fraction(minutes, MINUTES)))


def my_session_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/carriers/{carrier_id}", include_in_schema=False)

    @router.get("/sessions", dependencies=[OPERATOR])
    async def list_sessions(request: Request, who: Known, carrier_id: str) -> HTMLResponse:
        return await _sessions(running, request, who, carrier_id)

    @router.get("/sessions.xlsx", dependencies=[OPERATOR])
    async def sessions_table(request: Request, who: Known, carrier_id: str) -> Response:
        async with running.look() as connection:
            await own_carrier(connection, who, carrier_id)
            return await export(connection, SESSIONS, mentors.sessions_of(carrier_id), request.query_params)

    @router.post("/sessions", dependencies=[OPERATOR])
    async def note(request: Request, who: Known, carrier_id: str) -> Response:
        sent = typed(await request.form(), OF_SESSION)
        try:
            async with running.unit(who.account) as unit:
                await own_carrier(unit.connection, who, carrier_id)
                await note_session(unit, NoteSession(carrier_id=carrier_id, **sent))
        except DomainError as wrong:
            return await _sessions(running, request, who, carrier_id, sent, wrong)
        return RedirectResponse(f"{place_of(carrier_id, 'sessions')}?saved=1", 303)

    return router


async def _sessions(
    running: Running,
    request: Request,
    who: Who,
    carrier_id: str,
    sent: Mapping[str, str] | None = None,
    error: DomainError | None = None,
) -> HTMLResponse:
    async with running.look() as connection:
        carrier = await own_carrier(connection, who, carrier_id)
        listed = await SESSIONS.page(connection, mentors.sessions_of(carrier_id), request.query_params)
        known = await mentors.all_of(connection, carrier_id)
        there = await tenants.all_of(connection, carrier_id)
    chosen = {"mentor_id": request.query_params.get("mentor", "")}
    return PAGES.show(
        request,
        "my_sessions.html",
        200 if error is None else error.status,
        carrier=carrier,
        base=place_of(carrier_id),
        listed=listed,
        mentors={row["id"]: f"{row['name']}（{KINDS[row['kind']]}，{row['employer']}）" for row in known},
        tenants={row["tenant_id"]: row["name"] for row in there},
        typed=sent or dict.fromkeys(OF_SESSION, "") | chosen,
        problems=error.problems if isinstance(error, Unclear) else NOTHING,
        error=error,
    )
