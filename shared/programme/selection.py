"""The ranking of a call against the number to select: who is in, who ties at the edge, who comes next."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

Place = Literal["in", "tied", "next", "below"]
PLACE_NAMES: Mapping[Place, str] = {"in": "名额以内", "tied": "同分待定", "next": "名额以外", "below": "低于最低分"}
NOTHING: Mapping[str, Decimal | None] = MappingProxyType({})


class Scored(NamedTuple):
    """An application and its total (points); none if it has no score yet."""

    id: str
    total: Decimal | None


class Placed(NamedTuple):
    """`rank`: equal totals share one, the next counts on from all before it (1, 2, 2, 4)."""

    id: str
    total: Decimal
    rank: int
    place: Place


class Selection(NamedTuple):
    """`room`: how many places are left for those who tie; none if nobody does. `unscored`: who has no total."""

    placed: tuple[Placed, ...]
    room: int
    unscored: tuple[str, ...]

    def of(self, *places: Place) -> tuple[Placed, ...]:
        return tuple(each for each in self.placed if each.place in places)


class Band(NamedTuple):
    """All who share a total: how many they are, and the rank and the place each of them has."""

    names: int
    rank: int
    place: Place


class Bands(NamedTuple):
    """A ranking by its totals, the best first: however many are in it, it has no more bands than there are totals."""

    of: Mapping[Decimal, Band]
    room: int

    def place(self, total: Decimal | None) -> Place | None:
        return self.of[total].place if total is not None and total in self.of else None

    def names(self, *places: Place) -> int:
        """How many stand in these places; without any named, how many are ranked."""
        return sum(each.names for each in self.of.values() if not places or each.place in places)

    def totals(self, *places: Place) -> list[Decimal]:
        return [total for total, each in self.of.items() if each.place in places]

    def placed(self, scored: Scored) -> Placed | None:
        """Where one of them stands; None without a total."""
        if scored.total is None:
            return None
        return Placed(scored.id, scored.total, self.of[scored.total].rank, self.of[scored.total].place)

    def among(self, scored: Iterable[Scored]) -> Selection:
        """How these stand in the whole ranking, the best first."""
        given = list(scored)
        placed = sorted((each for each in map(self.placed, given) if each), key=lambda each: (each.rank, each.id))
        return Selection(tuple(placed), self.room, tuple(each.id for each in given if each.total is None))


def bands(names: Mapping[Decimal, int], number: int, least: Decimal) -> Bands:
    """Fills `number` places from the top with those whose total is at least `least` (points); `names`: how many have
    each total.

    Where more share a total than there are places left for, all of them are tied: nobody is in by the order of a list.
    """
    found: dict[Decimal, Band] = {}
    before = room = 0
    for total in sorted(names, reverse=True):
        left = number - before
        if total < least:
            place: Place = "below"
        elif names[total] <= left:
            place = "in"
        elif left > 0:
            place, room = "tied", left
        else:
            place = "next"
        found[total] = Band(names[total], before + 1, place)
        before += names[total]
    return Bands(found, room)


def selection(scored: Sequence[Scored], number: int, least: Decimal) -> Selection:
    """Everybody's place in a ranking of which all are at hand."""
    return bands(Counter(each.total for each in scored if each.total is not None), number, least).among(scored)


class Moved(NamedTuple):
    """What a changed total would do to an application's place."""

    id: str
    before: Placed | None
    after: Placed | None


def changed_totals(before: Bands, after: Bands) -> list[Decimal]:
    """The totals whose place is another in the second of two rankings."""
    return [total for total in {**before.of, **after.of} if before.place(total) != after.place(total)]


def what_moves(
    scored: Iterable[Scored], before: Bands, after: Bands, changed: Mapping[str, Decimal | None] = NOTHING
) -> tuple[Moved, ...]:
    """Who of these has another place in the second of two rankings, by rank afterwards: shown before it is decided.

    `changed`: whose total is another in the second; they are named in any case.
    """
    moved = []
    for each in scored:
        then, now = before.placed(each), after.placed(Scored(each.id, changed.get(each.id, each.total)))
        if each.id in changed or _where(then) != _where(now):
            moved.append(Moved(each.id, then, now))
    return tuple(sorted(moved, key=lambda each: (each.after is None, each.after.rank if each.after else 0, each.id)))


def _where(placed: Placed | None) -> Place | None:
    return placed.place if placed is not None else None
