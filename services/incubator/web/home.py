"""The site's home: this year at a glance, and what waits for somebody."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from markupsafe import Markup
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import overview, waiting
from services.incubator.web import naming
from services.incubator.web.looks import PAGES
from services.incubator.web.rounds import in_order
from services.incubator.web.wording import GRADES, LETTER_STATES, kind_name, kind_order
from shared.core.clock import legal_date
from shared.core.money import in_yuan
from shared.identity import roles
from shared.identity.roles import Role
from shared.ledger import outcomes
from shared.ledger.explaining import article_name
from shared.ledger.rows import Sum
from shared.messaging import parking
from shared.running.running import Running
from shared.targets.drawing import city
from shared.webkit import pictures
from shared.webkit.access import LOGGED_IN, READERS, Known
from shared.webkit.asked import Asked, Year
from shared.webkit.templates import yuan

DESK, OTHER_DESK = "/incubator/desk", "/talent/desk"
HOMES = {
    **dict.fromkeys((Role.CLERK, Role.HEAD, Role.FINANCE, Role.DISTRICT), DESK),
    Role.OPERATOR: "/incubator/mine",
    Role.EXPERT: "/incubator/reviews",
    Role.APPLICANT: "/talent/mine",
    Role.UNIT: "/talent/unit",
}
"""Where each role's own work is."""


def home(running: Running) -> APIRouter:
    """The home at the root of the site, and at the service's own name. Whoever has work of his own is led to it; who
    looks at everything sees the year at a glance."""
    router = APIRouter(include_in_schema=False)
    show = _page(running)

    async def first(request: Request, who: Known) -> Response:
        place = None if who.may_be(Role.AUDITOR) else next((to for role, to in HOMES.items() if who.may_be(role)), None)
        if place is None and who.may_be(*roles.READERS):
            whole: Response = await show(request)
            return whole
        badges: Mapping[str, int] = getattr(request.state, "badges", {})
        if place == DESK and badges.get(OTHER_DESK) and not badges.get(DESK):
            place = OTHER_DESK  # all that waits, waits there
        return RedirectResponse(place or "/account", 303)

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
    async def summary(year: Year | None = None) -> dict[str, Any]:
        async with running.look() as connection:
            return await overview.summary(connection, year)

    return router


def _page(running: Running) -> Any:  # noqa: ANN401 - an endpoint
    async def show(request: Request) -> HTMLResponse:
        asked = Asked(request.query_params)
        whole = await city(request.app.state.runnings)
        async with running.look() as connection:
            years = await overview.years(connection)
            year = asked.year("year") or await overview.year_to_show(connection)
            if year is None:
                return PAGES.show(request, "empty.html", city=whole)
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
            city=whole,
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
        "grades": {kind: grades[kind] for kind in sorted(grades, key=kind_order)},
        "articles": articles,
        "pictures": {"grades": _grades_drawn(grades), "articles": _articles_drawn(articles)},
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


def _grades_drawn(grades: Mapping[str, Mapping[str, int]]) -> Markup:
    """How the grades of each kind of carrier are spread."""
    parts = [pictures.Part(shown.name, shown.tone) for shown in GRADES.values()]
    kinds = sorted(grades, key=kind_order)
    rows = [
        (kind_name(kind), [grades[kind].get(grade, 0) for grade in GRADES], f"{sum(grades[kind].values())} 家")
        for kind in kinds
    ]
    told = "；".join(
        f"{kind_name(kind)}：" + "，".join(f"{GRADES[grade].name} {count} 家" for grade, count in grades[kind].items())
        for kind in kinds
    )
    return pictures.stacked("等次分布", parts, rows, told)


def _articles_drawn(articles: Mapping[str, Sum]) -> Markup:
    """What each article came to, in yuan."""
    bars = [
        pictures.Bar(article_name(article), max(each.fen, 0), f"{yuan(in_yuan(each.fen))} 元")
        for article, each in articles.items()
    ]
    return pictures.bars("各条文的补助", bars, "；".join(f"{bar.name} {bar.written}" for bar in bars))


def _budget(row: Mapping[str, Any]) -> dict[str, Any]:
    """A year's budget as parts of a bar, in yuan."""
    taken = row["approved"] + row["paid"]
    parts = (
        ("已拨付", in_yuan(row["paid"]), "good"),
        ("已批准", in_yuan(row["approved"]), "fair"),
        ("余额", in_yuan(max(row["amount_fen"] - taken, 0)), "calm"),
    )
    return {**row, "parts": parts, "left": row["amount_fen"] - taken}


async def _waits(connection: AsyncConnection, year: int) -> dict[str, Any]:
    blocked = await waiting.entries(connection, outcomes.BLOCKED)
    undecided = await waiting.entries(connection, outcomes.WAITING)
    return {
        "objections": await waiting.objections(connection),
        "blocked": blocked,
        "undecided": undecided,
        "payments": await waiting.payments(connection),
        "reports": await waiting.reports(connection),
        "withdrawals": await waiting.withdrawals(connection, year),
        "names": await naming.carriers_named(connection, [*blocked.rows, *undecided.rows]),
    }
