"""An indicator scheme in memory. Made by `build`, never by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from shared.evaluation.checks import Check
from shared.evaluation.figures import Figure, Number
from shared.evaluation.scoring import Expert, Form, Relative

UNQUALIFIED = "unqualified"
"""The grade below all lines, and of whoever did not report or is vetoed."""


GRADE_NAMES = {"excellent": "优秀", "good": "良好", "qualified": "合格", UNQUALIFIED: "不合格"}


@dataclass(frozen=True)
class Indicator:
    """`full`: the top of its score; `veto`: a value below it makes a unit unqualified; `bonus`: on top of the full."""

    code: str
    label: str
    full: Number
    form: Form
    veto: Number | None
    bonus: bool
    help: str
    evidence: str


@dataclass(frozen=True)
class GradeLine:
    """A grade, the least total it asks for, and, with a quota, the share of the units of a round it has room for."""

    grade: str
    line: Decimal
    quota: Number | None


@dataclass(frozen=True)
class Carry:
    """What last year carries over into this year's grade."""

    national_excellent_counts: bool
    national_failure_bars: bool
    second_failure_withdraws: bool


@dataclass(frozen=True)
class Scheme:
    id: str
    title: str
    carrier: str
    sample: bool
    note: str
    full: Number
    bonus_cap: Number | None
    indicators: tuple[Indicator, ...]
    figures: Mapping[str, Figure]
    grades: tuple[GradeLine, ...]
    """From the best down; the first is what a national 优秀 counts for and a national failure bars."""
    quota_from: int
    """Rounds of fewer units are graded by lines alone."""
    carry: Carry
    outlier_over: Number
    """An expert is an outlier who differs from the others' median by more than this share of the indicator's full."""
    checks: tuple[Check, ...]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The parts of the form by title, with the names of their figures in order; empty if the file has none."""

    @cached_property
    def sheet(self) -> tuple[tuple[Indicator, Form, Number, Number | None], ...]:
        """Each indicator with its form, its top and its veto: what scoring asks of it for every unit."""
        return tuple((indicator, indicator.form, indicator.full, indicator.veto) for indicator in self.indicators)

    @cached_property
    def expert_indicators(self) -> tuple[Indicator, ...]:
        return tuple(indicator for indicator in self.indicators if isinstance(indicator.form, Expert))

    @cached_property
    def relative_figures(self) -> tuple[Figure, ...]:
        return tuple(indicator.form.figure for indicator in self.indicators if isinstance(indicator.form, Relative))

    def only(self, indicator: Indicator) -> "Scheme":
        """The scheme as if it had this one indicator: to ask what one figure's trouble is."""
        return replace(self, indicators=(indicator,))

    def indicator(self, code: str) -> Indicator:
        return next(indicator for indicator in self.indicators if indicator.code == code)
