"""Scoring a round: each indicator of each unit, explained, and the unit's total."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from shared.core.exact import parse_decimal
from shared.evaluation.errors import FigureError, invalid_figure
from shared.evaluation.figures import Figure, Figures, Number, exact, number, rounded, text, total_of
from shared.evaluation.scheme import Indicator, Scheme
from shared.evaluation.scoring import Expert, Relative

Marks = Mapping[str, Sequence[object]] | Sequence[object] | None


class Unit(NamedTuple):
    """A unit of a round: its figures (None: it did not report), the experts' scores by indicator (or a list, if the
    scheme has one expert indicator), and last year's grades (`city`, `national`)."""

    id: str
    figures: Figures | None
    experts: Marks = None
    prior: Mapping[str, str] = {}


class IndicatorScore(NamedTuple):
    """One indicator of one unit: the value, the score, and whether the top cut it or the veto bit.

    The rule in words is `indicator.form.text()`.
    """

    indicator: Indicator
    value: Number
    score: Number
    cut: bool
    vetoed: bool

    def as_json(self) -> dict[str, object]:
        return {
            "indicator": self.indicator.code,
            "label": self.indicator.label,
            "rule": self.indicator.form.text(),
            "value": text(self.value),
            "score": text(self.score),
            "full": text(self.indicator.full),
            "cut_at_full": self.cut,
            "vetoed": self.vetoed,
        }


class Result(NamedTuple):
    """A unit's total (two places) with each indicator's score; or the error that leaves it without; or neither, if it
    did not report. `bonus_cut`: what the bonus cap took."""

    unit: Unit
    total: Decimal | None
    scores: tuple[IndicatorScore, ...]
    vetoed: bool
    bonus_cut: Number
    error: FigureError | None

    @property
    def reported(self) -> bool:
        return self.unit.figures is not None


def score(scheme: Scheme, units: Iterable[Unit]) -> list[Result]:
    """Each unit's result, in the order given. One unit's error leaves the others alone."""
    units = list(units)
    best = best_values(scheme, units)
    return [score_unit(scheme, unit, best) for unit in units]


def best_values(scheme: Scheme, units: Iterable[Unit]) -> dict[str, Number]:
    """The best valid value of each figure scored relative to the round, whatever else is wrong with its unit."""
    best: dict[str, Number] = {}
    if not scheme.relative_figures:
        return best
    for unit in units:
        if unit.figures is None:
            continue
        for figure in scheme.relative_figures:
            value = _valid(figure, unit.figures)
            if value is not None and value > best.get(figure.name, 0):
                best[figure.name] = value
    return best


def _valid(figure: Figure, figures: Figures) -> Number | None:
    try:
        return number(figure, figures)
    except FigureError:
        return None


def score_unit(scheme: Scheme, unit: Unit, best: Mapping[str, Number]) -> Result:
    """One unit's result; with several errors the first in the order of the indicators counts."""
    figures = unit.figures
    if figures is None:
        return Result(unit, None, (), vetoed=False, bonus_cut=0, error=None)
    scores = []
    counted: list[Number] = []
    extra: list[Number] = []
    vetoed = False
    try:
        for indicator, form, full, least in scheme.sheet:
            if isinstance(form, Expert):
                value, points = form.score_marks(marks_of(scheme, indicator, unit.experts))
            elif isinstance(form, Relative):
                value, points = form.score_among(figures, best.get(form.figure.name, 0))
            else:
                value, points = form.score(figures)
            cut = points > full
            if cut:
                points = full
            veto = least is not None and value < least
            vetoed = vetoed or veto
            scores.append(IndicatorScore(indicator, value, points, cut, veto))
            (extra if indicator.bonus else counted).append(points)
    except FigureError as error:
        return Result(unit, None, tuple(scores), vetoed=False, bonus_cut=0, error=error)
    bonus = total_of(extra)
    bonus_cut: Number = 0
    if scheme.bonus_cap is not None and bonus > scheme.bonus_cap:
        bonus, bonus_cut = scheme.bonus_cap, bonus - scheme.bonus_cap
    return Result(unit, rounded(total_of([*counted, bonus])), tuple(scores), vetoed, bonus_cut, None)


def marks_of(scheme: Scheme, indicator: Indicator, experts: Marks) -> tuple[Number, ...]:
    """The experts' scores of one indicator, exact; invalid-figure if one is no number."""
    given: object = experts
    if isinstance(experts, Mapping):
        given = experts.get(indicator.code)
    elif experts is not None and len(scheme.expert_indicators) != 1:
        raise invalid_figure(indicator.label, "一列分数", "按指标分别给出的专家评分")
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Sequence):
        raise invalid_figure(indicator.label, given, "一列专家评分")
    marks: list[Number] = []
    for mark in given:
        if isinstance(mark, Fraction):
            marks.append(mark)
            continue
        value = parse_decimal(mark)
        if value is None:
            raise invalid_figure(indicator.label, mark, f"0 至 {text(indicator.full)} 的分数")
        marks.append(exact(value))
    return tuple(marks)
