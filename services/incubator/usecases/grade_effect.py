"""What a grade a person decides would touch: rank, quota, money, and who stands next. Computed, and written nowhere."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import NamedTuple

import orjson
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.usecases.round_standing import RoundStanding, Stands, round_standing
from services.incubator.usecases.what_if import Compared, compared

NEIGHBOURS = 2
"""As many units are shown above and below in rank."""


class Quota(NamedTuple):
    """How many have a grade, and for how many there is room; `room` is none without a quota."""

    grade: str
    room: int | None
    before: int
    after: int

    @property
    def beyond(self) -> int:
        """How many more have it than there is room for."""
        return 0 if self.room is None else max(self.after - self.room, 0)


class Mover(NamedTuple):
    """Another unit whose grade the scheme would change as well. It keeps what it has: that is a decision of its own."""

    unit: Stands
    would_have: str | None


class Effect(NamedTuple):
    """`before` and `after`: the unit as it is and as it would be; `given`: the grade it would have."""

    before: Stands
    after: Stands
    given: str | None
    quotas: tuple[Quota, ...]
    neighbours: tuple[Stands, ...]
    others: tuple[Mover, ...]
    money: Compared

    @property
    def fen(self) -> tuple[int, int, bool, str]:
        """What the unit itself comes to: before, after, whether that is open, and what blocks it."""
        own = self.money.own
        return (0, 0, False, "") if own is None else (own.fen_before, own.fen_after, own.open, own.blocked)

    @property
    def digest(self) -> str:
        """The same for the same effect: what a person saw is what is done."""
        seen = [
            self.before.grade, self.given, self.before.rank, self.after.rank, str(self.after.result.total),
            [list(each) for each in self.quotas], [(each.unit.id, each.would_have) for each in self.others],
            self.money.model_dump(),
        ]  # fmt: skip
        return sha256(orjson.dumps(seen)).hexdigest()


async def effect(
    connection: AsyncConnection,
    evaluation: RowMapping,
    today: date,
    *,
    grade: str | None = None,
    figures: Mapping[str, object] | None = None,
) -> Effect:
    """What it touches if this evaluation gets `grade`, or counts these figures and gets what the scheme then gives it;
    with neither, it gets the grade of the scheme back."""
    id_, round_id = evaluation["id"], evaluation["round_id"]
    now = await round_standing(connection, round_id)
    then = now if figures is None else await round_standing(connection, round_id, {id_: figures})
    before, after = now.units[id_], then.units[id_]
    given = after.by_scheme.grade if grade is None else grade
    grades = {other: (each.grade, "") for other, each in now.units.items()} | {id_: (given, "")}
    money = await compared(connection, now, then, grades, today, id_)
    return Effect(
        before,
        after,
        given,
        quotas(now, {other: new for other, (new, _) in grades.items()}),
        _neighbours(then, after),
        _others(now, then, id_),
        money,
    )


def quotas(standing: RoundStanding, grades: Mapping[str, str | None]) -> tuple[Quota, ...]:
    """Each grade's room, and how many have it now and under these grades."""
    by_quota = len(standing.units) >= standing.scheme.quota_from
    return tuple(
        Quota(
            line.grade,
            int(line.quota * len(standing.units)) if by_quota and line.quota is not None else None,
            sum(each.grade == line.grade for each in standing.units.values()),
            sum(grade == line.grade for grade in grades.values()),
        )
        for line in standing.scheme.grades
    )


def _neighbours(standing: RoundStanding, of: Stands) -> tuple[Stands, ...]:
    """The units just above and below in rank, with itself; none if it has no rank."""
    ordered = sorted(
        (each for each in standing.units.values() if each.rank is not None), key=lambda each: (each.rank or 0, each.id)
    )
    if of.rank is None:
        return ()
    place = [each.id for each in ordered].index(of.id)
    return tuple(ordered[max(place - NEIGHBOURS, 0) : place + NEIGHBOURS + 1])


def _others(now: RoundStanding, then: RoundStanding, id_: str) -> tuple[Mover, ...]:
    return tuple(
        Mover(each, then.units[other].by_scheme.grade)
        for other, each in now.units.items()
        if other != id_ and not each.decided and then.units[other].by_scheme.grade != each.by_scheme.grade
    )
