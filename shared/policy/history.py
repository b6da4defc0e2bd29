"""What was awarded before: an immutable value that finds its awards by limit, so that nobody walks all of it."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

from immutables import Map

from shared.core.exact import EXACT, ZERO
from shared.policy.steps import LimitKey


class Countable(Protocol):
    """What a history needs to know of an award; `Award` and `PastAward` both are."""

    @property
    def ref(self) -> str: ...
    @property
    def on(self) -> date: ...
    @property
    def year(self) -> int | None: ...
    @property
    def amount(self) -> Decimal | None: ...
    @property
    def keys(self) -> tuple[LimitKey, ...]: ...


class PastAward(NamedTuple):
    """An award as a ledger keeps it: its reference, legal date, 年度, amount (yuan) and the limits it uses."""

    ref: str
    on: date
    year: int | None
    amount: Decimal
    keys: tuple[LimitKey, ...]


class Link(NamedTuple):
    """The newest award of a tally and, behind it, the older ones: adding costs the same however many there are."""

    award: PastAward
    older: "Link | None"


class Tally(NamedTuple):
    """What the awards under one limit key come to."""

    total: Decimal
    newest: Link | None

    def awards(self) -> tuple[PastAward, ...]:
        """Oldest first."""
        found = []
        link = self.newest
        while link is not None:
            found.append(link.award)
            link = link.older
        return tuple(reversed(found))

    def with_award(self, award: PastAward) -> "Tally":
        return Tally(EXACT.add(self.total, award.amount), Link(award, self.newest))

    def without(self, ref: str) -> "Tally":
        tally = NOTHING
        for award in self.awards():
            if award.ref != ref:
                tally = tally.with_award(award)
        return tally


NOTHING = Tally(ZERO, None)


class History:
    """The awards that count. An undecided ceiling does not; a reversed award gives back its shares and its turn."""

    __slots__ = ("_awards", "_tallies")

    def __init__(self, awards: Iterable[Countable] = ()) -> None:
        self._awards: Map[str, PastAward] = Map()
        self._tallies: Map[LimitKey, Tally] = Map()
        for award in awards:
            self._awards, self._tallies = self._with(award)

    def with_award(self, award: Countable) -> "History":
        """This history and one more award; itself, if the office has still to decide the amount."""
        return self if award.amount is None else self._next(*self._with(award))

    def _with(self, award: Countable) -> tuple["Map[str, PastAward]", "Map[LimitKey, Tally]"]:
        if award.amount is None:
            return self._awards, self._tallies
        if award.ref in self._awards:
            raise ValueError(f"award {award.ref} is already counted")
        past = PastAward(award.ref, award.on, award.year, award.amount, award.keys)
        tallies = self._tallies
        for key in dict.fromkeys(past.keys):
            tallies = tallies.set(key, tallies.get(key, NOTHING).with_award(past))
        return self._awards.set(past.ref, past), tallies

    def with_reversal(self, ref: str) -> "History":
        """This history without the award `ref`; itself, if there is none or it is reversed already."""
        past = self._awards.get(ref)
        if past is None:
            return self
        tallies = self._tallies
        for key in dict.fromkeys(past.keys):
            left = tallies[key].without(ref)
            tallies = tallies.delete(key) if left.newest is None else tallies.set(key, left)
        return self._next(self._awards.delete(ref), tallies)

    def tally(self, key: LimitKey) -> Tally:
        return self._tallies.get(key, NOTHING)

    def __contains__(self, ref: object) -> bool:
        return ref in self._awards

    def __len__(self) -> int:
        return len(self._awards)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, History) or self._awards != other._awards or len(self._tallies) != len(other._tallies):
            return False
        return all(other.tally(key).awards() == tally.awards() for key, tally in self._tallies.items())

    def __hash__(self) -> int:
        return hash(self._awards)

    def __repr__(self) -> str:
        return f"History({len(self)} awards)"

    @staticmethod
    def _next(awards: "Map[str, PastAward]", tallies: "Map[LimitKey, Tally]") -> "History":
        history = History.__new__(History)
        history._awards, history._tallies = awards, tallies  # noqa: SLF001 - its own class
        return history
