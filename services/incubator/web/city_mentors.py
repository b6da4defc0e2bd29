"""The city's register of mentors for the office: who they are, where, whom they helped and for how long."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.incubator.store import changes, city_mentors
from services.incubator.store.city_mentors import PERSON
from services.incubator.store.mentors import COUNSELLOR_KIND, MENTOR_KIND
from services.incubator.store.operator_tables import MENTOR
from services.incubator.usecases.mentors import KINDS, TIMES
from services.incubator.web.looks import PAGES, to
from services.incubator.web.my_sessions import hours
from shared.running.running import Running
from shared.targets.load import plan
from shared.webkit.access import READERS
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

STANDING = {"now": "在聘", "ended": "已离任"}
FULL_TIME = {"full": 1, "part": 0}
AS_MENTOR = {MENTOR_KIND: 1, COUNSELLOR_KIND: 0}
LISTING = Listing(
    "创业导师和辅导员",
    (
        Column("name", "姓名", by=PERSON.c.name, to=lambda row: to("mentors", row["id"])),
        Column(
            "kind", "类别", by=PERSON.c.as_mentor,
            said=lambda row: KINDS[MENTOR_KIND if row["as_mentor"] else COUNSELLOR_KIND],
        ),
        Column(
            "full_time", "专职或兼职", by=PERSON.c.full_time,
            said=lambda row: TIMES["full" if row["full_time"] else "part"],
        ),
        Column("field", "领域", by=PERSON.c.field),
        Column("employer", "所在单位", by=PERSON.c.employer),
        Column(
            "engaged", "聘任", "state", by=PERSON.c.engaged,
            said=lambda row: STANDING["now" if row["engaged"] else "ended"],
            tone=lambda row: "good" if row["engaged"] else "calm",
        ),
        Column("carriers", "载体（家）", "number", by=PERSON.c.carriers),
        Column("tenants", "企业（家）", "number", by=PERSON.c.tenants),
        Column("sessions", "辅导（次）", "number", by=PERSON.c.sessions),
        Column("minutes", "辅导小时", "number", by=PERSON.c.minutes, said=lambda row: hours(row["minutes"])),
        Column("last_on", "最近一次", "day", by=PERSON.c.last_on),
    ),
    filters=(
        Filter("engaged", "聘任", lambda value: PERSON.c.engaged == int(value == "now"), STANDING),
        Filter("kind", "类别", lambda value: PERSON.c.as_mentor == AS_MENTOR[value], KINDS),
        Filter("time", "专职或兼职", lambda value: PERSON.c.full_time == FULL_TIME[value], TIMES),
    ),
    search=(PERSON.c.name, PERSON.c.employer, PERSON.c.field),
    order=(PERSON.c.engaged.desc(), PERSON.c.name, PERSON.c.employer),
    empty="没有符合条件的创业导师或创业辅导员；由各载体的运营机构在“导师”页登记",
    search_title="姓名、单位、领域",
)  # fmt: skip


def city_mentor_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mentors", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def every(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, city_mentors.listed(), request.query_params)
            engaged = await city_mentors.engaged(connection)
        targets = [each for each in plan() if any(name.partition("/")[0] == "mentor" for name in each.counts)]
        return PAGES.show(request, "mentors.html", listed=listed, engaged=engaged, targets=targets)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, city_mentors.listed(), request.query_params)

    @router.get("/{mentor_id}", dependencies=[READERS])
    async def one(request: Request, mentor_id: str) -> HTMLResponse:
        async with running.look() as connection:
            mentor = await changes.found(connection, MENTOR, mentor_id, "创业导师和辅导员")
            rows = await city_mentors.carriers_of(connection, mentor["name"], mentor["employer"])
            helped = await city_mentors.tenants_of(connection, mentor["name"], mentor["employer"])
        return PAGES.show(
            request, "mentor.html", mentor=mentor, rows=rows, helped=helped, kinds=KINDS, times=TIMES, hours=hours
        )

    return router
