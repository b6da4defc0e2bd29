"""The shape of a file of conditions: what an official may write, and under which name."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.checklist.schema import Figure, Id, Name, Requirement, Shape, Text


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
    tracks: dict[Name, Text] = Field(default_factory=dict)
    conditions: list[Condition] = Field(min_length=1)


class KindFile(Shape):
    """A file of the library: one kind of carrier, the figures its titles look at, and the titles."""

    kind: Name
    name: Text
    figures: dict[Name, Figure]
    titles: list[Title] = Field(min_length=1)
