"""What is blocked: each with exactly what it lacks, and the form that supplies it."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.errors import DomainError
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.ledger import forms, outcomes
from shared.ledger.blocked import Blocked, what_blocks
from shared.ledger.deciding import SupplyFacts, supply_facts
from shared.ledger.forms import FormWrong, Typed
from shared.ledger.showing import Showing
from shared.running.running import Running
from shared.webkit.access import READERS, Known, may
from shared.webkit.listing import Column, Listing
from shared.webkit.takeaway import export

FACT = "fact:"
"""What stands before the name of a fact in the box for it."""


def _listing(showing: Showing) -> Listing:
    entry = showing.ledger.tables.subsidy.c
    payee, subject = showing.payee, showing.subject
    return Listing(
        name="待补事实",
        columns=(
            showing.subject_to(lambda row: showing.blocked_entry(row["id"])),
            payee,
            *showing.sorts,
            Column("on_date", "日期", kind="day", by=entry.on_date),
            Column("reason", "缺什么"),
            Column("entered_at", "登记时间", kind="moment", by=entry.entered_at),
        ),
        filters=showing.filters,
        search=(*showing.search, entry.reason),
        order=(entry.position,),
        empty=f"没有缺少事实的{showing.ledger.noun}",
        search_title=f"{payee.title}、{subject.title}的名称，或缺的事实",
    )


def blocked_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(prefix="/blocked", include_in_schema=False)
    ledger, listing = showing.ledger, _listing(showing)

    @router.get("", dependencies=[READERS])
    async def blocked(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            listed = await listing.page(connection, _query(showing), request.query_params)
        return showing.pages.show(request, "blocked.html", listed=listed, noun=ledger.noun)

    @router.get(".xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        async with running.look() as connection:
            return await export(connection, listing, _query(showing), request.query_params)

    @router.get("/{subsidy_id}", dependencies=[READERS])
    async def one(request: Request, who: Known, subsidy_id: str) -> HTMLResponse:
        return await _page(running, showing, request, who, subsidy_id)

    @router.post("/{subsidy_id}", dependencies=[may(Role.CLERK, Role.HEAD)])
    async def supply(request: Request, who: Known, subsidy_id: str) -> Response:
        form = await request.form()
        try:
            async with running.look() as connection:
                entry, found = await _found(showing, connection, subsidy_id)
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
            return await showing.foreseeing.foreseen_or_done(
                running, request, who, title="补充事实", does="补充",
                work=lambda unit: supply_facts(ledger, unit, order), to=showing.blocked,
                back=showing.blocked_entry(subsidy_id),
            )  # fmt: skip
        except DomainError as wrong:
            if wrong.code == "no-such-subsidy":
                raise
            return await _page(running, showing, request, who, subsidy_id, forms.typed_in(form, wrong))

    return router


def _query(showing: Showing) -> Select[Any]:
    outcome = showing.ledger.tables.subsidy.c.outcome
    return showing.listed(showing.ledger.rows.standing().where(outcome == outcomes.BLOCKED))


async def _found(showing: Showing, connection: AsyncConnection, subsidy_id: str) -> tuple[RowMapping, Blocked]:
    subsidy = showing.ledger.tables.subsidy
    query = select(subsidy).where(subsidy.c.id == subsidy_id, subsidy.c.outcome == outcomes.BLOCKED)
    entry = (await connection.execute(query)).mappings().first()
    if entry is None:
        raise DomainError("no-such-subsidy", f"没有缺少事实的{showing.ledger.noun}“{subsidy_id}”", status=404)
    return entry, (await what_blocks(showing.ledger, connection, [entry]))[entry["root"]]


async def _page(
    running: Running, showing: Showing, request: Request, who: Who, subsidy_id: str, typed: Typed | None = None
) -> HTMLResponse:
    typed = typed or Typed()
    tables = showing.ledger.tables
    async with running.look() as connection:
        entry, found = await _found(showing, connection, subsidy_id)
        subjects = await showing.subjects(connection, [entry])
        id_ = tables.subsidy.c.id
        query = showing.ledger.rows.standing().where(id_ == subsidy_id).with_only_columns(id_)
        stands = (await connection.execute(query)).first() is not None
    about = entry[tables.subject_name]
    return showing.pages.show(
        request, "blocked_one.html", typed.status, showing=showing, entry=entry, subject=subjects[about],
        subject_id=about, found=found, typed=typed, stands=stands, roles=forms.roles_of(who),
    )  # fmt: skip
