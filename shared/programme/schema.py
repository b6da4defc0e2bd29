"""The shape of a programme's file: what an official may write, and under which name."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from shared.checklist.schema import Figure as CheckedFigure
from shared.checklist.schema import Id, Name, Number, Requirement, Shape, Text

FieldType = Literal[
    "text", "long_text", "email", "phone", "id_number", "credit_code", "count", "amount", "date", "yes", "entries",
    "choice",
]  # fmt: skip


class FormField(Shape):
    """Something the form asks for. `why`: what it is needed for, where no condition and no evidence says so."""

    label: Text
    type: FieldType
    unit: str = ""
    options: dict[Name, Text] = Field(default_factory=dict)
    help: str = ""
    evidence: str = ""
    why: str = ""
    personal: bool = False
    required: bool = True
    most: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Characters of a text."""
    past: bool = False
    """Of a date: it has come by the day on which the form is filled in."""
    only_for_conditions: bool = False
    """It is of no other use: a year without a condition that looks at it does not ask it."""

    @model_validator(mode="after")
    def _only_dates_pass(self) -> "FormField":
        if self.past and self.type != "date":
            raise ValueError("past 只用于日期")
        return self

    def figure(self) -> CheckedFigure | None:
        """The field as conditions look at it; none if they cannot."""
        if self.type in {"text", "long_text", "email", "phone", "id_number", "credit_code"}:
            return None
        told = {"help": self.help or self.label, "evidence": self.evidence or self.label}
        return CheckedFigure.model_validate(
            {"label": self.label, "type": self.type, "unit": self.unit, "options": self.options, **told}
        )


class Part(Shape):
    """A part of the form."""

    title: Text
    fields: dict[Name, FormField] = Field(min_length=1)


class Call(Shape):
    """`cut_off`: the day on which age and the like are counted; `correct_within`: working days for a returned form."""

    opens: date
    closes: date
    units_until: date
    cut_off: date
    correct_within: Annotated[int, Field(ge=1, le=60)]


class Condition(Shape):
    id: Id
    says: Text
    interpretation: str = ""
    requires: Requirement


class Select(Shape):
    """`about`: the text says "about so many"."""

    number: Annotated[int, Field(ge=1, le=10_000)]
    about: bool = False


class Interest(Shape):
    """A share of the interest at a reference rate (`reference-rates.yaml`), so many years, at most so much in all."""

    share: Number
    reference: Name
    years: Annotated[int, Field(ge=1, le=20)]
    at_most: Number


class Money(Shape):
    """One of: a fixed amount, a ceiling under which the office decides, interest (yuan)."""

    fixed: Number | None = None
    up_to: Number | None = None
    interest: Interest | None = None
    says: Text
    interpretation: str = ""


class Instalment(Shape):
    """`when`: what must have been concluded before it is paid; `share`: a whole number of percent, so that of an amount
    in whole yuan each instalment comes to whole fen."""

    share: Annotated[Number, Field(pattern=r"^(1|0\.[0-9]{1,2})$")]
    when: Literal["contract", "midterm", "final"]
    says: Text


class Assessment(Shape):
    """Due so many months after the contract began, once or again and again until the last."""

    kind: Literal["midterm", "yearly", "final"]
    name: Text
    after_months: Annotated[int, Field(ge=1, le=240)] | None = None
    every_months: Annotated[int, Field(ge=1, le=60)] | None = None


class Criterion(Shape):
    code: Name
    label: Text
    full: Number
    help: str = ""


class Review(Shape):
    """`experts`: how many score each application; `least`: the total below which nobody is selected."""

    experts: Annotated[int, Field(ge=1, le=15)]
    least: Number
    blind: bool
    visit: bool
    outlier_over: Number = "0.20"
    criteria: list[Criterion] = Field(min_length=1)


class Publicity(Shape):
    days: Annotated[int, Field(ge=1, le=60)]
    working: bool


class Attachment(Shape):
    """A document to attach. Experts see it unless it is `personal` (an identity card); where the review is blind, only
    if it is `anonymous`: the programme asks for it without anybody's name."""

    code: Name
    label: Text
    required: bool
    help: str = ""
    personal: bool = False
    anonymous: bool = False

    @model_validator(mode="after")
    def _either(self) -> "Attachment":
        if self.personal and self.anonymous:
            raise ValueError("personal 与 anonymous 不能都为 true：含个人信息的材料不给专家看")
        return self


class Retention(Shape):
    """Years after the end of an award, and after an application came to nothing."""

    years: Annotated[int, Field(ge=1, le=50)]
    declined_years: Annotated[int, Field(ge=1, le=50)]
    says: Text


Exclusion = Literal["running_project", "one_per_company", "dishonesty", "same_content"]


class Edition(Shape):
    """The programme of one year. `note`: what in it is a sample, because it was found in no public document."""

    id: Id
    year: Annotated[int, Field(ge=2000, le=2100)]
    title: Text
    document: Text
    article: Text
    follows: Id | None = None
    note: str = ""
    call: Call
    conditions: list[Condition] = Field(min_length=1)
    excludes: list[Exclusion] = Field(default_factory=list)
    unit_quota: Annotated[int, Field(ge=1, le=1000)] | None = None
    select: Select
    money: Money
    instalments: list[Instalment] = Field(default_factory=list)
    assessments: list[Assessment] = Field(min_length=1)
    review: Review
    publicity: Publicity
    attachments: list[Attachment] = Field(default_factory=list)
    retention: Retention


class ProgrammeFile(Shape):
    """A file of the library: one programme and its editions, the oldest first."""

    programme: Name
    name: Text
    applicant: Literal["person", "team", "founder"]
    form: list[Name] = Field(min_length=1)
    fields: dict[Name, FormField] = Field(default_factory=dict)
    editions: list[Edition] = Field(min_length=1)


class ReferenceRate(Shape):
    label: Text
    says: Text
    confirmed_until: date
    values: dict[date, Number] = Field(min_length=1)
