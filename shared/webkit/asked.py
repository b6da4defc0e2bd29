"""What a list is asked for, by its address. What cannot be read asks for nothing and is told beside its field."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Annotated, NamedTuple

from pydantic import Field
from starlette.datastructures import QueryParams

from shared.core.dates import parse_date
from shared.core.exact import CENT, EXACT, parse_decimal

LONGEST = 100
FIRST_YEAR, LAST_YEAR = 2000, 2100
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""Days a list may be asked for: each has an instant at which it begins and ends."""
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
"""A 年度, or the year of a budget, in an address."""


class Asked:
    """`problems`: by field, what is wrong and how to write it."""

    def __init__(self, query: QueryParams) -> None:
        self.query = query
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self.query.get(name, "").strip()[:LONGEST]

    def choice(self, name: str, options: Collection[str]) -> str | None:
        """One of the options, or none of them."""
        given = self.text(name)
        if given and given not in options:
            self.problems[name] = "没有这个选项"
        return given if given in options else None

    def whole(self, name: str) -> int | None:
        given = self.text(name)
        if not given:
            return None
        if given.isascii() and given.isdecimal() and len(given) <= 6:
            return int(given)
        self.problems[name] = "请写成整数"
        return None

    def year(self, name: str) -> int | None:
        """A 年度, or the year of a budget."""
        given = self.whole(name)
        if given is None or FIRST_YEAR <= given <= LAST_YEAR:
            return given
        self.problems[name] = f"请写 {FIRST_YEAR} 到 {LAST_YEAR} 之间的年份"
        return None

    def day(self, name: str) -> date | None:
        given = self.text(name)
        found = parse_date(given)
        if given and (found is None or not FIRST_DAY <= found <= LAST_DAY):
            self.problems[name] = "请写成 2018-12-20 这样的日期"
            return None
        return found

    def fen(self, name: str) -> int | None:
        """An amount in yuan, as whole fen."""
        given = self.text(name)
        if not given:
            return None
        amount = parse_decimal(given.replace(",", "").replace("，", ""))
        if amount is None or amount != amount.quantize(CENT):
            self.problems[name] = "请写成以元计、最多两位小数的金额"
            return None
        return int(EXACT.multiply(amount, Decimal(100)))

    def turn(self, rows: int, size: int) -> "Turn":
        """Which rows of so many are asked for; a page beyond the last is the last."""
        pages = max(ceil(rows / size), 1)
        number = min(max(self.whole("page") or 1, 1), pages)
        return Turn(number, pages, rows, size)


class Turn(NamedTuple):
    """One page of a list."""

    number: int
    pages: int
    rows: int
    size: int

    @property
    def skip(self) -> int:
        return (self.number - 1) * self.size
