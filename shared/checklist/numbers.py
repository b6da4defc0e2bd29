"""Requirements on numbers: so many, a share, so many for every so many, no more than so many."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from shared.checklist.figures import Figure, percent, rounded_up
from shared.checklist.finding import Finding, Read, judged_number
from shared.core.exact import EXACT, ZERO
from shared.core.money import percent_text


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
        return judged_number(self.figure, self.figure.seen(value), self.text(), value, Fraction(self.least))


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
        found = judged_number(self.figure, saw, asked, part, Fraction(self.share) * Fraction(whole))
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
        return judged_number(self.figure, saw, required, value, needed)


def _nothing_to_divide_by(figure: Figure, required: str, value: str) -> Finding:
    return Finding("not_met", f"{figure.label}为 0，无法计算，{required}", required, value)


@dataclass(frozen=True)
class AtMost:
    """The figure is no more than a number: twenty hours, three running projects."""

    figure: Figure
    most: Decimal

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return f"要求不多于 {self.figure.text(self.most)}"

    def judge(self, read: Read, _: date) -> Finding:
        value = cast("Decimal", read[self.figure.name])
        shown, required = self.figure.text(value), self.text()
        if value <= self.most:
            return Finding("met", f"{self.figure.seen(value)}，{required}，符合", required, shown)
        over = self.figure.text(EXACT.subtract(value, self.most))
        return Finding("not_met", f"{self.figure.seen(value)}，{required}，超出 {over}", required, shown)
