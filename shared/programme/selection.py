"""The ranking of a call against the number to select: who is in, who ties at the edge, who comes next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

Place = Literal["in", "tied", "next", "below"]
PLACE_NAMES: Mapping[Place, str] = {"in": "名额以内", "tied": "同分待定", "next": "名额以外", "below": "低于最低分"}


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


def selection(scored: Sequence[Scored], number: int, least: Decimal) -> Selection:
    """Fills `number` places from the top with those whose total is at least `least` (points).

    Where more share a total than there are places left for, all of them are tied: nobody is in by the order of a list.
    """
    ordered = sorted((each for each in scored if each.total is not None), key=lambda each: (-_points(each), each.id))
    unscored = tuple(each.id for each in scored if each.total is None)
    sharing = Counter(each.total for each in ordered)
    placed: list[Placed] = []
    room = 0
    for place, each in enumerate(ordered, 1):
        total = _points(each)
        before = placed[-1] if placed else None
        if before is not None and before.total == total:
            placed.append(Placed(each.id, total, before.rank, before.place))
            continue
        left = number - (place - 1)
        if total < least:
            where: Place = "below"
        elif sharing[total] <= left:
            where = "in"
        elif left > 0:
            where, room = "tied", left
        else:
            where = "next"
        placed.append(Placed(each.id, total, place, where))
    return Selection(tuple(placed), room, unscored)


def _points(scored: Scored) -> Decimal:
    if scored.total is None:  # whoever has none is not placed
        raise TypeError(scored.id)
    return scored.total


class Moved(NamedTuple):
    """What a changed total would do to an application's place."""

    id: str
    before: Placed | None
    after: Placed | None


def what_moves(
    scored: Sequence[Scored], changed: Mapping[str, Decimal | None], number: int, least: Decimal
) -> tuple[Moved, ...]:
    """Whose place would change if these totals were others, by rank afterwards: shown before an objection is decided.

    Those whose totals are changed are named in any case.
    """
    before = {each.id: each for each in selection(scored, number, least).placed}
    others = [Scored(each.id, changed.get(each.id, each.total)) for each in scored]
    after = {each.id: each for each in selection(others, number, least).placed}
    moved = [
        Moved(each.id, before.get(each.id), after.get(each.id))
        for each in scored
        if _where(before.get(each.id)) != _where(after.get(each.id)) or each.id in changed
    ]
    return tuple(sorted(moved, key=lambda each: (each.after is None, each.after.rank if each.after else 0, each.id)))


def _where(placed: Placed | None) -> Place | None:
    return placed.place if placed is not None else None
