"""What a requirement comes to: met, not met or unknown, in words, and how much is lacking."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from shared.checklist.figures import Figure, Value, rounded_up

State = Literal["met", "not_met", "unknown"]
STATE_NAMES: Mapping[State, str] = {"met": "符合", "not_met": "不符合", "unknown": "缺少数字"}

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


def judged(saw: str, required: str, value: str, lacking: str | None, shortfall: Decimal | None) -> Finding:
    if lacking is None:
        return Finding("met", f"{saw}，{required}，符合", required, value)
    return Finding("not_met", f"{saw}，{required}，还差 {lacking}", required, value, lacking, shortfall)


def judged_number(figure: Figure, saw: str, required: str, value: Decimal, needed: Fraction) -> Finding:
    if value >= needed:
        return judged(saw, required, figure.text(value), None, None)
    shortfall = rounded_up(needed - Fraction(value), whole=figure.whole)
    return judged(saw, required, figure.text(value), figure.text(shortfall), shortfall)
