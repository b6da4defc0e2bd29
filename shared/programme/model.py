"""A programme in memory. Made by `build`, never by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from shared.checklist.figures import Figure
from shared.checklist.requirements import Requirement
from shared.evaluation import Scheme
from shared.policy import Policy

AWARDED, INTEREST_CLAIMED = "award_started", "interest_claimed"
"""The events a programme's money follows from: what an award is given in all, and interest; see `instalment_event`."""
EXCLUSIONS = {
    "running_project": "同一人同时只承担一个在研项目",
    "one_per_company": "一家企业只受理一项申报",
    "dishonesty": "科研失信惩戒期内不受理",
    "same_content": "同一内容不重复申报",
}
APPLICANTS = {"person": "个人", "team": "团队", "founder": "创业人才"}


def instalment_event(number: int) -> str:
    """The event from which on an instalment may be paid, as the programme's policy calls it."""
    return f"instalment_{number}"


class Field(NamedTuple):
    """Something the form asks for. `needed_for`: why it is asked, as the applicant reads it."""

    name: str
    label: str
    type: str
    unit: str
    options: Mapping[str, str]
    help: str
    evidence: str
    needed_for: str
    personal: bool
    required: bool
    most: int | None
    figure: Figure | None
    past: bool = False
    """A day that has come by the day on which the form is filled in."""


class Part(NamedTuple):
    title: str
    fields: tuple[Field, ...]


class Call(NamedTuple):
    """All days inclusive. `cut_off`: the day on which conditions are looked at."""

    opens: date
    closes: date
    units_until: date
    cut_off: date
    correct_within: int

    def is_open(self, on: date) -> bool:
        return self.opens <= on <= self.closes


class Condition(NamedTuple):
    id: str
    says: str
    interpretation: str
    requirement: Requirement


class Selection(NamedTuple):
    """`about`: the text says "about so many"; more or fewer is a decision, and not a mistake."""

    number: int
    about: bool


class Instalment(NamedTuple):
    """`when`: contract, midterm or final."""

    number: int
    when: str
    says: str


class Assessment(NamedTuple):
    """Due `after_months` months after the contract began, or every `every_months` months until the last is due."""

    kind: str
    name: str
    after_months: int | None
    every_months: int | None


class ReviewRules(NamedTuple):
    experts: int
    blind: bool
    visit: bool
    scheme: Scheme
    """The criteria as a scheme of experts' indicators; its only line is the least total."""


class Publicity(NamedTuple):
    days: int
    working: bool


class Attachment(NamedTuple):
    """A document to attach; `personal`: experts never see it; `anonymous`: they do even where the review is blind."""

    code: str
    label: str
    required: bool
    help: str
    personal: bool = False
    anonymous: bool = False


class Retention(NamedTuple):
    """Years a file is kept after an award ended, and after an application came to nothing."""

    years: int
    declined_years: int
    says: str


@dataclass(frozen=True)
class Programme:
    """A programme of one year: who may apply, how it is reviewed, what is paid when, what is assessed when."""

    id: str
    line: str
    """The programme whatever the year: outstanding_youth."""
    name: str
    applicant: str
    year: int
    title: str
    document: str
    article: str
    follows: str | None
    note: str
    call: Call
    form: tuple[Part, ...]
    conditions: tuple[Condition, ...]
    excludes: tuple[str, ...]
    unit_quota: int | None
    select: Selection
    instalments: tuple[Instalment, ...]
    assessments: tuple[Assessment, ...]
    review: ReviewRules
    publicity: Publicity
    attachments: tuple[Attachment, ...]
    retention: Retention
    interest_years: int | None
    """For how many years interest is paid; none if the programme pays a grant."""
    policy: Policy
    """What it pays, as a policy of the subsidy engine, so that each amount is explained and can be computed again."""

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(field for part in self.form for field in part.fields)

    @property
    def source(self) -> str:
        return f"{self.document}{self.article}"
