"""The pages of carriers: the register as a list, and everything there is on one of them."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.incubator.store import carrier_list
from services.incubator.store.carrier_list import CarrierFilter
from services.incubator.web import naming
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import CARRIERS, POLICY
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.asked import Asked

PER_PAGE = 50
ORDERS = {"id": "编号", "name": "名称", "district": "地区"}


def carrier_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/carriers", include_in_schema=False)

    @router.get("", dependencies=[READERS], response_class=HTMLResponse)
    async def carriers(request: Request) -> HTMLResponse:
        asked = Asked(request.query_params)
        wanted = CarrierFilter(
            kind=asked.choice("kind", POLICY.kinds),
            level=asked.choice("level", POLICY.levels),
            district=asked.text("district") or None,
            state=asked.choice("state", CARRIERS),
            text=asked.text("text"),
            order=asked.choice("order", ORDERS) or "id",
        )
        async with running.look() as connection:
            turn = asked.turn(await carrier_list.counted(connection, wanted), PER_PAGE)
            rows = await carrier_list.listed(connection, wanted, turn.size, turn.skip)
            grades = await carrier_list.last_grades(connection, [row["id"] for row in rows])
            districts = await carrier_list.districts(connection)
        return PAGES.show(
            request,
            "carriers.html",
            rows=rows,
            grades=grades,
            turn=turn,
            problems=asked.problems,
            options={
                "kind": POLICY.kinds,
                "level": POLICY.levels,
                "district": {each: each for each in districts},
                "state": {state: shown.name for state, shown in CARRIERS.items()},
                "order": ORDERS,
            },
        )

    @router.get("/{carrier_id:path}", dependencies=[READERS], response_class=HTMLResponse)
    async def carrier(request: Request, carrier_id: str) -> HTMLResponse:
        async with running.look() as connection:
            file = await carrier_list.carrier_file(connection, carrier_id)
            if file.register is None and not file.entries.rows:
                raise DomainError("no-such-carrier", f"没有载体“{carrier_id}”", status=404)
            names = await naming.carriers_named(connection, file.entries.rows)
        register = file.register
        named = naming.of_register(register) if register is not None else names[carrier_id]
        return PAGES.show(request, "carrier.html", id=carrier_id, file=file, named=named)

    return router
