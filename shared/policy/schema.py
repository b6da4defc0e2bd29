"""The shape of a policy's files: what an official may write, and under which name."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


def _number_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[str, BeforeValidator(_number_text), Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,6})?$")]
"""A decimal, written as text or as a number."""


class Shape(BaseModel):
    """No unknown keys; text stays text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def listed(value: object) -> object:
    """`x` may be written for `[x]`."""
    return [value] if isinstance(value, str) else value


class Period(Shape):
    from_: date = Field(alias="from")
    until: date | None = None


class InForce(Period):
    article: Text
    says: Text


class Rounding(Shape):
    to: Number
    mode: Literal["half_up", "down"]


class EventType(Shape):
    label: Text
    carries: list[Literal["level", "year", "grade"]] = []


class Fact(Shape):
    label: Text
    type: Literal["money", "count", "date", "boolean", "id"]
    not_before: Name | None = None


class Trait(Shape):
    label: Text
    type: Literal["boolean"]
    default: bool | None = None


class Head(Shape):
    """policy.yaml: what the policy is and the words it knows."""

    policy: RuleId
    version: int = Field(ge=1, le=9999)
    title: Text
    document: Text
    pays: Text = "补助"
    """What its money is called, as in 应补助."""
    in_force: InForce
    rounding: Rounding
    kinds: dict[Name, Text]
    levels: dict[Name, Text] = {}
    grades: dict[Name, Text] = {}
    traits: dict[Name, Trait] = {}
    events: dict[Name, EventType]
    facts: dict[Name, Fact] = {}


class Parameter(Shape):
    """A dated value; null repeals it from that day on. `confirmed_until`: the last day it is known to hold."""

    unit: Literal["yuan", "share", "count", "year", "month", "day"]
    article: Text
    label: Text | None = None
    values: dict[date, Number | None] = Field(min_length=1)
    confirmed_until: date | None = None


class AtMost(Shape):
    at_most: Name


class ByLevel(Shape):
    by_level: dict[Name, Name] = Field(min_length=1)


class Rate(Shape):
    rate: Name | AtMost
    of: Name


class Bracket(Shape):
    """The part of the value above `over` (none: from zero) up to and with `up_to` (none: without end)."""

    over: Name | None = None
    up_to: Name | None = None
    rate: Name


class Brackets(Shape):
    brackets: list[Bracket] = Field(min_length=1)
    of: Name


class Each(Shape):
    each: Name
    of: Name


class Interest(Shape):
    """A share of the interest on a loan at a reference rate, from a day until another."""

    interest_on: Name
    from_: Name = Field(alias="from")
    until: Name
    reference: Name
    share: Name


def _formula_shape(value: object) -> str | None:
    if isinstance(value, str):
        return "shape:parameter"
    if isinstance(value, Mapping):
        for key in ("by_level", "rate", "brackets", "each", "interest_on", "fixed", "range", "up_to"):
            if key in value:
                return f"shape:{key}"
    return getattr(value, "shape", None)


Formula = Annotated[
    Annotated[Name, Tag("shape:parameter")]
    | Annotated[ByLevel, Tag("shape:by_level")]
    | Annotated[Rate, Tag("shape:rate")]
    | Annotated[Brackets, Tag("shape:brackets")]
    | Annotated[Each, Tag("shape:each")]
    | Annotated[Interest, Tag("shape:interest_on")],
    Discriminator(
        _formula_shape,
        custom_error_type="formula",
        custom_error_message="应为参数名，或 by_level、rate、brackets、each、interest_on 之一",
    ),
]


class Capped(Shape):
    """`cap`: what one event gets at most; a parameter, a formula (a sliding cap), or several."""

    cap: list[Formula] = []

    @model_validator(mode="before")
    @classmethod
    def _one_cap_is_a_list(cls, value: Any) -> Any:  # noqa: ANN401 - it may be anything until it is validated
        if isinstance(value, Mapping) and "cap" in value and not isinstance(value["cap"], list):
            return {**value, "cap": [value["cap"]]}
        return value


class FixedAmount(Capped):
    fixed: Name


class ByLevelAmount(Capped, ByLevel):
    pass


class RateAmount(Capped, Rate):
    pass


class BracketsAmount(Capped, Brackets):
    pass


class EachAmount(Capped, Each):
    pass


class InterestAmount(Capped, Interest):
    pass


class UpToAmount(Capped):
    """The text names only a ceiling: the office decides."""

    up_to: Name


class Ends(Shape):
    floor: Name
    ceiling: Name


class RangeAmount(Capped):
    """The text names a floor and a ceiling: the office decides."""

    range: Ends


Amount = Annotated[
    Annotated[FixedAmount, Tag("shape:fixed")]
    | Annotated[ByLevelAmount, Tag("shape:by_level")]
    | Annotated[RateAmount, Tag("shape:rate")]
    | Annotated[BracketsAmount, Tag("shape:brackets")]
    | Annotated[EachAmount, Tag("shape:each")]
    | Annotated[InterestAmount, Tag("shape:interest_on")]
    | Annotated[UpToAmount, Tag("shape:up_to")]
    | Annotated[RangeAmount, Tag("shape:range")],
    Discriminator(
        _formula_shape,
        custom_error_type="amount",
        custom_error_message="应为 fixed、by_level、rate、brackets、each、interest_on、up_to、range 之一",
    ),
]


class Instalment(Shape):
    share: Name
    when: Text


class AmountLimit(Shape):
    """The awards that share `per` get together at most `at_most`."""

    id: RuleId
    per: list[Name] = Field(min_length=1)
    at_most: Name


class YearsLimit(Shape):
    """The awards that share `per` fall into at most `years` different years."""

    id: RuleId
    per: list[Name] = Field(min_length=1)
    years: Name


def _limit_shape(value: object) -> str:
    return "shape:years" if isinstance(value, Mapping) and "years" in value else "shape:at_most"


Limit = Annotated[
    Annotated[AmountLimit, Tag("shape:at_most")] | Annotated[YearsLimit, Tag("shape:years")],
    Discriminator(_limit_shape),
]


class FactCondition(Shape):
    """One test on a fact. Amounts and counts: at_least, at_most, above, below; dates: within (the event comes no
    later than so long after it), after (the event comes later than so long after it), not_after_event."""

    at_least: Name | None = None
    at_most: Name | None = None
    above: Name | None = None
    below: Name | None = None
    within: Name | None = None
    after: Name | None = None
    not_after_event: Literal[True] | None = None
    if_given: bool = False
    """A fact nobody gave fulfils the condition (a tenant that has not graduated)."""


class Rule(Shape):
    id: RuleId
    article: Text
    says: Text
    interpretation: Text | None = None
    """Where the text is silent: what this rule chooses, in words."""
    in_force: Period | None = None
    when: dict[Name, bool | Annotated[list[Name], Field(min_length=1)] | FactCondition]
    amount: Amount
    once_per: list[Name] = []
    once_says: Text | None = None
    """What is paid once, in words; otherwise each thing it is counted by."""
    limits: list[Limit] = []
    instalments: list[Instalment] = []

    @model_validator(mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: Any) -> Any:  # noqa: ANN401 - it may be anything until it is validated
        if isinstance(value, Mapping) and isinstance(value.get("when"), Mapping):
            return {**value, "when": {key: listed(test) for key, test in value["when"].items()}}
        return value


class Chapter(Shape):
    """Any other file of the policy: parameters and rules, usually of one article."""

    parameters: dict[Name, Parameter] = {}
    rules: list[Rule] = []
