"""The conditions of a title in memory. Made by `build`, never by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.checklist.figures import Figure
from shared.checklist.requirements import Requirement

LEVEL_NAMES = {"city": "市级", "provincial": "省级", "national": "国家级"}
"""From the lowest up: the order in which a carrier is promoted."""


class InForce(NamedTuple):
    """`until` and `confirmed_until` are inclusive; none is without end."""

    start: date
    until: date | None
    confirmed_until: date | None
    says: str

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.until is None or on <= self.until)

    def __str__(self) -> str:
        return f"{self.start} 起" if self.until is None else f"{self.start} 至 {self.until}"


@dataclass(frozen=True)
class Condition:
    """`document` and `article` say where it stands, `says` what it asks in our words."""

    id: str
    says: str
    document: str
    article: str
    interpretation: str
    in_force: InForce
    track: str | None
    requirement: Requirement

    @property
    def source(self) -> str:
        return f"{self.document}{self.article}"


@dataclass(frozen=True)
class Conditions:
    """What one title asks for while `in_force`. `tracks`: ways to apply that ask for different numbers; the first is
    taken if none is named."""

    id: str
    kind: str
    kind_name: str
    level: str
    title: str
    document: str
    in_force: InForce
    sample: bool
    note: str
    tracks: Mapping[str, str]
    conditions: tuple[Condition, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure that is looked at, once, in the order of the conditions."""
        return tuple(dict.fromkeys(figure for each in self.conditions for figure in each.requirement.figures))

    def cautions(self, on: date) -> tuple[str, ...]:
        """What whoever reads the checklist must know: sample figures, and figures nobody has confirmed for that day."""
        told = [self.note] if self.note else []
        confirmed = self.in_force.confirmed_until
        if confirmed is not None and on > confirmed:
            told.append(f"{self.title}的条件确认到 {confirmed}，{on} 是否仍然有效请先核实")
        return tuple(told)
