"""A story as a line of stations: what happened, what was computed of it, what the ledger says, which letters went.

The outbox numbers everything that was told, so its order is the order of the line, whatever clocks say. What an outside
program caused stands before the first entry that came of it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from sqlalchemy import RowMapping

from shared.chain.stories import Story
from shared.ledger import outcomes
from shared.ledger.explaining import Explained, explained
from shared.ledger.words import event_name


@dataclass(frozen=True)
class Telling:
    """What a service says of its story. `entered`: events that tell of an entry, which stand as computation and entry,
    not as events. `happened`: what an event says, by its type and body. `addressees`: of a story, to whom a letter went
    as far as that may be said. `settled`: events money follows from, once they are heard; `waits`: what is said until
    then."""

    entered: Collection[str]
    happened: Callable[[str, bytes], str]
    addressees: Callable[[Story], Callable[[RowMapping], str]]
    settled: Collection[str]
    waits: str


@dataclass
class Letter:
    """Where a letter has got to, and to whom it went, as far as that may be said."""

    row: RowMapping
    to: str


@dataclass
class Happening:
    """An event: `own` if this service told it, else an outside program did; `heard` if the settlement has it."""

    kind = "happening"
    event_id: str
    type: str
    title: str
    says: str
    at: datetime
    source: str
    own: bool
    heard: bool
    about: str
    sent_at: datetime | None = None
    caused_by: str | None = None
    letters: list[Letter] = field(default_factory=list)


@dataclass
class Computation:
    kind = "computation"
    entry: RowMapping
    explained: Explained


@dataclass
class Entry:
    """An entry of the ledger, how far its payment is, and what reverses it."""

    kind = "entry"
    entry: RowMapping
    payment: RowMapping | None
    reversed_by: str | None


@dataclass
class Letters:
    kind = "letters"
    letters: list[Letter]


Station = Happening | Computation | Entry | Letters


def stations(story: Story, telling: Telling) -> list[Station]:
    """The line from its first event to where it has got to. Everything of the story stands on it, and once."""
    line = _Line(story, telling)
    for row in story.told:
        line.told(row)
    for entry in story.entries:
        line.entered(entry, None)
    for cause in story.causes:
        line.heard(cause)
    line.rest()
    return line.stations


class _Line:
    def __init__(self, story: Story, telling: Telling) -> None:
        self.stations: list[Station] = []
        self._story = story
        self._telling = telling
        self._causes = {row["event_id"]: row for row in story.causes}
        self._entries = {row["id"]: row for row in story.entries}
        self._told = {row["event_id"] for row in story.told}
        self._letters = _by_cause(story, telling.addressees(story))
        self._shown: set[str] = set()

    def told(self, row: RowMapping) -> None:
        """An event this service told; if it tells of an entry, the entry itself stands there."""
        about = _header(row, "ce-subject")
        if row["subject"] in self._telling.entered and about in self._entries:
            self.entered(self._entries[about], row["event_id"])
            return
        self.stations.append(
            Happening(
                event_id=row["event_id"],
                type=row["subject"],
                title=event_name(row["subject"]),
                says=self._telling.happened(row["subject"], bytes(row["body"])),
                at=datetime.fromisoformat(_header(row, "ce-time")),
                source=_header(row, "ce-source"),
                own=True,
                heard=row["event_id"] in self._causes,
                about=about,
                sent_at=row["sent_at"],
                caused_by=_header(row, "ce-causationid") or None,
                letters=self._letters.pop(row["event_id"], []),
            )
        )

    def entered(self, entry: RowMapping, told_by: str | None) -> None:
        """An entry: how it was computed, what the ledger says, and the letters about it."""
        if entry["id"] in self._shown:
            return
        self._shown.add(entry["id"])
        if entry["cause_event_id"] in self._causes:
            self.heard(self._causes[entry["cause_event_id"]])
        if entry["outcome"] != outcomes.REVERSAL:
            self.stations.append(Computation(entry, explained(entry)))
        payment = self._story.payments.get(entry["id"])
        self.stations.append(Entry(entry, payment, self._story.reversals.get(entry["id"])))
        went = self._letters.pop(told_by, []) if told_by else []
        if went:
            self.stations.append(Letters(went))

    def heard(self, cause: RowMapping) -> None:
        """What an outside program caused; what this service told stands on the line already."""
        id_ = cause["event_id"]
        if id_ in self._told or id_ in self._shown:
            return
        self._shown.add(id_)
        self.stations.append(
            Happening(
                event_id=id_,
                type=cause["type"],
                title=event_name(cause["type"]),
                says=self._telling.happened(cause["type"], bytes(cause["body"])),
                at=cause["happened_at"],
                source=cause["source"],
                own=False,
                heard=True,
                about=cause["about"],
                letters=self._letters.pop(id_, []),
            )
        )

    def rest(self) -> None:
        """Letters about events that are not on the line."""
        left = [letter for kept in self._letters.values() for letter in kept]
        if left:
            self.stations.append(Letters(left))


def _header(row: RowMapping, name: str) -> str:
    """A header as it was before it was encoded to travel."""
    return unquote(row["headers"].get(name, ""))


def _by_cause(story: Story, addressee: Callable[[RowMapping], str]) -> dict[str, list[Letter]]:
    found: dict[str, list[Letter]] = {}
    for row in story.letters:
        found.setdefault(row["cause_event_id"], []).append(Letter(row, addressee(row)))
    return found


def ahead(line: Sequence[Station], telling: Telling) -> str:
    """What comes next, if anything does."""
    for station in reversed(line):
        if isinstance(station, Entry) and station.reversed_by is None:
            return _next(station)
        if isinstance(station, Happening) and station.type in telling.settled and not station.heard:
            return telling.waits
    return ""


def _next(station: Entry) -> str:
    match station.entry["outcome"], station.payment and station.payment["state"]:
        case outcomes.BLOCKED, _:
            return "补充缺少的事实后重新核算"
        case outcomes.WAITING, _:
            return "办公室决定金额后重新核算"
        case outcomes.AWARDED, None:
            return "提出拨付"
        case outcomes.AWARDED, "proposed":
            return "由提出人以外的人批准拨付"
        case outcomes.AWARDED, "approved":
            return "按资金文件拨付"
        case _:
            return ""
