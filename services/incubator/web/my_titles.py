"""An operator's applications for titles: the list, and a new one."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping

from services.incubator.store import bars, changes, own, titles
from services.incubator.store.tables import ORGANISATION
from services.incubator.usecases import title_applications as applying
from services.incubator.web import title_looks
from services.incubator.web.looks import PAGES, to
from services.incubator.web.title_forms import FormWrong, order_of, text, wrong_in
from services.incubator.web.wording import POLICY
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.messaging.unit import Unit
from shared.running.running import Running
from shared.webkit.access import Known, may
from shared.webkit.takeaway import export

OPERATOR = may(Role.OPERATOR)


def my_title_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/mine/titles", include_in_schema=False)
    listing = title_looks.application_list("mine/titles", own=True)

    @router.get("", dependencies=[OPERATOR])
    async def mine(request: Request, who: Known) -> HTMLResponse:
        organisations = who.scopes(Role.OPERATOR)
        today = legal_date(running.now())
        async with running.look() as connection:
            listed = await listing.page(connection, titles.own(organisations), request.query_params)
            carriers = await own.carriers(connection, organisations)
            barred = await bars.of(connection, organisations)
        held = [bar for rows in barred.values() for bar in rows if bar.holds(today)]
        levels = {each["id"]: applying.levels_open(each["kind"], _level(each), today) for each in carriers}
        return PAGES.show(
            request,
            "my_titles.html",
            listed=listed,
            carriers=carriers,
            levels=levels,
            bars=held,
            words=title_looks.WORDS,
        )

    @router.get(".xlsx", dependencies=[OPERATOR])
    async def workbook(request: Request, who: Known) -> Response:
        async with running.look() as connection:
            query = titles.own(who.scopes(Role.OPERATOR))
            return await export(connection, listing, query, request.query_params)

    @router.get("/new", dependencies=[OPERATOR])
    async def new(request: Request, who: Known) -> HTMLResponse:
        return await _new(running, request, who, dict(request.query_params))

    @router.post("/new", dependencies=[OPERATOR])
    async def start(request: Request, who: Known) -> Response:
        form = await request.form()
        typed = {name: text(form, name) for name in ("carrier", "organisation", "kind", "level", "name", "district")}
        try:
            async with running.unit(who.account) as unit:
                id_ = await applying.start_application(unit, await _start_order(unit, who, typed))
        except DomainError as wrong:
            return await _new(running, request, who, typed, wrong)
        return RedirectResponse(to("mine/titles", id_), 303)

    return router


def _level(carrier: RowMapping) -> str | None:
    """The level a carrier holds; a title that was withdrawn is none."""
    level: str | None = carrier["level"] if carrier["state"] == "active" else None
    return level


async def _start_order(unit: Unit, who: Who, typed: dict[str, str]) -> applying.StartApplication:
    mine = who.scopes(Role.OPERATOR)
    carrier, organisation = typed.get("carrier", ""), typed.get("organisation", "")
    if carrier:
        rows = [row for row in await own.carriers(unit.connection, mine) if row["id"] == carrier]
        if not rows:
            raise DomainError("no-such-carrier", f"没有载体“{carrier}”", status=404)
        organisation = rows[0]["organisation_id"]
    elif not organisation and len(mine) == 1:
        organisation = mine[0]
    if organisation not in mine:
        raise FormWrong({"organisation": "请选择由哪家单位申请"})
    return order_of(
        applying.StartApplication,
        {
            "organisation_id": organisation, "carrier_id": carrier or None, "kind": typed.get("kind", ""),
            "level": typed.get("level", ""), "name": typed.get("name", ""), "district": typed.get("district", ""),
        },
    )  # fmt: skip


async def _new(
    running: Running, request: Request, who: Who, typed: dict[str, str], error: DomainError | None = None
) -> HTMLResponse:
    mine, today = who.scopes(Role.OPERATOR), legal_date(running.now())
    async with running.look() as connection:
        carriers = await own.carriers(connection, mine)
        carrier = next((row for row in carriers if row["id"] == typed.get("carrier")), None)
        if typed.get("carrier") and carrier is None:
            raise DomainError("no-such-carrier", f"没有载体“{typed['carrier']}”", status=404)
        organisations = [await changes.found(connection, ORGANISATION, each, "运营单位") for each in mine]
        about = [carrier["organisation_id"]] if carrier is not None else list(mine)
        barred = await bars.of(connection, about)
        districts = await titles.districts(connection)
    held = [bar for rows in barred.values() for bar in rows if bar.holds(today)]
    levels = {kind: applying.levels_open(kind, None, today) for kind in POLICY.kinds}
    return PAGES.show(
        request, "my_title_new.html", 200 if error is None else error.status, typed=typed, error=error,
        problems=wrong_in(error), carrier=carrier, carriers=carriers, organisations=organisations, bars=held,
        levels=applying.levels_open(carrier["kind"], _level(carrier), today) if carrier is not None else None,
        kinds={kind: POLICY.kinds[kind] for kind, there in levels.items() if there}, by_kind=levels,
        districts=districts, every_level=POLICY.levels,
    )  # fmt: skip
