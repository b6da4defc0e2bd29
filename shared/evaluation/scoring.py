"""The forms of scoring. Each turns what a unit reported into an exact score; `score` cuts it at 0 and at the top."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import NamedTuple

from shared.core.units import unit_name
from shared.evaluation.errors import division_by_zero, invalid_figure, missing_figure
from shared.evaluation.figures import Figure, Figures, Number, number, over, text, total_of, weighted_sum

ENOUGH_EXPERTS_TO_DROP_EXTREMES = 5


Scored = tuple[Number, Number]
"""The value a form looked at, and the score before it is cut."""


def lower(value: Number) -> Number:
    """A whole fraction as int."""
    return value.numerator if type(value) is Fraction and value.denominator == 1 else value


def _with_unit(value: Number, figure: Figure) -> str:
    return text(value) + ("%" if figure.unit == "%" else f" {unit_name(figure.unit)}" if figure.unit else "")


class PerUnit(NamedTuple):
    """each * value."""

    figure: Figure
    each: Number

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def score(self, figures: Figures) -> Scored:
        return self.of(number(self.figure, figures))

    def of(self, value: Number) -> Scored:
        return value, lower(self.each * value)

    def text(self) -> str:
        return f"每{unit_name(self.figure.unit) or '个单位'}得 {text(self.each)} 分"


class Weighted:
    """The sum of each[kind] * value[kind]."""

    def __init__(self, figure: Figure, each: Mapping[str, Number]) -> None:
        self.figure = figure
        self.figures = (figure,)
        self.each = each
        self._common = lcm(*(weight.denominator for weight in each.values()))
        self._whole = {kind: int(weight * self._common) for kind, weight in each.items()}  # sums stay with int

    def score(self, figures: Figures) -> Scored:
        weighed = weighted_sum(self.figure, figures, self._whole)
        score = over(weighed.numerator, self._common * weighed.denominator)
        return score, score

    def text(self) -> str:
        each = "，".join(f"{self.figure.kinds.get(kind, kind)} {text(weight)} 分" for kind, weight in self.each.items())
        return f"按类别计分：{each}"


class Step(NamedTuple):
    """0 below `start`; at `start` it is `base`; every whole `per` above adds `add`."""

    figure: Figure
    start: Number
    base: Number
    per: Number
    add: Number

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def score(self, figures: Figures) -> Scored:
        return self.of(number(self.figure, figures))

    def of(self, value: Number) -> Scored:
        above = value.numerator * self.start.denominator - self.start.numerator * value.denominator
        if above < 0:
            return value, 0
        # above / (both denominators) is value - start; in whole numbers, for that is many times faster
        steps = above * self.per.denominator // (value.denominator * self.start.denominator * self.per.numerator)
        base, add = self.base, self.add
        points = base.numerator * add.denominator + steps * add.numerator * base.denominator
        return value, over(points, base.denominator * add.denominator)

    def text(self) -> str:
        start, per = _with_unit(self.start, self.figure), _with_unit(self.per, self.figure)
        return f"达到 {start}得 {text(self.base)} 分，每增加 {per}加 {text(self.add)} 分，不足 {start}不得分"


class PerAmount(NamedTuple):
    """each * whole multiples of `amount` in the value."""

    figure: Figure
    amount: Number
    each: Number

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def score(self, figures: Figures) -> Scored:
        return self.of(number(self.figure, figures))

    def of(self, value: Number) -> Scored:
        return value, lower(int(value // self.amount) * self.each)

    def text(self) -> str:
        return f"每满 {_with_unit(self.amount, self.figure)}得 {text(self.each)} 分"


class Ratio(NamedTuple):
    """The value is 100 * part / whole, then scored by `then`."""

    part: Figure
    whole: Figure
    then: PerUnit | Step | PerAmount

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.part, self.whole)

    def score(self, figures: Figures) -> Scored:
        part, whole = number(self.part, figures), number(self.whole, figures)
        if whole == 0:
            raise division_by_zero(f"{self.part.label}占{self.whole.label}的比例", self.whole.label)
        if part > whole:
            allowed = f"不超过{self.whole.label}（{text(whole)}）的数字"
            raise invalid_figure(self.part.label, text(part), allowed)
        return self.then.of(over(100 * part.numerator * whole.denominator, whole.numerator * part.denominator))

    def text(self) -> str:
        return f"{self.part.label}占{self.whole.label}的百分比，{self.then.text()}"


class Relative(NamedTuple):
    """full * value / the best value among the units of the round; 0 if the best is 0."""

    figure: Figure
    full: Number

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def score_among(self, figures: Figures, best: Number) -> Scored:
        """`best`: the best value of the round."""
        value = number(self.figure, figures)
        return value, (lower(Fraction(self.full * value, best)) if best else 0)

    def text(self) -> str:
        return f"与本轮最高值之比乘以 {text(self.full)} 分"


class Expert(NamedTuple):
    """The exact mean of the experts' scores; with five or more, one highest and one lowest are left out."""

    label: str
    full: Number

    @property
    def figures(self) -> tuple[Figure, ...]:
        return ()

    def score_marks(self, marks: Sequence[Number]) -> Scored:
        if not marks:
            raise missing_figure(self.label)
        for mark in marks:
            if not 0 <= mark <= self.full:
                raise invalid_figure(self.label, text(mark), f"0 至 {text(self.full)} 的分数")
        total, count = total_of(marks), len(marks)
        if count >= ENOUGH_EXPERTS_TO_DROP_EXTREMES:
            total, count = total - max(marks) - min(marks), count - 2
        mean = over(total.numerator, total.denominator * count)
        return mean, mean

    def text(self) -> str:
        return f"专家评分（0 至 {text(self.full)}）的平均；五位及以上时去掉一个最高分、一个最低分"


Form = PerUnit | Weighted | Step | PerAmount | Ratio | Relative | Expert
"""Each has `figures`: what has to be reported for it, and `text()`: the rule as an official reads it. Most score a
unit by its own figures; `Relative` needs the best value of the round, `Expert` the experts' scores."""
