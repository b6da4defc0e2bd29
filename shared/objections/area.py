"""What a service says of its objections, once: what is objected to, what a correction does, which events tell."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from sqlalchemy import RowMapping, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.core.workdays import Known
from shared.lives.changes import Changes
from shared.messaging.unit import Unit
from shared.objections.tables import ObjectionTables

C = TypeVar("C")
"""What a correction of this service says."""


class Subject(NamedTuple):
    """What is objected to, as its row is now. `public`: whether an objection may still change it; from the first to the
    last day one is taken, both inclusive. `decide_within`: working days. `concerns`: the ids of those whose own it is.
    """

    row: RowMapping
    public: bool
    public_from: date | None
    public_until: date | None
    decide_within: int
    concerns: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return str(self.row["id"])

    def takes(self, on: date) -> bool:
        """Whether an objection of this day is within publicity."""
        if self.public_from is None or self.public_until is None:
            return False
        return self.public and self.public_from <= on <= self.public_until


class Filed(NamedTuple):
    """An objection that was filed."""

    id: str
    objector_id: str
    subject: Subject
    decide_by: date


class Decided(NamedTuple):
    """An objection that was decided. `corrected`: what its subject's row got; None if it was not upheld."""

    id: str
    objector_id: str
    subject: Subject
    outcome: str
    reason: str
    corrected: Mapping[str, Any] | None


class Correction(NamedTuple):
    """What a correction gives the subject's row, and what that means in a sentence for its history. `state`: the one it
    moves to, if it does not stay as it is."""

    values: Mapping[str, Any]
    why: str
    state: str | None = None


class FindSubject(Protocol):
    """Finds what is objected to, or raises that it is not there. `hold`: nobody else files, decides or makes final in
    the same list until the transaction ends."""

    async def __call__(self, connection: AsyncConnection, id_: str, *, hold: bool = False) -> Subject: ...


@dataclass(frozen=True)
class Words:
    """`noun` and `subject` what is objected to, as codes and as people call it; `corrects` what an upheld objection
    has to name; `afterwards` what to do about a result that is final."""

    noun: str
    subject: str
    corrects: str
    afterwards: str


@dataclass(frozen=True)
class Area(Generic[C]):
    """`table` has the rows that are objected to. `correct` computes it and keeps what
    belongs to it; the subject's own row is written here, and no other's."""

    tables: ObjectionTables
    table: Table
    changes: Changes
    words: Words
    subject: FindSubject
    calendar: Callable[[AsyncConnection], Awaitable[Known]]
    correct: Callable[[Unit, Subject, C, str], Awaitable[Correction]]
    filed: Callable[[Unit, Filed], Awaitable[Event]]
    decided: Callable[[Unit, Decided], Awaitable[Event]]
    called: Callable[[AsyncConnection, str], Awaitable[str | None]]
    """The id of the one in the register with this name or id, who objects on paper; none, or several, is none."""

    def missing(self, id_: str) -> DomainError:
        """Somebody else's is as good as none."""
        return DomainError(f"no-such-{self.words.noun}", f"没有编号为“{id_}”的{self.words.subject}", status=404)
