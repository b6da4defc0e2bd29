"""How a reported figure is read: an exact number, converted to the scheme's unit once."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from shared.core.exact import EXACT, number_form, parse_decimal
from shared.core.units import convert_money, is_money
from shared.evaluation.errors import invalid_figure, missing_figure

Number = int | Fraction
"""An exact number; whole ones are int, which is what most are and what is fast."""

Figures = Mapping[str, object]
"""What a unit reports: a number (or its decimal text), a number of each kind, or {value, unit}."""


class Figure(NamedTuple):
    """Something a unit reports, as forms and templates ask for it."""

    name: str
    label: str
    unit: str
    help: str = ""
    evidence: str = ""
    kinds: Mapping[str, str] = {}
    fact: str | None = None
    """The fact of a policy that this figure becomes (yuan), if any: the operating cost."""
    jump: Number = Fraction(1, 2)
    """A change against last year by more than this share of last year's figure is listed."""


def exact(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else Fraction(value)


def read_number(figure: Figure, given: object) -> Number:
    """The figure's value in its own unit; invalid-figure if it is negative or no number."""
    unit = figure.unit
    if not isinstance(given, (str, int)) and isinstance(given, Mapping):
        if set(given) != {"value", "unit"}:
            raise invalid_figure(figure.label, dict(given), "一个数字，或 value（数字）与 unit（单位）")
        unit, given = str(given["unit"]), given["value"]
        if unit != figure.unit and not (is_money(unit) and is_money(figure.unit)):
            raise invalid_figure(figure.label, unit, f"以{figure.unit or '数量'}为单位的数字")
    if given is None:
        raise missing_figure(figure.label)
    value = parse_decimal(given)
    if value is None or value.is_signed():
        raise invalid_figure(figure.label, given, f"不小于 0 的{number_form()}")
    return exact(value if unit == figure.unit else convert_money(value, unit, figure.unit))


def yuan_of(figure: Figure, given: object) -> str:
    """A reported amount of money in yuan, as a policy asks for it."""
    value = read_number(figure, given)
    exact_value = EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
    return f"{convert_money(exact_value, figure.unit, 'yuan'):f}"


def number(figure: Figure, figures: Figures) -> Number:
    """A needed figure; missing-figure if it was not reported."""
    given = figures.get(figure.name)
    if type(given) is int and given >= 0:  # most figures are small whole numbers
        return given
    if given is None:
        raise missing_figure(figure.label)
    return read_number(figure, given)


def weighted_sum(figure: Figure, figures: Figures, weights: Mapping[str, int]) -> Number:
    """A needed figure that counts several kinds: each number times its kind's weight, summed.

    A kind not named counts 0; one without a weight is unknown: invalid-figure.
    """
    given = figures.get(figure.name)
    if given is None:
        raise missing_figure(figure.label)
    if not isinstance(given, dict) and not isinstance(given, Mapping):  # a dict is told much faster
        raise invalid_figure(figure.label, given, "按类别分别填报的数字")
    whole = 0
    parts: list[Number] = []
    for kind, value in given.items():
        weight = weights.get(kind)
        if weight is None:
            known = "、".join(figure.kinds.get(name, name) for name in weights)
            raise invalid_figure(figure.label, kind, f"下列类别之一：{known}")
        if type(value) is int and value >= 0:
            whole += weight * value
        elif value is not None:
            parts.append(weight * read_number(figure, value))
    return total_of([whole, *parts]) if parts else whole


def text(value: Number) -> str:
    """An exact number as people read it: a fraction that has no finite decimal form keeps its form."""
    if isinstance(value, int):
        return str(value)
    denominator = value.denominator
    while denominator % 2 == 0:
        denominator //= 2
    while denominator % 5 == 0:
        denominator //= 5
    if denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    digits = 1
    while (value * 10**digits).denominator != 1:
        digits += 1
    scaled = abs(value.numerator) * 10**digits // value.denominator
    sign = "-" if value < 0 else ""
    return f"{sign}{scaled // 10**digits}.{scaled % 10**digits:0{digits}d}"


def over(numerator: int, denominator: int) -> Number:
    """numerator / denominator, exact; whole if it can be."""
    whole, rest = divmod(numerator, denominator)
    return Fraction(numerator, denominator) if rest else whole


def total_of(numbers: Iterable[Number]) -> Number:
    """The exact sum; one common denominator is reduced once, at the end."""
    numerator, denominator = 0, 1
    for value in numbers:
        if type(value) is int:
            numerator += value * denominator
        elif value.denominator == denominator:
            numerator += value.numerator
        else:
            numerator = numerator * value.denominator + value.numerator * denominator
            denominator *= value.denominator
    return over(numerator, denominator)


def rounded(value: Number) -> Decimal:
    """Half up to two places: how a total is rounded, once."""
    hundredths = (200 * value.numerator + value.denominator) // (2 * value.denominator)
    return Decimal(f"{hundredths}e-2")
