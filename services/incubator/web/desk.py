"""The desk: what waits for me, oldest first, with the year's figures above it and the districts' progress beside it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import carrier_list, desk, missing, money, overview, waiting
from services.incubator.store.desk import Chosen
from services.incubator.store.desk_rows import Asking
from services.incubator.usecases.expected_subsidies import expected_subsidies
from services.incubator.web.ahead import ahead_of
from services.incubator.web.districts import LOOKERS, districts_of, reviews_in
from services.incubator.web.looks import PAGES
from services.incubator.web.matters import DESKS, MATTERS, matters_of, queries, tone
from services.incubator.web.reporting import Standing, drawn, standings
from services.incubator.web.rounds import in_order
from services.incubator.web.wording import POLICY
from shared.core.clock import legal_date
from shared.identity.roles import READERS, Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.scheduling.pages import Ahead
from shared.webkit.access import Known, may
from shared.webkit.asked import Asked

DESK = "/incubator/desk"
OPEN = ("open", "closed")
NEXT = 3
"""As many of the things ahead as an empty desk names."""


class Money(NamedTuple):
    """`expected` by present data, of which `open` at most; `left` of the budget of `year`, if one is set; in fen."""

    expected: int
    open: int
    blocked: int
    year: int | None
    left: int | None


def desk_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/desk", dependencies=[may(*LOOKERS)])
    async def at_desk(request: Request, who: Known) -> HTMLResponse:
        asked = Asked(request.query_params)
        today = legal_date(running.now())
        asking, mine = asking_of(who, today), matters_of(who)
        async with running.look() as connection:
            districts = await carrier_list.districts(connection)
            matter = asked.choice("matter", mine)
            chosen = Chosen(asked.choice("kind", POLICY.kinds) or "", asked.choice("district", districts) or "")
            counts = await desk.counted(connection, queries(mine), asking)
            found = await desk.waiting(connection, queries([matter] if matter else mine), asking, chosen)
            rounds = await _rounds(connection)
            whole = await _standings(connection, rounds, districts_of(who))
            money_ = await _money(connection, today) if who.may_be(*READERS) else None
            ahead = await _ahead(connection) if not found else []
        return PAGES.show(
            request, "desk.html", waits=found, matters=MATTERS, mine=mine, counts=counts, tone=tone, rounds=rounds,
            whole=_all(whole), districts=whole, picture=drawn("各区县填报", whole), money=money_, ahead=ahead,
            linked=_linked(request, found), today=today, problems=asked.problems, total=sum(counts.values()),
            only=districts_of(who),
            narrowed=bool(matter or chosen.kind or chosen.district), plans=who.may_be(Role.CLERK, Role.HEAD),
            options={
                "matter": {name: each.title for name, each in mine.items() if counts[name]},
                "kind": POLICY.kinds,
                "district": {each: each for each in districts},
            },
        )  # fmt: skip

    return router


def _linked(request: Request, found: list[desk.Waits]) -> set[str]:
    """The matters that are done at a page this site has."""
    first = {each.matter: each.row for each in reversed(found)}
    answers = request.app.state.site.answers
    return {name for name, row in first.items() if answers(MATTERS[name].href(row).partition("?")[0])}


async def badges(running: Running, who: Who) -> Mapping[str, int]:
    """How many things wait for this person at each line of the navigation: one question to the database."""
    if not who.may_be(*DESKS):
        return {}
    mine = matters_of(who)
    async with running.look() as connection:
        counts = await desk.counted(connection, queries(mine), asking_of(who, legal_date(running.now())))
    found = Counter({DESK: sum(counts.values())})
    for name, count in counts.items():
        found[MATTERS[name].place] += count
    return found


def asking_of(who: Who, today: date) -> Asking:
    return Asking(who.account, today, reviews_in(who) if who.may_be(Role.DISTRICT) else None)


async def _rounds(connection: AsyncConnection) -> list[RowMapping]:
    """The rounds that are reported in; while there are none, those of the newest year."""
    year = await overview.year_to_show(connection)
    known = [] if year is None else in_order(await overview.rounds(connection, year))
    open_ = [row for row in known if row["state"] in OPEN]
    return open_ or [row for row in known if row["year"] == year]


async def _standings(
    connection: AsyncConnection, rounds: list[RowMapping], only: tuple[str, ...] | None
) -> list[Standing]:
    return standings(await missing.by_district(connection, [row["id"] for row in rounds], only))


def _all(rows: list[Standing]) -> Standing:
    return Standing("", *(sum(getattr(row, name) for row in rows) for name in ("reported", "returned", "due")))


async def _money(connection: AsyncConnection, today: date) -> Money:
    expected = await expected_subsidies(connection, today)
    known = [each for each in await money.budgets(connection) if each.amount_fen is not None]
    current = next((each for each in known if each.year == today.year), known[0] if known else None)
    return Money(
        expected.fen,
        expected.open_fen,
        expected.blocked,
        current.year if current else None,
        current.left if current else None,
    )


async def _ahead(connection: AsyncConnection) -> list[Ahead]:
    """What happens by itself next."""
    coming: list[Any] = sorted(ahead_of(await waiting.rounds_ahead(connection)))
    return coming[:NEXT]
