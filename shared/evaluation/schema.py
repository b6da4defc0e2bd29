"""The shape of a scheme's file: what an official may write, and under which name."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
SchemeId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


def _number_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[str, BeforeValidator(_number_text), Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,6})?$")]
"""A decimal, written as text or as a whole number."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Shape):
    label: Text
    unit: str = ""
    help: str = ""
    evidence: str = ""
    kinds: dict[Name, Text] = {}
    fact: Name | None = None
    jump: Number = "0.5"
    """A change against last year by more than this share is listed."""


class PerUnit(Shape):
    type: Literal["per_unit"]
    each: Number


class Weighted(Shape):
    type: Literal["weighted"]
    each: dict[Name, Number] = Field(min_length=1)


class Step(Shape):
    type: Literal["step"]
    from_: Number = Field(alias="from")
    base: Number
    per: Number
    add: Number


class PerAmount(Shape):
    type: Literal["per_amount"]
    amount: Number
    each: Number


def _type(value: object) -> str | None:
    named = value.get("type") if isinstance(value, Mapping) else getattr(value, "type", None)
    return f"shape:{named}"


_KNOWN = "应为 per_unit、weighted、step、per_amount、ratio、relative、expert 之一（type）"
_SINGLE = "应为 per_unit、step、per_amount 之一（type）"

Single = Annotated[
    Annotated[PerUnit, Tag("shape:per_unit")]
    | Annotated[Step, Tag("shape:step")]
    | Annotated[PerAmount, Tag("shape:per_amount")],
    Discriminator(_type, custom_error_type="score", custom_error_message=_SINGLE),
]


class Ratio(Shape):
    type: Literal["ratio"]
    part: Name
    whole: Name
    then: Single


class Relative(Shape):
    type: Literal["relative"]


class Expert(Shape):
    type: Literal["expert"]


Score = Annotated[
    Annotated[PerUnit, Tag("shape:per_unit")]
    | Annotated[Weighted, Tag("shape:weighted")]
    | Annotated[Step, Tag("shape:step")]
    | Annotated[PerAmount, Tag("shape:per_amount")]
    | Annotated[Ratio, Tag("shape:ratio")]
    | Annotated[Relative, Tag("shape:relative")]
    | Annotated[Expert, Tag("shape:expert")],
    Discriminator(_type, custom_error_type="score", custom_error_message=_KNOWN),
]


class Veto(Shape):
    min: Number


class Indicator(Shape):
    code: Name
    label: str = ""
    figure: Name | None = None
    """The figure it scores, if that has another name than the indicator."""
    full: Number
    score: Score
    veto: Veto | None = None
    bonus: bool = False
    help: str = ""
    evidence: str = ""


class Grades(Shape):
    lines: dict[Name, Number] = Field(min_length=1)
    quota: dict[Name, Number] = {}
    quota_from: Annotated[int, Field(ge=0)] = 0


class Carry(Shape):
    national_excellent_counts: bool = False
    national_failure_bars: bool = False
    second_failure_withdraws: bool = False


class Experts(Shape):
    outlier_over: Number


class Check(Shape):
    """`that: seats_used <= seats`. A `warning` may stay with a written explanation."""

    that: Text
    says: Text
    warning: bool = False


class Scheme(Shape):
    id: SchemeId
    title: str = ""
    carrier: Name
    sample: bool = False
    note: str = ""
    full: Number
    bonus_cap: Number | None = None
    figures: dict[Name, Figure] = {}
    sections: dict[Text, list[Name]] = {}
    """The parts of the form and the figures in each, in the order they are asked for."""
    indicators: list[Indicator] = Field(min_length=1)
    grades: Grades
    carry: Carry = Carry()
    experts: Experts = Experts(outlier_over="0.20")
    checks: list[Check] = []


class SchemeFile(Shape):
    """A file of the library: one scheme."""

    scheme: Scheme
