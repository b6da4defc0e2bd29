"""A small form as it was typed, read field by field; everything wrong with it is told at once, each at its field."""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import TypeVar

from shared.core.errors import DomainError
from shared.reading.dates import read_day

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
EARLIEST = date(1949, 10, 1)
"""A day before it is a slip of the keyboard."""
Read = TypeVar("Read")


class Unclear(DomainError):
    """What was typed cannot be taken yet; `problems` says at which field and what to do."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("not-taken", "；".join(self.problems.values()))


class TypedFields:
    """`today`: the latest day anything that has happened may have."""

    def __init__(self, texts: Mapping[str, str | None], today: date) -> None:
        self.texts = texts
        self.today = today
        self.problems: dict[str, str] = {}

    def find(self, name: str, problem: str) -> None:
        self.problems.setdefault(name, problem)

    def line(self, name: str, label: str, most: int, *, required: bool = True) -> str:
        """One line of text."""
        text = " ".join(_CONTROL.sub(" ", self.texts.get(name) or "").split())
        if required and not text:
            self.find(name, f"请填写{label}")
        elif len(text) > most:
            self.find(name, f"{label}至多 {most} 字，现在有 {len(text)} 字")
        return text

    def one_of(self, name: str, label: str, options: Collection[str]) -> str:
        text = self.line(name, label, 100)
        if text and text not in options:
            self.find(name, f"{label}没有这个选项，请从列出的里面选")
        return text

    def day(self, name: str, label: str, *, required: bool = True, ahead: bool = False) -> date | None:
        """A legal date that has come, unless `ahead`."""
        text = self.line(name, label, 40, required=required)
        if not text:
            return None
        found = read_day(text)
        if found is None:
            self.find(name, f"{label}“{text}”不是日期，请写成 2018-06-01 的形式")
        elif found < EARLIEST:
            self.find(name, f"{label}“{text}”太早，请核对年份")
        elif found > self.today and not ahead:
            self.find(name, f"{label} {found} 还没有到，今天是 {self.today}")
        return found

    def read(self, name: str, reader: Callable[[str], Read], text: str) -> Read | None:
        """What a reader of its own makes of a text; what it refuses is told at the field."""
        try:
            return reader(text)
        except DomainError as wrong:
            self.find(name, wrong.message)
            return None

    def check(self) -> None:
        if self.problems:
            raise Unclear(self.problems)
