"""Requirements on dates: so long has gone by, no longer than so long, no older than so many years."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

from shared.checklist.figures import Figure
from shared.checklist.finding import Finding, Read, judged
from shared.core.dates import add_months, add_years


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
            return judged(saw, self.text(), _span(gone), None, None)
        lacking = self.months - gone
        return judged(saw, self.text(), _span(gone), f"{_span(lacking)}（{full} 届满）", Decimal(lacking))


def _months_gone(since: date, on: date) -> int:
    """The whole months from `since` to `on`; none if `on` comes first."""
    months = 12 * (on.year - since.year) + on.month - since.month
    return max(0, months if add_months(since, months) <= on else months - 1) if since <= on else 0


def _span(months: int) -> str:
    return f"{months // 12} 年" if months and months % 12 == 0 else f"{months} 个月"


@dataclass(frozen=True)
class MonthsAtMost:
    """No more than so many months have gone by since a date, the corresponding day included."""

    figure: Figure
    months: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return f"要求不超过 {_span(self.months)}"

    def judge(self, read: Read, on: date) -> Finding:
        since = cast("date", read[self.figure.name])
        if since > on:
            sentence = f"{self.figure.label} {since}，晚于 {on}，请核对；{self.text()}"
            return Finding("unknown", sentence, self.text(), since.isoformat(), missing=(self.figure,))
        gone, last = _span(_months_gone(since, on)), add_months(since, self.months)
        saw = f"{self.figure.label} {since}，至 {on} 已 {gone}"
        if on <= last:
            return Finding("met", f"{saw}，{self.text()}，符合", self.text(), gone)
        return Finding("not_met", f"{saw}，{self.text()}（到 {last} 为止）", self.text(), gone)


@dataclass(frozen=True)
class AgeAtMost:
    """Whoever was born on `figure` is no older than `years` on the day; `more` years are allowed to those whose
    `group` is `word`.

    `full_years`: 周岁 count, so that whoever is allowed 40 years stays within until the day before his 41st birthday;
    otherwise whoever was born a day too early is too old, as calls say that name the first birthday they take.
    """

    figure: Figure
    years: int
    full_years: bool
    more: int = 0
    group: Figure | None = None
    word: str = ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,) if self.group is None else (self.figure, self.group)

    def text(self) -> str:
        asked = f"要求{'周岁' if self.full_years else ''}不超过 {self.years} 岁"
        return (
            asked
            if self.group is None
            else f"{asked}（{self.group.text(self.word)}不超过 {self.years + self.more} 岁）"
        )

    def judge(self, read: Read, on: date) -> Finding:
        born = cast("date", read[self.figure.name])
        if born > on:
            sentence = f"{self.figure.label} {born}，晚于 {on}，请核对；{self.text()}"
            return Finding("unknown", sentence, self.text(), born.isoformat(), missing=(self.figure,))
        allowed = self.years + (self.more if self.group is not None and read[self.group.name] == self.word else 0)
        age = f"{_months_gone(born, on) // 12} 周岁"
        group = "" if self.group is None else f"，{self.group.text(read[self.group.name])}"
        saw = f"{self.figure.label} {born}，至 {on} 为 {age}{group}"
        required = f"要求 {self._first(on, allowed)} 及以后出生"
        if self._within(born, on, allowed):
            return Finding("met", f"{saw}，{required}，符合", self.text(), age)
        return Finding("not_met", f"{saw}，{required}", self.text(), age)

    def _within(self, born: date, on: date, years: int) -> bool:
        return add_years(born, years + 1) > on if self.full_years else add_years(born, years) >= on

    def _first(self, on: date, years: int) -> date:
        """The first birthday that is taken; around 29 February it is a day or two after the corresponding day."""
        day = add_years(on, -(years + 1 if self.full_years else years))
        while not self._within(day, on, years):
            day += timedelta(days=1)
        return day
