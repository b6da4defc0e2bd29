"""Values as a letter writes them: names in one line, dates and amounts as people read them, no control characters."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache

from shared.core.money import yuan_text
from shared.evaluation.scheme import GRADE_NAMES
from shared.policy import load_policy
from shared.policy.load import LIBRARY, versions

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of a line, have no place in a letter."""


def line(text: str) -> str:
    """One line: what a subject or a name holds can never become a second header."""
    return " ".join(_CONTROL.sub(" ", text).split())


def prose(text: str) -> str:
    """Text that may have lines."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def day(text: str | date) -> str:
    """2018-11-30 -> 2018年11月30日."""
    on = text if isinstance(text, date) else date.fromisoformat(text)
    return f"{on.year}年{on.month}月{on.day}日"


def yuan(amount: str) -> str:
    """630000.00 -> 630,000.00 元."""
    return yuan_text(Decimal(amount))


@cache
def _words() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """What kinds and levels are called, in the newest version of every published policy."""
    kinds: dict[str, str] = {}
    levels: dict[str, str] = {}
    for folder in sorted(LIBRARY.iterdir()):
        if versions(folder.name):
            policy = load_policy(folder.name)
            kinds |= policy.kinds
            levels |= policy.levels
    return kinds, levels


def kind_name(kind: str) -> str:
    return _words()[0].get(kind) or line(kind)


def level_name(level: str | None) -> str | None:
    return None if level is None else _words()[1].get(level) or line(level)


def grade_name(grade: str, told: str | None) -> str:
    """The grade as the event names it; an older event names none."""
    return line(told or GRADE_NAMES.get(grade) or grade)
