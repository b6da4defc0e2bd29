"""What a service supplies so that experts may review for it."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, Protocol

from sqlalchemy import RowMapping, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared import review
from shared.evaluation.figures import Number
from shared.lives.changes import Changes
from shared.lives.trailing import Trailing
from shared.messaging.unit import Unit
from shared.reviewing.tables import ReviewTables


class Indicator(NamedTuple):
    """What an expert marks, from 0 to `full`."""

    code: str
    label: str
    full: Number
    help: str


@dataclass(frozen=True)
class ReviewedRound:
    """A round of review. `open`: whether experts review in it; `state`: what state it is in, in words."""

    id: str
    year: int
    open: bool
    state: str
    until: date | None
    """The last day experts mark."""
    kinds: tuple[str, ...]
    """The kinds of unit in it."""
    rules: str
    """What says what is marked, as a sentence names it: 方案“…”."""
    indicators: tuple[Indicator, ...]
    outlier_over: Number
    """A mark is an outlier that differs from the others' median by more than this share of the indicator's full."""
    row: RowMapping
    """The service's own row of it, for the service alone."""

    def indicator(self, code: str) -> Indicator | None:
        return next((each for each in self.indicators if each.code == code), None)


@dataclass(frozen=True)
class Subjects:
    """What is marked: the rows of `table`, with the names of the columns of their round and of the unit they are of.
    `units`: the table of the units, with the column of their name; it may be the same table."""

    table: Table
    label: str
    round: str
    unit: str
    units: Table
    unit_label: str
    unit_name: str


@dataclass(frozen=True)
class Words:
    """What one unit is in a sentence (单位) and how it is counted (家); `behind` and `tied`: those chosen, and one,
    with whom an expert affirms he has no ties; `avoided`: what a draw keeps apart.
    `subject_field`, `unit_field`: what forms call the ids of a subject and of a unit."""

    unit: str = "单位"
    measure: str = "家"
    behind: str = "所选单位"
    tied: str = "这家单位"
    avoided: str = "任职单位、登记的利害关系、共同获奖的"
    subject_field: str = "subject_id"
    unit_field: str = "unit_id"

    @property
    def this(self) -> str:
        return f"这{self.measure}{self.unit}"


class Shown(NamedTuple):
    """What an expert is shown of a subject: what it is called to him, and, once he accepted, its content."""

    name: str
    content: Mapping[str, Any]


class Telling(Protocol):
    """How a service tells experts, by ids and numbers alone."""

    def contact(self, unit: Unit, expert_id: str, name: str, email: str, *, account: str, had: bool) -> None:
        """Where he is written to, and the login that reads it; `had`: whether there was an address before."""

    def assigned(self, unit: Unit, round_: ReviewedRound, expert_id: str, units: int, draw_id: str) -> None:
        """How many units a draw gave him."""

    async def released(self, unit: Unit, round_: ReviewedRound, review: "Left", left: int) -> None:
        """That one is no longer his, and how many he still has of the round."""

    def due(self, unit: Unit, round_: ReviewedRound, standing: "Due") -> str:
        """How much is open; answers the event's id."""


class Left(NamedTuple):
    """A review that ended: `outcome` is conflict or released."""

    review_id: str
    draw_id: str
    expert_id: str
    subject_id: str
    unit_id: str
    outcome: str


class Due(NamedTuple):
    """What an expert has not marked of what he has. `number`: which reminder of the day this is, from 1; `late`:
    whether the last day is over."""

    expert_id: str
    left: int
    units: int
    number: int
    late: bool


class Weighed(NamedTuple):
    """What a subject comes to; all None while it comes to nothing yet. `reason`: why its grade is what it is."""

    total: str | None
    grade: str | None
    reason: str


Marks = Mapping[str, Mapping[str, str]]
"""The marks of one subject that count, by indicator and expert."""


class Weigher(Protocol):
    """A round computed once, with the marks that count."""

    def now(self, subject_id: str) -> Weighed: ...

    def without(self, subject_id: str, expert: str, marks: Marks) -> Weighed:
        """What the subject would come to had this expert not marked it; everybody else's marks stay."""


Ends = Callable[[Unit, ReviewedRound, date], Awaitable[ReviewedRound]]


class FindsRound(Protocol):
    async def __call__(self, connection: AsyncConnection, round_id: str, *, hold: bool = False) -> ReviewedRound:
        """The round, or a DomainError that there is none; `hold`: nobody else moves it until the transaction ends."""


@dataclass(frozen=True)
class Reviewing:
    """A service's own. `units`: what is drawn for in a round, by id, with the parties behind each. `subject_of`: the
    subject of a unit in a round. `choices`: units a tie may be declared to, by id. `shown`: subjects of a round as
    their experts see them, by id. `letters`: where letters have got to."""

    tables: ReviewTables
    changes: Changes
    trailing: Trailing
    letters: Table
    subjects: Subjects
    words: Words
    telling: Telling
    round: FindsRound
    units: Callable[[AsyncConnection, str], Awaitable[Sequence[review.Unit]]]
    subject_of: Callable[[str, str], str]
    choices: Callable[[AsyncConnection], Awaitable[Mapping[str, str]]]
    shown: Callable[[AsyncConnection, ReviewedRound, Collection[str]], Awaitable[Mapping[str, Shown]]]
    weigh: Callable[[AsyncConnection, ReviewedRound], Awaitable[Weigher]]
    ends: Ends | None = None
    """Sets the last day experts mark, where it is set with the draw; elsewhere a round brings its own."""
    asks_for: Callable[[AsyncConnection, str], Awaitable[Mapping[str, int]]] | None = None
    """The fields that what is drawn for in a round names, and how many name each."""
