"""The pages of carriers: the register as a list, and everything there is on one of them."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import carrier_list
from services.incubator.store.tables import CARRIER, ORGANISATION
from services.incubator.web import naming
from services.incubator.web.looks import PAGES, to
from services.incubator.web.wording import CARRIERS, GRADES, POLICY, kind_name, level_name
from shared.core.errors import DomainError
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export


def carrier_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/carriers", dependencies=[READERS], response_class=HTMLResponse)
    async def carriers(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listing = await _listing(connection)
            listed = await listing.page(connection, carrier_list.WITH_GRADES, request.query_params)
        return PAGES.show(request, "carriers.html", listed=listed)

    @router.get("/carriers.xlsx", dependencies=[READERS])
    async def table(request: Request) -> Response:
        async with running.look() as connection:
            listing = await _listing(connection)
            return await export(connection, listing, carrier_list.WITH_GRADES, request.query_params)

    @router.get("/carriers/{carrier_id:path}", dependencies=[READERS], response_class=HTMLResponse)
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


async def _listing(connection: AsyncConnection) -> Listing:
    districts = {each: each for each in await carrier_list.districts(connection)}
    states = {state: shown.name for state, shown in CARRIERS.items()}
    return Listing(
        "载体",
        (
            Column("name", "载体", by=CARRIER.c.name, to=lambda row: to("carriers", row["id"])),
            Column("id", "编号", by=CARRIER.c.id),
            Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),
            Column("level", "级别", by=CARRIER.c.level, said=lambda row: level_name(row["level"])),
            Column("district", "地区", by=CARRIER.c.district),
            Column("organisation_name", "运营单位", by=ORGANISATION.c.name, to=_organisation),
            Column(
                "state", "状态", kind="state", by=CARRIER.c.state, said=lambda row: CARRIERS[row["state"]].name,
                tone=lambda row: CARRIERS[row["state"]].tone,
            ),
            Column("grade", "最近等次", kind="state", said=_grade, to=_evaluation, tone=_tone),
        ),
        (
            Filter("kind", "类型", lambda kind: CARRIER.c.kind == kind, POLICY.kinds),
            Filter("level", "级别", lambda level: CARRIER.c.level == level, POLICY.levels),
            Filter("district", "地区", lambda district: CARRIER.c.district == district, districts),
            Filter("state", "状态", lambda state: CARRIER.c.state == state, states),
        ),
        search=(CARRIER.c.name, CARRIER.c.id, ORGANISATION.c.name, ORGANISATION.c.id),
        order=(CARRIER.c.id,),
        empty="还没有载体；用命令 miaopu incubator register-carrier 登记",
        search_title="载体或运营单位的名称、编号",
    )  # fmt: skip


def _organisation(row: RowMapping) -> str | None:
    return None if row["organisation_id"] is None else to("organisations", row["organisation_id"])


def _grade(row: Mapping[Any, Any]) -> str | None:
    return None if row["grade"] is None else f"{GRADES[row['grade']].name}（{row['grade_year']} 年度）"


def _evaluation(row: RowMapping) -> str | None:
    return None if row["evaluation_id"] is None else to("evaluations", row["evaluation_id"])


def _tone(row: RowMapping) -> str:
    return "calm" if row["grade"] is None else GRADES[row["grade"]].tone
