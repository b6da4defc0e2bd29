"""Pages: the letters, a letter, the kinds of letter."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import RowMapping

from services.notify.domain.letters import KINDS, Letterhead
from services.notify.domain.states import STATES
from services.notify.letters.render import Parts, kind_named, render, sample
from services.notify.store import listing, messages
from services.notify.web.shown import title_of
from shared.core.clock import legal_date
from shared.running.running import Running
from shared.webkit.access import READERS
from shared.webkit.guards import letter as shown_alone
from shared.webkit.listing import Column
from shared.webkit.takeaway import attached, workbook
from shared.webkit.templates import Pages

COLUMNS = (
    Column("subject", "信件"), Column("letter", "种类"), Column("carrier", "载体"), Column("carrier_id", "载体编号"),
    Column("org_id", "单位编号"), Column("to", "收件人"), Column("address", "邮箱"), Column("state", "状态"),
    Column("attempts", "已试次数", kind="number"), Column("created_at", "写成", kind="moment"),
    Column("handed_over_at", "交付", kind="moment"), Column("error", "最近的错误"), Column("id", "编号"),
)  # fmt: skip
PAGES = Pages(Path(__file__).parent / "templates")


def filtered(
    state: str = "", letter: str = "", carrier: str = "", text: Annotated[str, Query(max_length=200)] = ""
) -> listing.Filter:
    """An empty field filters nothing."""
    return listing.Filter(state.strip(), letter.strip(), carrier.strip(), text.strip())


def _cells(row: RowMapping) -> tuple[object, ...]:
    return (
        row["subject"], title_of(row["letter"]), row["carrier_name"], row["carrier_id"], row["org_id"],
        row["to_name"], row["to_address"], STATES[row["state"]].name, row["attempts"], row["created_at"],
        row["handed_over_at"], row["last_error"], row["id"],
    )  # fmt: skip


def _bar(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    return [(shown.name, counts.get(state, 0), shown.tone) for state, shown in STATES.items()]


def pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    configured = running.settings.smtp_url is not None

    def preview(name: str) -> Parts:
        kind = kind_named(name)
        shown = sample(kind)
        head = Letterhead(running.settings.base_url, legal_date(running.now())).values
        return render(kind, shown.event, shown.to, head)

    @router.get("/messages", dependencies=[READERS])
    async def letters(
        request: Request, by: Annotated[listing.Filter, Depends(filtered)], page: int = 1
    ) -> HTMLResponse:
        async with running.look() as connection:
            found = await listing.page(connection, by, page)
            counts = await listing.counts(connection)
            contacts = await listing.contacts(connection)
        values: dict[str, Any] = {
            "found": found,
            "by": by,
            "bar": _bar(counts),
            "total": sum(counts.values()),
            "contacts": contacts,
            "states": STATES,
            "kinds": KINDS,
            "title_of": title_of,
            "configured": configured,
        }
        return PAGES.show(request, "messages.html", **values)

    @router.get("/messages.xlsx", dependencies=[READERS])
    async def table(by: Annotated[listing.Filter, Depends(filtered)]) -> Response:
        """All letters that are asked for, with everything the list shows of them."""
        async with running.look() as connection:
            found = await listing.every(connection, by)
        return attached("信件.xlsx", await asyncio.to_thread(workbook, "信件", COLUMNS, map(_cells, found)))

    @router.get("/messages/{id_}/letter", dependencies=[READERS])
    async def html(id_: str) -> Response:
        async with running.look() as connection:
            row = await messages.one(connection, id_)
        return shown_alone(row["html"])

    @router.get("/letters", dependencies=[READERS])
    async def kinds(request: Request) -> HTMLResponse:
        async with running.look() as connection:
            counts = await listing.counts_by_letter(connection)
        return PAGES.show(request, "letters.html", kinds=KINDS, counts=counts, states=STATES)

    @router.get("/letters/{name}", dependencies=[READERS])
    async def kind(request: Request, name: str) -> HTMLResponse:
        return PAGES.show(request, "letter.html", kind=kind_named(name), parts_shown=preview(name))

    @router.get("/letters/{name}/letter", dependencies=[READERS])
    async def kind_html(name: str) -> Response:
        return shown_alone(preview(name).html)

    return router
