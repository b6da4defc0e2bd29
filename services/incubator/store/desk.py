"""The desk: the rows of what waits, oldest first, and how many of each there are, in one question."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.desk_rows import Asking
from shared.core.clock import legal_date

MOST = 200
"""How many of one matter a desk names; the count says how many there are."""
Query = Callable[[Asking], Select[Any]]


class Chosen(NamedTuple):
    """What a desk is narrowed to; empty is everything."""

    kind: str = ""
    district: str = ""


class Waits(NamedTuple):
    """One thing that waits, of the matter named; `days` since it does."""

    matter: str
    row: RowMapping
    days: int


async def counted(connection: AsyncConnection, queries: Mapping[str, Query], asking: Asking) -> dict[str, int]:
    """How many wait of each matter: one question to the database, whatever the number of matters."""
    if not queries:
        return {}
    counts = [
        select(func.count()).select_from(query(asking).subquery(name)).scalar_subquery().label(name)
        for name, query in queries.items()
    ]
    return dict((await connection.execute(select(*counts))).mappings().one())


async def waiting(
    connection: AsyncConnection, queries: Mapping[str, Query], asking: Asking, chosen: Chosen
) -> list[Waits]:
    """What waits, the oldest first."""
    found: list[Waits] = []
    for name, query in queries.items():
        rows = query(asking).subquery(name)
        wanted = select(rows).order_by(rows.c.since, rows.c.id).limit(MOST)
        if chosen.kind:
            wanted = wanted.where(rows.c.kind == chosen.kind)
        if chosen.district:
            wanted = wanted.where(rows.c.district == chosen.district)
        found += [
            Waits(name, row, (asking.today - _day(row["since"], asking.today)).days)
            for row in (await connection.execute(wanted)).mappings()
        ]
    return sorted(found, key=_place)


def _day(since: date | datetime | None, today: date) -> date:
    """What nobody noted the beginning of began today."""
    if since is None:
        return today
    return legal_date(since) if isinstance(since, datetime) else since


def _place(waits: Waits) -> tuple[int, float, str, str]:
    """The longest first; of a day, the earliest instant."""
    since = waits.row["since"]
    return -waits.days, since.timestamp() if isinstance(since, datetime) else 0.0, waits.matter, waits.row["id"]
