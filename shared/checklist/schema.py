"""How figures and requirements are written in a file: what an official may write, and under which name."""

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
    type: Literal["count", "amount", "date", "yes", "entries", "choice"] = "count"
    unit: str = ""
    options: dict[Name, Text] = {}
    """Of a choice: each word and its name."""
    help: Text
    evidence: Text


class Allowance(Shape):
    """So many years more for those whose choice `figure` is `word`."""

    figure: Name
    word: Name
    years: Annotated[int, Field(ge=1, le=20)]


class Alternative(Shape):
    """One form of requirement: at_least; at_least + per + of; at_most; share_at_least + of; months_at_least;
    months_at_most; age_at_most (+ counted, more_for); one_of; holds."""

    figure: Name | None = None
    at_least: Number | None = None
    per: Number | None = None
    at_most: Number | None = None
    share_at_least: Number | None = None
    of: Name | None = None
    months_at_least: Annotated[int, Field(ge=1, le=1200)] | None = None
    months_at_most: Annotated[int, Field(ge=1, le=1200)] | None = None
    age_at_most: Annotated[int, Field(ge=1, le=120)] | None = None
    counted: Literal["full_years", "birthday"] | None = None
    """Of an age: within until the day before the next birthday, or until the birthday itself."""
    more_for: Allowance | None = None
    one_of: Annotated[list[Name], Field(min_length=1)] | None = None
    holds: Literal[True] | None = None


class Requirement(Alternative):
    any_of: list[Alternative] | None = None
