"""An application held against its programme: each condition with its figures, and what excludes it, in sentences."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.checklist.finding import STATE_NAMES, Finding, State
from shared.checklist.requirements import find, told
from shared.programme.model import EXCLUSIONS, Condition, Programme


class Checked(NamedTuple):
    """A condition and what it comes to on the cut-off day."""

    condition: Condition
    finding: Finding

    @property
    def state(self) -> State:
        return self.finding.state

    @property
    def state_name(self) -> str:
        return STATE_NAMES[self.finding.state]

    @property
    def required(self) -> str:
        return told(self.condition.requirement)


def eligibility(programme: Programme, figures: Mapping[str, object]) -> tuple[Checked, ...]:
    """Each condition on the cut-off day of the call; a figure nobody gave leaves its condition unknown."""
    on = programme.call.cut_off
    return tuple(Checked(each, find(each.requirement, figures, on)) for each in programme.conditions)


class Running(NamedTuple):
    """A project somebody has, as its leader or a member; `until`: its last day, none while that is open."""

    id: str
    name: str
    until: date | None


class Barred(NamedTuple):
    """A record of dishonesty and the days it excludes; both inclusive."""

    document_no: str
    start: date
    until: date


class Known(NamedTuple):
    """What the office knows of an applicant beyond his form, each as others' records say.

    `of_company`: applications of the same company in the same year; `same_content`: applications and projects whose
    content is the same, whoever filed them.
    """

    running: Sequence[Running] = ()
    of_company: Sequence[str] = ()
    bars: Sequence[Barred] = ()
    same_content: Sequence[str] = ()


class Excluded(NamedTuple):
    """What excludes an application: the rule's code, what it says, and what was found."""

    code: str
    says: str
    found: str


def exclusions(programme: Programme, known: Known, on: date) -> tuple[Excluded, ...]:
    """What excludes the application on a day; only what the programme itself names excludes."""
    found = {
        "running_project": [
            f"在研项目“{each.name}”（{each.id}）{f'到 {each.until} 结束' if each.until else '还没有结束'}"
            for each in known.running
            if each.until is None or each.until >= on
        ],
        "one_per_company": [f"同一企业已经申报 {each}" for each in known.of_company],
        "dishonesty": [
            f"{each.document_no} 记录的惩戒期为 {each.start} 至 {each.until}"
            for each in known.bars
            if each.start <= on <= each.until
        ],
        "same_content": [f"内容与 {each} 相同" for each in known.same_content],
    }
    return tuple(Excluded(code, EXCLUSIONS[code], sentence) for code in programme.excludes for sentence in found[code])
