"""Requirements on words: something is so, a choice is one of several."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from shared.checklist.figures import Figure
from shared.checklist.finding import Finding, Read


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


@dataclass(frozen=True)
class OneOf:
    """What was chosen is one of several: a doctor's degree, a title of associate professor or above."""

    figure: Figure
    words: tuple[str, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.figure,)

    def text(self) -> str:
        return f"要求为{'、'.join(map(self.figure.text, self.words))}"

    def judge(self, read: Read, _: date) -> Finding:
        value = cast("str", read[self.figure.name])
        told = self.figure.text(value)
        if value in self.words:
            return Finding("met", f"{self.figure.label}：{told}，符合", self.text(), told)
        return Finding("not_met", f"{self.figure.label}：{told}，{self.text()}", self.text(), told)
