"""How a call's ranking stands and what a step would change in it: counted by total and state, so that it takes no more
work however many are ranked. The rule itself is `shared.programme.selection`."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from services.talent.domain.award_money import granted
from shared.core.errors import DomainError
from shared.programme.model import Programme
from shared.programme.selection import Bands, bands

PUBLIC = ("publicised", "selected")
"""States of a call, and of an application, in which a selection is public."""
TAKES_PART = ("accepted", *PUBLIC)
"""States in which an application has its place in the ranking."""


class Tally(NamedTuple):
    """How many of a call's ranked applications are in each state with each total; None: without a total."""

    of: Mapping[tuple[str, Decimal | None], int]

    def names(self, *states: str) -> int:
        """How many are in these states; without any named, how many there are."""
        return sum(names for (state, _), names in self.of.items() if not states or state in states)

    @property
    def totals(self) -> Mapping[Decimal, int]:
        """How many of those who take part have each total."""
        found: Counter[Decimal] = Counter()
        for (state, total), names in self.of.items():
            if total is not None and state in TAKES_PART:
                found[total] += names
        return found

    def changed(self, before: Decimal | None, after: Decimal | None) -> Mapping[Decimal, int]:
        """The same had one who takes part another total, or none."""
        found = Counter(self.totals)
        if before is not None:
            found[before] -= 1
        if after is not None:
            found[after] += 1
        return +found

    def best(self, *states: str) -> Decimal | None:
        """The best total of those in these states."""
        return max((total for state, total in self.of if total is not None and state in states), default=None)

    def next_up(self, least: Decimal) -> Decimal | None:
        """The total of who moves up into a place that comes free: the best of those left, if it reaches the least
        total; several may share it."""
        best = self.best("accepted")
        return best if best is not None and best >= least else None


class Cost(NamedTuple):
    """What `names` awards of a programme come to; `each_fen`: none where an amount is decided one by one, or where
    interest is paid."""

    names: int
    each_fen: int | None

    @property
    def fen(self) -> int | None:
        return None if self.each_fen is None else self.names * self.each_fen


def cost(programme: Programme, names: int, on: date) -> Cost:
    try:
        return Cost(names, granted(programme, "award", on, None).fen)
    except DomainError as open_:
        if open_.code != "amount-missing":
            raise
        return Cost(names, None)


def least_of(programme: Programme) -> Decimal:
    """The least total (points) with which one can be selected."""
    return programme.review.scheme.grades[0].line


def placed(totals: Mapping[Decimal, int], number: int, programme: Programme) -> Bands:
    """The ranking of a programme's call: against this number and the least total of its rules."""
    return bands(totals, number, least_of(programme))
