"""What every event is: data with a type, a version and one owner."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Owner = Literal["incubator", "talent", "notify", "contact"]


def _a_day(text: str) -> str:
    date.fromisoformat(text)  # 2018-02-30 has the form of a date and names no day
    return text


Id = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(min_length=1)]
Yuan = Annotated[str, Field(pattern=r"^-?[0-9]{1,15}\.[0-9]{2}$", examples=["300000.00"])]
"""Money on the bus: a decimal string in yuan with two places."""
LegalDate = Annotated[
    str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2018-12-20"]), AfterValidator(_a_day)
]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Data(BaseModel):
    """A part of an event. A field a later minor version adds is ignored by who does not know it."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)  # of all events a process reads a few


class Event(Data):
    """Something that happened. `type_` is <owner>.<noun>.<past participle>.v<major>; only the owner publishes it.

    A change that an old reader cannot read is a new major version, and both are published until nobody reads the old.
    """

    type_: ClassVar[str]
    about_field: ClassVar[str]
    """The field that holds the id of what it happened to (`ce-subject`)."""
    example: ClassVar[dict[str, Any]]

    @classmethod
    def owner(cls) -> str:
        return cls.type_.partition(".")[0]

    def subject(self) -> str:
        """The NATS subject this event is published on."""
        return self.type_

    def about(self) -> str:
        """The id of what it happened to (`ce-subject`)."""
        value: str = getattr(self, self.about_field)
        return value
