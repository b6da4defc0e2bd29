"""What a step would change in a ranking: whose place becomes another, who comes next, what the list costs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from services.talent.domain.award_money import granted
from shared.core.errors import DomainError
from shared.programme.model import Programme
from shared.programme.selection import Moved, Scored, Selection, selection


def between(before: Selection, after: Selection) -> tuple[Moved, ...]:
    """Whose place is another in the second of two selections among the same applications, by rank."""
    then = {each.id: each for each in before.placed}
    moved = [
        Moved(each.id, then.get(each.id), each)
        for each in after.placed
        if (then[each.id].place if each.id in then else None) != each.place
    ]
    return tuple(sorted(moved, key=lambda each: (each.after.rank if each.after else 0, each.id)))


def changed(scored: Sequence[Scored], totals: Mapping[str, Decimal | None]) -> list[Scored]:
    return [Scored(each.id, totals.get(each.id, each.total)) for each in scored]


def next_up(rows: Iterable[Mapping[Any, Any]], least: Decimal) -> list[Mapping[Any, Any]]:
    """Who moves up into a place that comes free: the best of those left that reach the least total; several, if they
    tie."""
    waiting = [row for row in rows if row["state"] == "accepted" and row["total"] is not None]
    waiting = [row for row in waiting if Decimal(row["total"]) >= least]
    best = max((Decimal(row["total"]) for row in waiting), default=None)
    return [row for row in waiting if Decimal(row["total"]) == best]


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


def placed(scored: Sequence[Scored], number: int, programme: Programme) -> Selection:
    """The selection of a programme's call: against its number and the least total of its rules."""
    return selection(scored, number, programme.review.scheme.grades[0].line)
