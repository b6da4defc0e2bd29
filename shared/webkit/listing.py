"""A list of rows as every list of the site is: searched, filtered, sorted, paged, and taken away as a workbook.

A list is a question (`select`) and what to show of each row. What is asked for stands in the address; what cannot be
read there asks for nothing and is told beside its field.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import QueryParams

from shared.core.exact import EXACT
from shared.db.searching import contains
from shared.webkit.asked import Asked, Turn

Kind = Literal["text", "number", "yuan", "day", "moment", "state"]
FEN = Decimal(100)


@dataclass(frozen=True)
class Column:
    """`kind` yuan takes whole fen. `by`: what the list sorts by; without it, it does not. `said`: what is shown, if it
    is not the row's value of this name. `to`: where it links. `tone`: a state's colour."""

    name: str
    title: str
    kind: Kind = "text"
    by: ColumnElement[Any] | None = None
    said: Callable[[RowMapping], object] | None = None
    to: Callable[[RowMapping], str | None] | None = None
    tone: Callable[[RowMapping], str] | None = None

    def value(self, row: RowMapping) -> object:
        """The value as it is: an amount in yuan, an instant in UTC, a text."""
        found = row[self.name] if self.said is None else self.said(row)
        if self.kind == "yuan" and isinstance(found, int):
            return EXACT.divide(Decimal(found), FEN)
        return found


@dataclass(frozen=True)
class Filter:
    """A field above the list; `where` makes a condition of what was chosen or typed."""

    name: str
    title: str
    where: Callable[[Any], ColumnElement[bool]]
    options: Mapping[str, str] | None = None
    kind: Literal["choice", "text", "day", "yuan"] = "choice"

    def asked(self, asked: Asked) -> object:
        if self.kind == "choice":
            return asked.choice(self.name, self.options or {})
        if self.kind == "day":
            return asked.day(self.name)
        return asked.fen(self.name) if self.kind == "yuan" else asked.text(self.name) or None


@dataclass(frozen=True)
class Listing:
    """`name`: of the workbook. `finds`: what holds a text that is searched, if the database has a quicker way than to
    look into the columns of `search`. `order`: how it stands unless a column is chosen, and what settles a tie.
    `key`: by which rows are told apart, for a list so long that only the rows of the page should be read whole."""

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Sequence[ColumnElement[Any]] = ()
    order: Sequence[ColumnElement[Any]] = ()
    per_page: int = 50
    empty: str = "没有符合条件的记录"
    search_title: str = "名称、编号"
    finds: Callable[[str], ColumnElement[bool]] | None = None
    key: ColumnElement[Any] | None = None

    async def page(self, connection: AsyncConnection, query: Select[Any], params: QueryParams) -> "Listed":
        asked = Asked(params)
        wanted = self._wanted(query, asked)
        count = select_count(wanted)
        turn = asked.turn((await connection.execute(count)).scalar_one(), self.per_page)
        order = self._order(asked.text("sort"))
        paged = wanted.order_by(None).order_by(*order).limit(turn.size).offset(turn.skip)
        if self.key is not None:
            keys = (await connection.execute(paged.with_only_columns(self.key, maintain_column_froms=True))).scalars()
            paged = query.where(self.key.in_(keys.all())).order_by(None).order_by(*order)
        rows = (await connection.execute(paged)).mappings().all()
        return Listed(self, [self.line(row) for row in rows], turn, asked, self.chosen(asked))

    async def every(
        self, connection: AsyncConnection, query: Select[Any], params: QueryParams
    ) -> list[tuple[object, ...]]:
        """All rows that are asked for, as values, in the order asked for."""
        return [self.values(row) for row in await self.rows(connection, query, params)]

    async def rows(self, connection: AsyncConnection, query: Select[Any], params: QueryParams) -> Sequence[RowMapping]:
        """All rows that are asked for, in the order asked for."""
        asked = Asked(params)
        ordered = self._wanted(query, asked).order_by(None).order_by(*self._order(asked.text("sort")))
        found: Sequence[RowMapping] = (await connection.execute(ordered)).mappings().all()
        return found

    def values(self, row: RowMapping) -> tuple[object, ...]:
        return tuple(column.value(row) for column in self.columns)

    def line(self, row: RowMapping) -> "Line":
        """The row as the template listing.html shows it."""
        return Line(row, self._cells(row))

    def chosen(self, asked: Asked) -> bool:
        """Whether anything is searched or filtered."""
        return bool(asked.text("text")) or any(asked.text(each.name) for each in self.filters)

    def _wanted(self, query: Select[Any], asked: Asked) -> Select[Any]:
        text = asked.text("text")
        if text and self.finds is not None:
            query = query.where(self.finds(text))
        elif text and self.search:
            query = query.where(or_(*(contains(column, text) for column in self.search)))
        for each in self.filters:
            value = each.asked(asked)
            if value is not None:
                query = query.where(each.where(value))
        return query

    def _order(self, sort: str) -> tuple[ColumnElement[Any], ...]:
        by = {column.name: column.by for column in self.columns if column.by is not None}
        chosen = by.get(sort.removeprefix("-"))
        if chosen is None:
            return tuple(self.order)
        return (chosen.desc() if sort.startswith("-") else chosen.asc(), *self.order)

    def _cells(self, row: RowMapping) -> list["Cell"]:
        return [
            Cell(
                column,
                column.value(row),
                None if column.to is None else column.to(row),
                None if column.tone is None else column.tone(row),
            )
            for column in self.columns
        ]


def select_count(query: Select[Any]) -> Select[Any]:
    """How many rows a question has, whatever it joins or groups."""
    return select(func.count()).select_from(query.order_by(None).subquery())


class Cell(NamedTuple):
    column: Column
    value: object
    href: str | None
    tone: str | None


class Line(NamedTuple):
    row: RowMapping
    cells: list[Cell]


@dataclass(frozen=True)
class Listed:
    """One page of a list, ready for the template listing.html. `chosen`: whether anything was searched or filtered."""

    listing: Listing
    lines: list[Line]
    turn: Turn
    asked: Asked
    chosen: bool
    problems: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "problems", self.asked.problems)

    def sort_for(self, column: Column) -> str:
        """What the column's head asks for: from the least, or, if it is so already, from the greatest."""
        return f"-{column.name}" if self.asked.text("sort") == column.name else column.name

    def sorted_by(self, column: Column) -> Literal["ascending", "descending", "none"]:
        sort = self.asked.text("sort")
        if sort.removeprefix("-") != column.name:
            return "none"
        return "descending" if sort.startswith("-") else "ascending"


Value = str | int | Decimal | date | datetime | None
"""What a cell of a list may hold."""
