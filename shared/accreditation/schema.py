"""The shape of a file of conditions: what an official may write, and under which name."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]


def _number_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Number = Annotated[str, BeforeValidator(_number_text), Field(pattern=r"^[0-9]{1,15}(\.[0-9]{1,6})?$")]
"""A decimal, written as text or as a whole number."""


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Shape):
    """`count`: whole things; `amount`: area or money; `entries`: a list, each entry counted once."""

    label: Text
    type: Literal["count", "amount", "date", "yes", "entries"] = "count"
    unit: str = ""
    help: Text
    evidence: Text


class Alternative(Shape):
    """One form of requirement: at_least; at_least + per + of; share_at_least + of; months_at_least; holds."""

    figure: Name | None = None
    at_least: Number | None = None
    per: Number | None = None
    share_at_least: Number | None = None
    of: Name | None = None
    months_at_least: Annotated[int, Field(ge=1, le=1200)] | None = None
    holds: Literal[True] | None = None


class Requirement(Alternative):
    any_of: list[Alternative] | None = None


class InForce(Shape):
    """`confirmed_until`: the last day the conditions are known to hold; `says`: where the dates come from."""

    from_: date = Field(alias="from")
    until: date | None = None
    confirmed_until: date | None = None
    says: str = ""


class Condition(Shape):
    id: Id
    says: Text
    article: str = ""
    document: str = ""
    """The source, if it is another than that of the title."""
    in_force: InForce | None = None
    """If the condition holds for a shorter time than the title's others."""
    interpretation: str = ""
    """Where the text is silent: what this condition chooses, in words."""
    track: Name | None = None
    """The condition is asked only of those who apply on this track."""
    requires: Requirement


class Title(Shape):
    id: Id
    level: Literal["city", "provincial", "national"]
    title: Text
    document: str = ""
    in_force: InForce
    sample: bool = False
    note: str = ""
    tracks: dict[Name, Text] = {}
    conditions: list[Condition] = Field(min_length=1)


class KindFile(Shape):
    """A file of the library: one kind of carrier, the figures its titles look at, and the titles."""

    kind: Name
    name: Text
    figures: dict[Name, Figure]
    titles: list[Title] = Field(min_length=1)
