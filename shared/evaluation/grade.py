"""Grading a round by lines and quota, with what last year carries over.

From the top, groups of equal totals enter a grade while they fit whole into its room (its share of all units of the
round, rounded down). The first group that does not fit is turned away, and with it all who rank below. A turned-away
group, and everybody at or above it who has no grade yet, enters the next grade whole, beyond that grade's room if need
be; what room is left goes on from there. A group is never split, and never falls more than one grade for lack of room.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from shared.evaluation.scheme import GRADE_NAMES, UNQUALIFIED, GradeLine, Scheme
from shared.evaluation.score import Result

EXCELLENT_BEFORE, FAILED_BEFORE = "excellent", UNQUALIFIED


class Grade(NamedTuple):
    """A unit's grade and why; None if its figures have an error. `reached`: the better grade whose line it reaches."""

    unit: str
    total: Decimal | None
    grade: str | None
    reason: str
    reached: str | None = None
    withdrawal_proposed: bool = False


class Edge(NamedTuple):
    """Where a grade ended: its line, its room, how many it took, the least total that entered it by rank, and the total
    of the group it turned away, if any."""

    grade: str
    line: Decimal
    room: int | None
    taken: int
    least: Decimal | None
    turned_away: Decimal | None


class Graded(NamedTuple):
    """`grades` in the order of the results, `edges` from the best grade down."""

    grades: list[Grade]
    edges: list[Edge]


def grade(scheme: Scheme, results: Sequence[Result]) -> list[Grade]:
    """Each result's grade, in the order given."""
    return grade_round(scheme, results).grades


def grade_round(scheme: Scheme, results: Sequence[Result]) -> Graded:
    """Each result's grade, and where each grade ended."""
    by_quota = len(results) >= scheme.quota_from
    top = scheme.grades[0].grade
    given: dict[int, Grade] = {}
    barred: set[int] = set()
    for place, result in enumerate(results):
        settled = _without_ranking(scheme, result, top)
        if settled is not None:
            given[place] = settled
        elif scheme.carry.national_failure_bars and result.unit.prior.get("national") == FAILED_BEFORE:
            barred.add(place)
    unranked = frozenset(given)
    ranks = _Ranks(results, (place for place in range(len(results)) if place not in given))
    edges = []
    for line in scheme.grades:
        room = _room(line, len(results)) if by_quota else None
        edges.append(_fill(line, room, ranks, barred if line.grade == top else frozenset(), given))
    grades = []
    for place, result in enumerate(results):
        settled = given.get(place) or _graded(result, UNQUALIFIED, _below_all(scheme, result))
        if result.total is not None and place not in unranked:
            settled = _with_better_line(scheme, settled, result.total, barred=place in barred)
        grades.append(_with_withdrawal(scheme, result, settled))
    return Graded(grades, edges)


def _without_ranking(scheme: Scheme, result: Result, top: str) -> Grade | None:
    """The grade of a unit that does not compete: an error, no report, a veto, or a national 优秀 that counts."""
    if result.error is not None:
        return Grade(result.unit.id, None, None, f"数据有误，暂不定等次：{result.error.message}")
    if not result.reported:
        return _graded(result, UNQUALIFIED, "没有按时报送")
    if result.vetoed:
        bitten = "、".join(score.indicator.label for score in result.scores if score.vetoed)
        return _graded(result, UNQUALIFIED, f"一票否决：{bitten}")
    if scheme.carry.national_excellent_counts and result.unit.prior.get("national") == EXCELLENT_BEFORE:
        return _graded(result, top, "上年度国家级考评优秀，本年度直接计为最高等次，不占名额")
    return None


class _Ranks:
    """Who competes, from the top, in groups of equal totals; how far down the last group was turned away."""

    def __init__(self, results: Sequence[Result], places: Iterable[int]) -> None:
        self.results = results
        ordered = sorted(places, key=lambda place: -_total(results[place]))
        self.groups = [list(group) for _, group in groupby(ordered, key=lambda place: _total(results[place]))]
        self.turned_away: int | None = None
        """The place in `groups` of the group the last grade turned away."""
        self.first_open = 0
        """Groups before this one have their grade: no grade need look at them again."""


def _total(result: Result) -> Decimal:
    if result.total is None:  # only units with a total compete
        raise ValueError(result.unit.id)
    return result.total


def _fill(line: GradeLine, room: int | None, ranks: _Ranks, barred: AbstractSet[int], given: dict[int, Grade]) -> Edge:
    """Gives `line.grade` to those who enter it, and notes the group it turns away."""
    forced_down_to, ranks.turned_away = ranks.turned_away, None
    taken = 0
    lowest: Decimal | None = None
    reached = f"总分达到{GRADE_NAMES.get(line.grade, line.grade)}线 {line.line}"
    taken_along = "上一等次容不下同分的全部单位，整组与排在其上、未定等次的单位一并进入本等次"
    complete = True
    for number in range(ranks.first_open, len(ranks.groups)):
        group = [place for place in ranks.groups[number] if place not in given and place not in barred]
        forced = forced_down_to is not None and number <= forced_down_to
        if group:
            total = _total(ranks.results[group[0]])
            if not forced and total < line.line:
                break
            if not forced and room is not None and taken + len(group) > room:
                ranks.turned_away = number
                break
            for place in group:
                given[place] = _graded(ranks.results[place], line.grade, taken_along if forced else reached)
            taken += len(group)
            lowest = total
        complete = complete and all(place in given for place in ranks.groups[number])
        if complete:
            ranks.first_open = number + 1
    turned = None if ranks.turned_away is None else _total(ranks.results[ranks.groups[ranks.turned_away][0]])
    return Edge(line.grade, line.line, room, taken, lowest, turned)


def _room(line: GradeLine, units: int) -> int | None:
    return None if line.quota is None else int(line.quota * units)


def _graded(result: Result, given: str, reason: str) -> Grade:
    return Grade(result.unit.id, result.total, given, reason)


def _below_all(scheme: Scheme, result: Result) -> str:
    if _total(result) < scheme.grades[-1].line:
        return f"总分低于最低的等次线 {scheme.grades[-1].line}"
    return "没有进入任何等次"


def _with_better_line(scheme: Scheme, given: Grade, total: Decimal, *, barred: bool) -> Grade:
    """Notes the best grade whose line the total reaches, if that is not the one given."""
    for line in scheme.grades:
        if line.grade == given.grade:
            return given
        if total >= line.line:
            name = GRADE_NAMES.get(line.grade, line.grade)
            if barred and line == scheme.grades[0]:
                why = f"总分达到{name}线 {line.line}，但上年度国家级考评不合格，不得定为{name}"
            else:
                why = f"总分达到{name}线 {line.line}，但{name}名额已满或容不下同分的全部单位"
            return given._replace(reached=line.grade, reason=f"{why}；{given.reason}")
    return given


def _with_withdrawal(scheme: Scheme, result: Result, given: Grade) -> Grade:
    """国科发区〔2018〕300号 art. 14: failed last year and failed now, the title is proposed for withdrawal."""
    second = given.grade == UNQUALIFIED and result.unit.prior.get("city") == FAILED_BEFORE
    return given._replace(withdrawal_proposed=True) if scheme.carry.second_failure_withdraws and second else given
