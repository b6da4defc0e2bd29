"""What waits at a desk is asked for in questions with the same columns, and counted in one question."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, RowMapping, Select, String, func, null, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date

NOTHING: ColumnElement[Any] = sql_cast(null(), String(1))
NO_NUMBER: ColumnElement[Any] = sql_cast(null(), Integer)
MOST = 200
"""How many of one matter a desk names; the count says how many there are."""


class Asking(NamedTuple):
    """Who looks at the desk, and when."""

    account: str
    today: date
    within: tuple[str, ...] | None
    """Whose things (of which districts, of which units) are his; None for all."""


Query = Callable[[Asking], Select[Any]]


class Waits(NamedTuple):
    """One thing that waits, of the matter named; `days` since it does."""

    matter: str
    row: RowMapping
    days: int


def shown(
    id_: ColumnElement[Any],
    since: ColumnElement[Any],
    unit: ColumnElement[Any],
    *,
    kind: ColumnElement[Any] = NOTHING,
    district: ColumnElement[Any] = NOTHING,
    fen: ColumnElement[Any] = NO_NUMBER,
    number: ColumnElement[Any] = NO_NUMBER,
    said: ColumnElement[Any] = NOTHING,
) -> Select[Any]:
    """`since` a day or an instant; `unit` who it is about; `number`: of a row that stands for several, how many, of
    what was handed in, its version; `said`: what somebody wrote."""
    return select(
        id_.label("id"), since.label("since"), unit.label("unit"), kind.label("kind"), district.label("district"),
        fen.label("fen"), number.label("number"), said.label("said"),
    )  # fmt: skip


async def counted(connection: AsyncConnection, queries: Mapping[str, Query], asking: Asking) -> dict[str, int]:
    """How many wait of each matter: one question to the database, whatever the number of matters."""
    if not queries:
        return {}
    question = _counting(tuple(queries.items()), asking)
    return dict((await connection.execute(question)).mappings().one())


@lru_cache(maxsize=64)
def _counting(queries: tuple[tuple[str, Query], ...], asking: Asking) -> Select[Any]:
    """Kept, for it is asked at every page the same person looks at that day, and takes longer to put than to answer."""
    return select(
        *(
            select(func.count()).select_from(query(asking).subquery(name)).scalar_subquery().label(name)
            for name, query in queries
        )
    )


async def waiting(
    connection: AsyncConnection, queries: Mapping[str, Query], asking: Asking, chosen: Mapping[str, str]
) -> list[Waits]:
    """What waits, the oldest first. `chosen`: by column what it is narrowed to; what is empty narrows nothing."""
    found: list[Waits] = []
    for name, query in queries.items():
        rows = query(asking).subquery(name)
        wanted = select(rows).where(*(rows.c[column] == value for column, value in chosen.items() if value))
        wanted = wanted.order_by(rows.c.since, rows.c.id).limit(MOST)
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
