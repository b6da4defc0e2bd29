"""The forms a requirement takes. Each says of its figures: met, not met or unknown, and how much is lacking."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, cast

from shared.accreditation.figures import FORMS, Figure, Figures, Value, percent, rounded_up
from shared.core.dates import add_months
from shared.core.exact import ZERO
from shared.core.money import percent_text

State = Literal["met", "not_met", "unknown"]
STATE_NAMES: Mapping[State, str] = {"met": "符合", "not_met": "不符合", "unknown": "缺少数字"}

LONGEST_SHOWN = 40
"""So much of what cannot be read is shown back."""

Read = Mapping[str, Value]
"""The figures of one requirement, all of them there and well formed."""


class Finding(NamedTuple):
    """What a requirement comes to. `shortfall`: what is lacking as a number, in the unit of `figure`.

    Lacking is what would do if nothing else changed; it is rounded up to a whole thing or the next hundredth.
    """

    state: State
    sentence: str
    required: str
    value: str | None = None
    lacking: str | None = None
    shortfall: Decimal | None = None
    missing: tuple[Figure, ...] = ()
    """The figures that were not given, or could not be read."""
    alternatives: tuple["Finding", ...] = ()


def _judged(saw: str, required: str, value: str, lacking: str | None, shortfall: Decimal | None) -> Finding:
    if lacking is None:
        return Finding("met", f"{saw}，{required}，符合", required, value)
    return Finding("not_met", f"{saw}，{required}，还差 {lacking}", required, value, lacking, shortfall)


def _judged_number(figure: Figure, saw: str, required: str, value: Decimal, needed: Fraction) -> Finding:
    if value >= needed:
        return _judged(saw, required, figure.text(value), None, None)
    shortfall = rounded_up(needed - Fraction(value), whole=figure.whole)
    return _judged(saw, required, figure.text(value), figure.text(shortfall), shortfall)


@dataclass(frozen=True)
class AtLeast:
    """The figure is no less than a number: 50 tenants, 3 cases."""

    figure: Figure
    least: Decimal

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return f"要求不少于 {self.figure.text(self.least)}"

    def judge(self, read: Read, _: date) -> Finding:
        value = cast("Decimal", read[self.figure.name])
        return _judged_number(self.figure, self.figure.seen(value), self.text(), value, Fraction(self.least))


@dataclass(frozen=True)
class ShareAtLeast:
    """The figure is no less than a share of another, of which it is a part: 75 % of the area for tenants.

    Where the whole is zero there is no share, and the requirement is not met.
    """

    figure: Figure
    whole: Figure
    share: Decimal

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure, self.whole)

    def text(self) -> str:
        return f"要求不低于{self.whole.label}的 {percent_text(self.share)}"

    def judge(self, read: Read, _: date) -> Finding:
        part, whole = cast("Decimal", read[self.figure.name]), cast("Decimal", read[self.whole.name])
        if part > whole:
            sentence = f"{self.figure.seen(part)}，多于{self.whole.seen(whole)}，请核对；{self.text()}"
            return Finding("unknown", sentence, self.text(), self.figure.text(part), missing=self.figures)
        if whole == ZERO:
            return _nothing_to_divide_by(self.whole, self.text(), self.figure.text(part))
        saw = f"{self.figure.seen(part)}，占{self.whole.seen(whole)}的 {percent(part, whole)}"
        asked = f"要求不低于 {percent_text(self.share)}"
        found = _judged_number(self.figure, saw, asked, part, Fraction(self.share) * Fraction(whole))
        return found._replace(required=self.text())


@dataclass(frozen=True)
class SoManyPer:
    """So many for every so many of another figure, in proportion: a started `per` asks for its part, too."""

    figure: Figure
    other: Figure
    least: Decimal
    per: Decimal

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure, self.other)

    def text(self) -> str:
        return f"要求每 {self.other.text(self.per)}{self.other.label}不少于 {self.figure.text(self.least)}"

    def judge(self, read: Read, _: date) -> Finding:
        value, other = cast("Decimal", read[self.figure.name]), cast("Decimal", read[self.other.name])
        if other == ZERO:
            return _nothing_to_divide_by(self.other, self.text(), self.figure.text(value))
        needed = Fraction(Fraction(self.least) * Fraction(other), Fraction(self.per))
        saw = f"{self.figure.seen(value)}，{self.other.seen(other)}"
        required = f"{self.text()}，即 {self.figure.text(rounded_up(needed, whole=self.figure.whole))}"
        return _judged_number(self.figure, saw, required, value, needed)


def _nothing_to_divide_by(figure: Figure, required: str, value: str) -> Finding:
    return Finding("not_met", f"{figure.label}为 0，无法计算，{required}", required, value)


@dataclass(frozen=True)
class MonthsAtLeast:
    """So many months have gone by since a date, on the day of application; the corresponding day counts as gone by."""

    figure: Figure
    months: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return f"要求满 {_span(self.months)}"

    def judge(self, read: Read, on: date) -> Finding:
        since = cast("date", read[self.figure.name])
        full = add_months(since, self.months)
        gone = _months_gone(since, on)
        saw = (
            f"{self.figure.label} {since}，至 {on} 已 {_span(gone)}" if since <= on else f"{self.figure.label} {since}"
        )
        if full <= on:
            return _judged(saw, self.text(), _span(gone), None, None)
        lacking = self.months - gone
        return _judged(saw, self.text(), _span(gone), f"{_span(lacking)}（{full} 届满）", Decimal(lacking))


def _months_gone(since: date, on: date) -> int:
    """The whole months from `since` to `on`; none if `on` comes first."""
    months = 12 * (on.year - since.year) + on.month - since.month
    return max(0, months if add_months(since, months) <= on else months - 1) if since <= on else 0


def _span(months: int) -> str:
    return f"{months // 12} 年" if months and months % 12 == 0 else f"{months} 个月"


@dataclass(frozen=True)
class Holds:
    """Something is so: there is a legal person, there is a leader."""

    figure: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return "要求为“是”"

    def judge(self, read: Read, _: date) -> Finding:
        value = read[self.figure.name]
        told = self.figure.text(value)
        saw = f"{self.figure.label}：{told}"
        if value is True:
            return Finding("met", f"{saw}，符合", self.text(), told)
        return Finding("not_met", f"{saw}，{self.text()}", self.text(), told)


Single = AtLeast | ShareAtLeast | SoManyPer | MonthsAtLeast | Holds


@dataclass(frozen=True)
class AnyOf:
    """One of several is enough: 500 square metres or 30 seats. Unknown while none is met and one is unknown."""

    alternatives: tuple[Single, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for each in self.alternatives for figure in each.figures)

    def text(self) -> str:
        return "；或".join(told(each) for each in self.alternatives)


Requirement = Single | AnyOf


def told(requirement: Requirement) -> str:
    """What is asked, with the name of what it looks at: 在孵企业要求不少于 50 家."""
    asked = requirement.text()
    return asked if isinstance(requirement, AnyOf) else f"{requirement.figure.label}{asked}"


def find(requirement: Requirement, figures: Figures, on: date) -> Finding:
    """What the requirement comes to on the day of application. A figure that is not there makes it unknown."""
    if isinstance(requirement, AnyOf):
        return _find_any(requirement, figures, on)
    read: dict[str, Value] = {}
    trouble: dict[Figure, str] = {}
    for figure in requirement.figures:
        given = figures.get(figure.name)
        value = None if given is None else figure.read(given)
        if value is not None:
            read[figure.name] = value
        elif given is None:
            trouble[figure] = f"{figure.label}没有填报"
        else:
            shown = str(given)[:LONGEST_SHOWN]
            trouble[figure] = f"{figure.label}填报的是“{shown}”，应为{FORMS[figure.type]}"
    if trouble:
        sentence = f"{'，'.join(trouble.values())}；{requirement.text()}"
        return Finding("unknown", sentence, requirement.text(), missing=tuple(trouble))
    return requirement.judge(read, on)


def _find_any(requirement: AnyOf, figures: Figures, on: date) -> Finding:
    found = tuple(find(each, figures, on) for each in requirement.alternatives)
    required = requirement.text()
    met = next((each for each in found if each.state == "met"), None)
    if met is not None:
        return Finding("met", met.sentence, required, met.value, alternatives=found)
    missing = tuple(dict.fromkeys(figure for each in found for figure in each.missing))
    unknown = any(each.state == "unknown" for each in found)
    sentence = "以下有一项即可：" + "；或".join(each.sentence for each in found)
    return Finding("unknown" if unknown else "not_met", sentence, required, missing=missing, alternatives=found)
