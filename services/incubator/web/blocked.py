"""What is blocked: each with exactly what it lacks, and the form that supplies it."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping, Select, select

from services.incubator.store import ledger
from services.incubator.store.money import named
from services.incubator.store.tables import CARRIER, ORGANISATION, SUBSIDY
from services.incubator.usecases.bookkeeping import supply_facts, what_blocks
from services.incubator.web.foreseeing import foreseen_or_done
from services.incubator.web.looks import PAGES, to
from services.incubator.web.naming import carriers_named
from services.incubator.web.wording import POLICY, kind_name
from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms, outcomes
from shared.ledger.blocked import Blocked
from shared.ledger.deciding import SupplyFacts
from shared.ledger.forms import FormWrong, Typed
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

BASE = "/incubator/blocked"
FACT = "fact:"
"""What stands before the name of a fact in the box for it."""
LISTING = Listing(
    name="待补事实",
    columns=(
        Column(
            "carrier", "载体", by=CARRIER.c.name, said=lambda row: row["carrier"] or row["carrier_id"],
            to=lambda row: to("blocked", row["id"]),
        ),
        Column(
            "organisation", "单位", by=ORGANISATION.c.name,
            said=lambda row: row["organisation"] or row["organisation_id"],
        ),
        Column("kind", "类型", by=CARRIER.c.kind, said=lambda row: kind_name(row["kind"])),
        Column("on_date", "日期", kind="day", by=SUBSIDY.c.on_date),
        Column("reason", "缺什么"),
        Column("entered_at", "登记时间", kind="moment", by=SUBSIDY.c.entered_at),
    ),
    filters=(Filter("kind", "类型", lambda value: CARRIER.c.kind == value, POLICY.kinds),),
    search=(CARRIER.c.name, ORGANISATION.c.name, CARRIER.c.id, SUBSIDY.c.reason),
    order=(SUBSIDY.c.position,),
    empty="没有缺少事实的补助",
    search_title="单位、载体的名称，或缺的事实",
)  # fmt: skip


def blocked_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/blocked", include_in_schema=False)

    @router.get("", dependencies=[READERS])
    async def blocked(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await LISTING.page(connection, _query(), request.query_params)
        return PAGES.show(request, "blocked.html", listed=listed)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, LISTING, _query(), request.query_params)

    @router.get("/{subsidy_id}", dependencies=[READERS])
    async def one(request: Request, who: Known, subsidy_id: str) -> HTMLResponse:
        return await _page(running, request, who, subsidy_id)

    @router.post("/{subsidy_id}", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def supply(request: Request, who: Known, subsidy_id: str) -> Response:
        form = await request.form()
        try:
            async with running.look() as connection:
                entry, found = await _found(connection, subsidy_id)
            given = {
                name.removeprefix(FACT): value.strip()
                for name, value in form.multi_items()
                if name.startswith(FACT) and isinstance(value, str)
            }
            empty = [each for each in found.lacks if not given.get(each.name)]
            if empty:
                raise FormWrong({f"{FACT}{each.name}": f"“{each.label}”还没有填" for each in empty})
            wanted = {each.name: given[each.name] for each in found.lacks}
            order = forms.read(SupplyFacts, form, cause_event_id=entry["root"], facts=wanted)
            return await foreseen_or_done(
                running, request, who, title="补充事实", does="补充", work=lambda unit: supply_facts(unit, order),
                to=BASE, back=to("blocked", subsidy_id),
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.code == "no-such-subsidy":
                raise
            return await _page(running, request, who, subsidy_id, forms.typed_in(form, wrong))

    return router


def _query() -> Select[Any]:
    return named(ledger.standing().where(SUBSIDY.c.outcome == outcomes.BLOCKED))


async def _found(connection: Any, subsidy_id: str) -> tuple[RowMapping, Blocked]:  # noqa: ANN401 - the database's own
    query = select(SUBSIDY).where(SUBSIDY.c.id == subsidy_id, SUBSIDY.c.outcome == outcomes.BLOCKED)
    entry = (await connection.execute(query)).mappings().first()
    if entry is None:
        raise DomainError("no-such-subsidy", f"没有缺少事实的补助“{subsidy_id}”", status=404)
    found: Mapping[str, Blocked] = await what_blocks(connection, [entry])
    return entry, found[entry["root"]]


async def _page(
    running: Running, request: Request, who: Who, subsidy_id: str, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    async with running.look() as connection:
        entry, found = await _found(connection, subsidy_id)
        names = await carriers_named(connection, [entry])
        query = ledger.standing().where(SUBSIDY.c.id == subsidy_id).with_only_columns(SUBSIDY.c.id)
        stands = (await connection.execute(query)).first() is not None
    return PAGES.show(
        request, "blocked_one.html", typed.status, entry=entry, named=names[entry["carrier_id"]], found=found,
        typed=typed, stands=stands, roles=forms.roles_of(who), policy=POLICY,
    )  # fmt: skip
