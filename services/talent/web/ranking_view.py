"""A call's ranking as it is shown: a page of its lines, what a number moves, who is offered where some are chosen.
However many are ranked, only those that are shown are read."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain.moving_places import PUBLIC
from services.talent.store import ranked, reviewed, selections
from services.talent.usecases.review_area import AREA
from services.talent.usecases.selecting import next_up
from services.talent.usecases.standing import Standing, standing
from shared.contracts.talent.spoken import ERASED
from shared.evaluation.figures import rounded
from shared.evaluation.scoring import ENOUGH_EXPERTS_TO_DROP_EXTREMES
from shared.programme.selection import Bands, Place, changed_totals
from shared.reviewing import review_rows
from shared.webkit.asked import Asked, Turn

PLACE_TONES: Mapping[Place, str] = {"in": "good", "tied": "wait", "next": "calm", "below": "bad"}
HOW_COMPUTED = (
    f"各项指标的得分是计入的专家评分的平均数，有 {ENOUGH_EXPERTS_TO_DROP_EXTREMES} 位及以上专家的先去掉一个最高分、"
    "一个最低分；总得分是各项之和，按没有舍入的数计算，最后四舍五入到两位小数。"
    "各项显示的两位小数也是四舍五入的，相加可能与总得分略有出入。"
)
"""How a total comes of the marks: see shared.evaluation.score."""
PER_PAGE = 50
MOST_OFFERED = 100
"""As many as a list of those to choose names; others are chosen by writing their ids."""


class Given(NamedTuple):
    """What one expert gave one criterion, and why."""

    expert: str
    mark: str
    reason: str


class Criterion(NamedTuple):
    """A criterion of one application: `score` is the mean of the marks."""

    label: str
    score: str
    full: str
    given: tuple[Given, ...]


class Line(NamedTuple):
    """One application in the ranking. `place`: none without a total, or once it was declined. `was`: its place as the
    call stands, where that is another."""

    row: RowMapping
    place: Place | None
    was: Place | None = None
    criteria: tuple[Criterion, ...] = ()

    @property
    def applicant(self) -> str:
        return self.row["applicant"] or ERASED

    @property
    def by_hand(self) -> bool:
        return bool(self.row["total"] != self.row["computed"])


class Offered(NamedTuple):
    """Those of whom some are chosen: the best of them by name; `names`: how many they are altogether."""

    lines: Sequence[Line]
    names: int

    @property
    def others(self) -> int:
        return self.names - len(self.lines)


class Ranking(NamedTuple):
    """`found`: how it stands at `number`, which may be another than the call's to see what that would move; `lines`: a
    page of it. `open_reviews`: what nobody has marked, while nothing is ranked."""

    stands: Standing
    number: int
    found: Bands
    lines: Sequence[Line]
    turn: Turn
    open_reviews: int
    tied: Offered
    more: Offered
    next_up: Offered

    @property
    def call(self) -> RowMapping:
        return self.stands.call

    @property
    def moved(self) -> int:
        """How many have another place at this number than at the call's."""
        totals = self.stands.tally.totals
        return sum(totals[each] for each in changed_totals(self.stands.bands, self.found))

    @property
    def free(self) -> int:
        """Places nobody public holds."""
        number: int = self.call["number"]
        return max(number - self.stands.tally.names(*PUBLIC), 0)

    @property
    def cut_page(self) -> int:
        """The page with the last of those the number holds; who was declined since is not counted."""
        last = min(self.number, self.found.names("in", "tied"))
        return -(-last // self.turn.size) or 1


async def ranking(connection: AsyncConnection, programme_id: str, asked: Asked, number: int | None = None) -> Ranking:
    """A page of a call's ranking. `number`: what would be if so many were to be selected."""
    stands = await standing(connection, programme_id)
    found = stands.bands if number is None else stands.at(number)
    turn = asked.turn(stands.tally.names(), PER_PAGE)
    rows = await ranked.lines(connection, programme_id, turn.skip, turn.size)
    marks = await _marks(connection, programme_id, [row["application_id"] for row in rows])
    inside, tied, beyond = (stands.bands.names(place) for place in ("in", "tied", "next"))
    # whom one may choose is named only while somebody chooses
    edge = MOST_OFFERED if stands.call["state"] == "reviewed" else 0
    near = await ranked.from_place(connection, programme_id, inside, min(tied + beyond, edge)) if edge else ()
    offered = [_line(row, stands.bands) for row in near]
    waiting = await next_up(connection, stands) if stands.call["state"] == "publicised" else ()
    best = [_line(row, stands.bands) for row in waiting]
    return Ranking(
        stands, number or stands.call["number"], found,
        [_line(row, found, stands.bands, _criteria(row, marks)) for row in rows], turn,
        0 if rows else await selections.open_reviews(connection, programme_id),
        Offered([each for each in offered if each.place == "tied"], tied),
        Offered([each for each in offered if each.place != "tied"], beyond),
        Offered(best[:MOST_OFFERED], len(best)),
    )  # fmt: skip


class Shown(NamedTuple):
    """One application in its call's ranking; no `line` while it has none there."""

    stands: Standing
    line: Line | None


async def one(connection: AsyncConnection, programme_id: str, application_id: str) -> Shown:
    stands = await standing(connection, programme_id)
    rows = await ranked.whole(connection, [application_id])
    marks = await _marks(connection, programme_id, [application_id], reasons=True)
    lines = [_line(row, stands.bands, None, _criteria(row, marks)) for row in rows]
    return Shown(stands, lines[0] if lines else None)


async def every(connection: AsyncConnection, stands: Standing, *, marks: bool) -> AsyncIterator[Sequence[Line]]:
    """The whole ranking, some hundred lines at once; `marks`: with every mark and its reason."""
    async for rows in ranked.every(connection, stands.programme.id):
        ids = [row["application_id"] for row in rows]
        given = await _marks(connection, stands.programme.id, ids, reasons=True) if marks else {}
        yield [_line(row, stands.bands, None, _criteria(row, given)) for row in rows]


def _line(row: RowMapping, found: Bands, now: Bands | None = None, criteria: tuple[Criterion, ...] = ()) -> Line:
    total = next((each.total for each in selections.scored([row])), None)
    place, was = found.place(total), None if now is None else now.place(total)
    return Line(row, place, was if was != place else None, criteria)


Marks = Mapping[tuple[str, str], Sequence[Given]]
"""By application and criterion."""


async def _marks(
    connection: AsyncConnection, programme_id: str, ids: Collection[str], *, reasons: bool = False
) -> Marks:
    """The marks that count of these; who gave them and why where that is shown."""
    counted = await review_rows.counted(connection, AREA, programme_id, ids)
    names = await reviewed.expert_names(connection) if reasons else {}
    latest = await review_rows.latest_marks(connection, AREA, programme_id, ids) if reasons else {}
    found: dict[tuple[str, str], list[Given]] = {}
    for application_id, of in counted.items():
        for code, given in of.items():
            found[application_id, code] = [
                Given(names.get(expert, expert), mark, row["reason"] if row is not None else "")
                for expert, mark in given.items()
                for row in (latest.get((application_id, expert, code)),)
            ]
    return found


def two_places(score: str) -> str:
    """A mean as people read it; what is computed with is exact, as a fraction where it has no end: 38/3 -> 12.67."""
    return f"{rounded(Fraction(score)):f}"


def _criteria(row: RowMapping, marks: Marks) -> tuple[Criterion, ...]:
    return tuple(
        Criterion(
            each["label"],
            two_places(each["score"]),
            each["full"],
            tuple(marks.get((row["application_id"], each["indicator"]), ())),
        )
        for each in row["scores"]
    )
