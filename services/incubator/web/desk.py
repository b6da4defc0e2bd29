"""This service's desk: its matters, with the year's figures above them and the districts' progress beside them."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from fastapi import APIRouter
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import carrier_list, missing, money, overview, waiting
from services.incubator.usecases.expected_subsidies import expected_subsidies
from services.incubator.web.ahead import ahead_of
from services.incubator.web.districts import LOOKERS, districts_of, reviews_in
from services.incubator.web.looks import PAGES
from services.incubator.web.matters import MATTERS
from services.incubator.web.reporting import Standing, drawn, standings
from services.incubator.web.rounds import in_order
from services.incubator.web.wording import POLICY
from shared.desk import pages
from shared.desk.matters import Desk, Looked, Narrowing
from shared.identity.roles import READERS, Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.scheduling.pages import Ahead

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


async def _around(connection: AsyncConnection, looked: Looked) -> dict[str, Any]:
    """The year's figures, the districts' progress, and what comes next while nothing waits."""
    who, today = looked.who, looked.today
    rounds = await _rounds(connection)
    whole = await _standings(connection, rounds, districts_of(who))
    return {
        "rounds": rounds,
        "whole": _all(whole),
        "districts": whole,
        "picture": drawn("各区县填报", whole),
        "money": await _money(connection, today) if who.may_be(*READERS) else None,
        "ahead": [] if looked.waits else await _ahead(connection),
        "only": districts_of(who),
        "plans": who.may_be(Role.CLERK, Role.HEAD),
    }


def _within(who: Who) -> tuple[str, ...] | None:
    """Whose reports and applications are his to review first."""
    return reviews_in(who) if who.may_be(Role.DISTRICT) else None


async def _kinds(_: AsyncConnection) -> Mapping[str, str]:
    return POLICY.kinds


async def _districts(connection: AsyncConnection) -> dict[str, str]:
    return {each: each for each in await carrier_list.districts(connection)}


def _in_several(who: Who) -> bool:
    """Whoever sees one district alone has nothing to choose."""
    only = districts_of(who)
    return only is None or len(only) > 1


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


DESK = Desk(
    address="/incubator/desk",
    matters=MATTERS,
    lookers=LOOKERS,
    within=_within,
    narrowings=(
        Narrowing("kind", "类型", _kinds),
        Narrowing("district", "区县", _districts, _in_several),
    ),
    pages=PAGES,
    template="desk.html",
    around=_around,
)


def desk_pages(running: Running) -> APIRouter:
    return pages.desk_pages(running, DESK)
