"""Dated values of a policy, each with its unit and article."""

from bisect import bisect_right
from datetime import date
from decimal import Decimal

from shared.core.canonical import written
from shared.core.exact import plain, shortest
from shared.core.money import percent_text, yuan_text
from shared.policy.errors import stale_parameter
from shared.policy.steps import Said, looked_at

UNIT_TEXT = {"count": "", "year": "年", "month": "个月", "day": "天"}


def value_text(value: Decimal, unit: str) -> str:
    """A value as an official writes it: 300,000.00 元, 70%, 2 年."""
    if unit == "yuan":
        return yuan_text(value)
    if unit == "share":
        return percent_text(value)
    return f"{shortest(value)} {UNIT_TEXT[unit]}".rstrip()


class Parameter:
    """A value with the dates it holds from. After `confirmed_until` nobody has confirmed it: using it is an error."""

    __slots__ = ("_dates", "_inputs", "_values", "article", "confirmed_until", "label", "name", "source", "unit")

    def __init__(
        self,
        name: str,
        label: str,
        unit: str,
        article: str,
        values: dict[date, Decimal | None],
        confirmed_until: date | None,
        source: str,
    ) -> None:
        self.name = name
        self.label = label
        self.unit = unit
        self.article = article
        self.confirmed_until = confirmed_until
        self.source = source
        self._dates = sorted(values)
        self._values = [values[day] for day in self._dates]
        self._inputs = [self._input(value) for value in self._values]

    def _input(self, value: Decimal | None) -> Said:
        shown = "" if value is None else plain(value) if self.unit == "yuan" else str(value)
        return written(looked_at(self.name, self.label, shown, self.unit, self.source))

    @property
    def history(self) -> list[tuple[date, Decimal | None]]:
        return list(zip(self._dates, self._values, strict=True))

    def repealed(self, on: date) -> bool:
        """Whether it is known that no value holds on that day: a dated null, or a day before the first value."""
        place = bisect_right(self._dates, on)
        return place == 0 or self._values[place - 1] is None

    def at(self, on: date) -> Decimal:
        """The value that holds on `on`; stale-parameter after the day it is confirmed until."""
        value = self._values[self._place(on)]
        if value is None:  # compute asks `repealed` before any rule reads a value
            raise AssertionError(f"{self.name} holds no value on {on}")
        return value

    def seen(self, on: date) -> Said:
        """The value that holds on `on`, as a step of an explanation shows it."""
        return self._inputs[self._place(on)]

    def text(self, on: date) -> str:
        """The value that holds on `on`, as an official writes it."""
        return value_text(self.at(on), self.unit)

    def _place(self, on: date) -> int:
        if self.confirmed_until is not None and on > self.confirmed_until:
            raise stale_parameter(self.name, on.isoformat(), self.confirmed_until.isoformat())
        return bisect_right(self._dates, on) - 1
