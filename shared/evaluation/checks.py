"""Figures compared with each other: what a form says before anybody scores it (seats used <= seats)."""

import operator
from collections.abc import Callable, Iterable
from typing import NamedTuple

from shared.evaluation.errors import FigureError
from shared.evaluation.figures import Figure, Figures, Number, number, text

OPERATORS: dict[str, Callable[[Number, Number], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "==": operator.eq,
}


class Check(NamedTuple):
    """`left` `operator` `right`. A warning may stay if the operator explains it; an error may not."""

    left: Figure
    operator: str
    right: Figure
    says: str
    warning: bool


class Broken(NamedTuple):
    """A check that does not hold, with the figures as reported."""

    check: Check
    left: str
    right: str

    def __str__(self) -> str:
        left, right = self.check.left, self.check.right
        return f"{self.check.says}：{left.label} {self.left}，{right.label} {self.right}"


def broken(checks: Iterable[Check], figures: Figures) -> list[Broken]:
    """The checks that do not hold. One whose figures are missing or invalid says nothing: that is told elsewhere."""
    found = []
    for check in checks:
        try:
            left, right = number(check.left, figures), number(check.right, figures)
        except FigureError:
            continue
        if not OPERATORS[check.operator](left, right):
            found.append(Broken(check, text(left), text(right)))
    return found
