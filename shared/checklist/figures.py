"""How a figure is read and shown. Nothing missing is zero."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from shared.core.dates import parse_date
from shared.core.exact import EXACT, ZERO, number_form, parse_decimal
from shared.core.money import wan_text
from shared.core.units import convert_money, is_money

Figures = Mapping[str, object]
"""What is known by the name of the figure: numbers (or their decimal text), {value, unit}, numbers by
kind, dates, true or false, lists of entries."""

Value = Decimal | date | bool | str

FORMS = {
    "count": "不小于 0 的整数",
    "amount": f"不小于 0 的{number_form()}",
    "date": "日期，例如 2018-06-01",
    "yes": "是（true）或否（false）",
    "entries": "条目的列表（每条为非空文字）或条数",
}


class Figure(NamedTuple):
    """Something a condition looks at, as forms ask for it. Money is in its `unit` and shown in 万元."""

    name: str
    label: str
    type: str
    unit: str
    help: str
    evidence: str
    options: tuple[tuple[str, str], ...] = ()
    """What a choice may be: each word and its name."""

    @property
    def form(self) -> str:
        """How it is written, for whoever wrote it otherwise."""
        return FORMS[self.type] if self.type != "choice" else "、".join(name for _, name in self.options) + "之一"

    @property
    def whole(self) -> bool:
        """Whether it comes in whole things: three quarters of a tenant do not help anybody."""
        return self.type in {"count", "entries"}

    def text(self, value: Value) -> str:
        """The value as people read it: 43 家, 12,000 平方米, 500 万元, 2017-08-01, 是."""
        if isinstance(value, Decimal):
            return self._money(value) if is_money(self.unit) else f"{_grouped(value)} {self.unit}".rstrip()
        if isinstance(value, bool):
            return "是" if value else "否"
        return dict(self.options).get(value, value) if isinstance(value, str) else value.isoformat()

    def _money(self, value: Decimal) -> str:
        return wan_text(convert_money(value, self.unit, "yuan"))

    def seen(self, value: Value) -> str:
        """The value behind its name: 在孵企业 43 家."""
        return f"{self.label} {self.text(value)}"

    def read(self, given: object) -> Value | None:
        """The value in the figure's own unit, or None if `given` is none."""
        match self.type:
            case "date":
                return parse_date(given)
            case "yes":
                return given if isinstance(given, bool) else None
            case "choice":
                return given if isinstance(given, str) and given in dict(self.options) else None
            case "entries" if isinstance(given, list | tuple | set | frozenset):
                return _entries(given)
            case "amount":
                return self._amount(given)
            case _:
                return _count(given)

    def _amount(self, given: object) -> Decimal | None:
        if not isinstance(given, Mapping):
            return _number(given)
        unit = given.get("unit")
        value = _number(given.get("value")) if set(given) == {"value", "unit"} else None
        if value is None or unit == self.unit:
            return value
        known = isinstance(unit, str) and is_money(unit) and is_money(self.unit)
        return convert_money(value, str(unit), self.unit) if known else None


def _number(given: object) -> Decimal | None:
    value = parse_decimal(given)
    return None if value is None or value.is_signed() else value


def _count(given: object) -> Decimal | None:
    """A whole number; one given by kind is the sum of its kinds, as a report counts activities."""
    if isinstance(given, Mapping):
        numbers = [_count(value) for value in given.values()]
        read = [number for number in numbers if number is not None]
        return sum(read, ZERO) if read and len(read) == len(numbers) else None
    value = _number(given)
    return None if value is None or value != value.to_integral_value() else value


def _entries(given: list[object] | tuple[object, ...] | set[object] | frozenset[object]) -> Decimal | None:
    names = {entry.strip() for entry in given if isinstance(entry, str)}
    blank = "" in names or any(not isinstance(entry, str) for entry in given)
    return None if blank else Decimal(len(names))


def rounded_up(value: Fraction, *, whole: bool) -> Decimal:
    """`value` up to the next whole thing, or to the next hundredth: what is called lacking is always enough."""
    scale = 1 if whole else 100
    return EXACT.divide(Decimal(-(-value.numerator * scale // value.denominator)), Decimal(scale))


def percent(part: Decimal, whole: Decimal) -> str:
    """part / whole in percent, cut after two decimals: what falls short of 75% is never shown as 75%."""
    exact = Fraction(10_000 * Fraction(part), Fraction(whole))
    return f"{_grouped(EXACT.divide(Decimal(exact.numerator // exact.denominator), Decimal(100)))}%"


def _grouped(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
