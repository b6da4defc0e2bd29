"""The site's home: this year at a glance, and what waits for somebody."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import ledger, overview, waiting
from services.incubator.store.overview import Sum
from services.incubator.web import naming
from services.incubator.web.asked import Asked
from services.incubator.web.looks import PAGES
from services.incubator.web.rounds import in_order
from services.incubator.web.wording import GRADES, LETTER_STATES, kind_order
from shared.core.clock import legal_date
from shared.identity import roles
from shared.identity.roles import Role
from shared.messaging import parking
from shared.running.running import Running
from shared.webkit.access import LOGGED_IN, READERS, Known


def home(running: Running) -> APIRouter:
    """The home at the root of the site, and at the service's own name. Whoever has no view of the whole city is led
    to what is his."""
    router = APIRouter(include_in_schema=False)
    show = _page(running)

    async def first(request: Request, who: Known) -> Response:
        if who.may_be(*roles.READERS):
            whole: Response = await show(request)
            return whole
        return RedirectResponse("/incubator/mine" if who.may_be(Role.OPERATOR) else "/account", 303)

    router.add_api_route("/", first, dependencies=[LOGGED_IN], response_class=HTMLResponse)
    router.add_api_route("/incubator", show, dependencies=[READERS], response_class=HTMLResponse)
    return router


def overview_pages(running: Running) -> APIRouter:
    """The same page under the service's own address, and what it all came to for programs."""
    router = APIRouter()
    router.add_api_route(
        "/", _page(running), dependencies=[READERS], response_class=HTMLResponse, include_in_schema=False
    )

    @router.get(
        "/api/summary",
        dependencies=[READERS],
        tags=["incubator"],
        operation_id="summary",
        summary="等次、台账的合计；可以只要一个年度",
    )
    async def summary(year: int | None = None) -> dict[str, Any]:
        async with running.look() as connection:
            return await overview.summary(connection, year)

    return router


def _page(running: Running) -> Any:  # noqa: ANN401 - an endpoint
    async def show(request: Request) -> HTMLResponse:
        asked = Asked(request.query_params)
        async with running.look() as connection:
            years = await overview.years(connection)
            year = asked.whole("year") or await overview.year_to_show(connection)
            if year is None:
                return PAGES.show(request, "empty.html")
            values = await _glance(connection, year)
            waits = await _waits(connection, year)
            parked = await parking.counted(connection, running.service.spine)
        today = legal_date(running.now())
        return PAGES.show(
            request,
            "home.html",
            year=year,
            years=years,
            today=today,
            parked=parked[parking.PARKED],
            waits=waits,
            **values,
        )

    return show


async def _glance(connection: AsyncConnection, year: int) -> dict[str, Any]:
    rounds = in_order(await overview.rounds(connection, year))
    reported = await overview.reported(connection, [row["id"] for row in rounds])
    articles = await overview.by_article(connection, year)
    letters = await overview.letters(connection)
    grades = await overview.grades(connection, year)
    return {
        "rounds": rounds,
        "reported": reported,
        "due": _due(rounds, reported, year),
        "grades": {kind: _bar(grades[kind]) for kind in sorted(grades, key=kind_order)},
        "articles": _bars(articles),
        "awarded": Sum(sum(each.entries for each in articles.values()), sum(each.fen for each in articles.values())),
        "unpaid": await overview.unpaid(connection, year),
        "budgets": [_budget(row) for row in await overview.budgets(connection)],
        "letters": [
            (shown.name, letters[state], shown.tone) for state, shown in LETTER_STATES.items() if state in letters
        ],
    }


def _due(rounds: Sequence[RowMapping], reported: Mapping[str, Mapping[str, int]], year: int) -> tuple[int, int]:
    """How many carriers reported in the year's rounds, of how many."""
    every = [reported[row["id"]] for row in rounds if row["year"] == year]
    away = sum(states.get("due", 0) for states in every)
    total = sum(sum(states.values()) for states in every)
    return total - away, total


def _bar(counts: Mapping[str, int]) -> list[tuple[str, int, str]]:
    return [(shown.name, counts[grade], shown.tone) for grade, shown in GRADES.items() if grade in counts]


class Bar(NamedTuple):
    """`width` of a thousand, in proportion to the largest."""

    article: str
    entries: int
    fen: int
    width: int


def _bars(articles: Mapping[str, Sum]) -> list[Bar]:
    largest = max((each.fen for each in articles.values()), default=0)
    return [
        Bar(article, each.entries, each.fen, 1000 * each.fen // largest if largest else 0)
        for article, each in articles.items()
    ]


def _budget(row: Mapping[str, Any]) -> dict[str, Any]:
    """A year's budget as parts of a bar, in yuan."""
    taken = row["approved"] + row["paid"]
    parts = (
        ("已拨付", ledger.in_yuan(row["paid"]), "good"),
        ("已批准", ledger.in_yuan(row["approved"]), "fair"),
        ("余额", ledger.in_yuan(max(row["amount_fen"] - taken, 0)), "calm"),
    )
    return {**row, "parts": parts, "left": row["amount_fen"] - taken}


async def _waits(connection: AsyncConnection, year: int) -> dict[str, Any]:
    blocked = await waiting.entries(connection, ledger.BLOCKED)
    undecided = await waiting.entries(connection, ledger.WAITING)
    return {
        "objections": await waiting.objections(connection),
        "blocked": blocked,
        "undecided": undecided,
        "payments": await waiting.payments(connection),
        "reports": await waiting.reports(connection),
        "withdrawals": await waiting.withdrawals(connection, year),
        "names": await naming.carriers_named(connection, [*blocked.rows, *undecided.rows]),
    }
