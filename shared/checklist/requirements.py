"""A requirement of any form held against figures; one that is not there, or cannot be read, leaves it unknown."""

from dataclasses import dataclass
from datetime import date

from shared.checklist.figures import Figure, Figures, Value
from shared.checklist.finding import Finding
from shared.checklist.numbers import AtLeast, AtMost, ShareAtLeast, SoManyPer
from shared.checklist.times import AgeAtMost, MonthsAtLeast, MonthsAtMost
from shared.checklist.words import Holds, OneOf

LONGEST_SHOWN = 40
"""So much of what cannot be read is shown back."""

Single = AtLeast | AtMost | ShareAtLeast | SoManyPer | MonthsAtLeast | MonthsAtMost | AgeAtMost | Holds | OneOf


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
            trouble[figure] = f"{figure.label}填报的是“{shown}”，应为{figure.form}"
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
