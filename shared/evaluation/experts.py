"""Experts' scores looked at: how far they lie apart, who differs from the others, and what one expert's going changes.

An expert is a place in the list: the first score of each indicator is the first expert's.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from shared.evaluation.figures import Number, over, total_of
from shared.evaluation.grade import Grade, grade
from shared.evaluation.scheme import Scheme
from shared.evaluation.score import Result, Unit, best_values, marks_of, score_unit

Given = Mapping[str, tuple[Number, ...]]


class Difference(NamedTuple):
    """One expert's score beside the others': their median, the difference, and whether it is an outlier's."""

    expert: int
    score: Number
    others_median: Number | None
    difference: Number
    outlier: bool


class ExpertStatistics(NamedTuple):
    """One expert indicator of one unit: the mean, the spread (highest minus lowest), and each expert."""

    indicator: str
    mean: Number
    spread: Number
    experts: tuple[Difference, ...]


def expert_statistics(scheme: Scheme, unit: Unit) -> list[ExpertStatistics]:
    """For each expert indicator of the unit that has scores; an outlier differs from the median of the others by more
    than the scheme's share of the indicator's full score."""
    statistics = []
    for indicator in scheme.expert_indicators:
        marks = marks_of(scheme, indicator, unit.experts)
        if not marks:
            continue
        experts = differences(marks, scheme.outlier_over * indicator.full)
        total = total_of(marks)
        mean = over(total.numerator, total.denominator * len(marks))
        statistics.append(ExpertStatistics(indicator.code, mean, max(marks) - min(marks), experts))
    return statistics


def differences(marks: Sequence[Number], allowed: Number) -> tuple[Difference, ...]:
    """Each expert's score of one indicator beside the others'; an outlier differs by more than `allowed`."""
    found = []
    for place, mark in enumerate(marks):
        others = _median([*marks[:place], *marks[place + 1 :]])
        difference: Number = 0 if others is None else mark - others
        found.append(Difference(place, mark, others, difference, not -allowed <= difference <= allowed))
    return tuple(found)


def _median(marks: Sequence[Number]) -> Number | None:
    if not marks:
        return None
    ordered = sorted(marks)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else Fraction(ordered[middle - 1] + ordered[middle], 2)


class WithoutExpert(NamedTuple):
    """What the unit's total and grade would be had this expert not scored it; the error, if it then has no score."""

    expert: int
    result: Result
    grade: Grade


def without_each_expert(scheme: Scheme, results: Sequence[Result], unit: str) -> list[WithoutExpert]:
    """For each expert of one unit of a scored round, the unit's grade in the same round without that expert."""
    place = next(place for place, result in enumerate(results) if result.unit.id == unit)
    scored = results[place].unit
    given: Given = {
        indicator.code: marks_of(scheme, indicator, scored.experts) for indicator in scheme.expert_indicators
    }
    best = best_values(scheme, [result.unit for result in results])
    found = []
    for expert in range(max((len(marks) for marks in given.values()), default=0)):
        left = {code: [*marks[:expert], *marks[expert + 1 :]] for code, marks in given.items()}
        changed = score_unit(scheme, scored._replace(experts=left), best)
        grades = grade(scheme, [*results[:place], changed, *results[place + 1 :]])
        found.append(WithoutExpert(expert, changed, grades[place]))
    return found
