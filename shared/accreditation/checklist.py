"""A carrier's figures held against the conditions of a title: what is met, what is lacking, what is not known."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from shared.accreditation.conditions import Condition, Conditions
from shared.checklist.figures import Figure, Figures
from shared.checklist.finding import STATE_NAMES, Finding, State
from shared.checklist.requirements import find
from shared.core.errors import DomainError


@dataclass(frozen=True)
class Checked:
    """A condition and what it comes to."""

    condition: Condition
    finding: Finding

    @property
    def state(self) -> State:
        return self.finding.state

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.finding.state]

    @property
    def sentence(self) -> str:
        """在孵企业 43 家，要求不少于 50 家，还差 7 家."""
        return self.finding.sentence

    @property
    def value(self) -> str | None:
        return self.finding.value

    @property
    def required(self) -> str:
        return self.finding.required

    @property
    def lacking(self) -> str | None:
        return self.finding.lacking

    @property
    def shortfall(self) -> Decimal | None:
        return self.finding.shortfall

    @property
    def missing(self) -> tuple[Figure, ...]:
        return self.finding.missing

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.condition.id,
            "says": self.condition.says,
            "source": self.condition.source,
            "state": self.state,
            "value": self.value,
            "required": self.required,
            "lacking": self.lacking,
            "shortfall": None if self.shortfall is None else f"{self.shortfall:f}",
            "missing": [figure.name for figure in self.missing],
            "sentence": self.sentence,
        }


def checklist(conditions: Conditions, figures: Figures, on: date, track: str | None = None) -> tuple[Checked, ...]:
    """Each condition of the title on the day of application, in the order of the document.

    `track` is the way the carrier applies, if the title knows several. A figure that is missing or unreadable leaves
    its condition unknown. Conditions are not applied to a day on which they are not in force.
    """
    if not conditions.in_force.holds(on):
        raise DomainError(
            "conditions-not-in-force", f"{conditions.title}的这份条件（{conditions.in_force}有效）不适用于 {on}"
        )
    if track is None:
        track = next(iter(conditions.tracks), None)
    elif track not in conditions.tracks:
        known = "、".join(conditions.tracks) or "不分类别"
        raise DomainError("unknown-track", f"{conditions.title}没有申报类别 {track}；可用：{known}", status=404)
    return tuple(
        Checked(condition, find(condition.requirement, figures, on))
        for condition in conditions.conditions
        if condition.track in {None, track} and condition.in_force.holds(on)
    )


def summary(checked: Sequence[Checked]) -> str:
    """共 12 项条件，符合 9 项，不符合 2 项，缺少数字 1 项."""
    counted = Counter(each.state for each in checked)
    parts = [f"{name} {counted[state]} 项" for state, name in STATE_NAMES.items() if counted[state]]
    return "，".join([f"共 {len(checked)} 项条件", *parts])
