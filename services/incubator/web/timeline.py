"""A story as a line of stations: what happened, what was computed of it, what the ledger says, which letters went.

The outbox numbers everything that was told, so its order is the order of the line, whatever clocks say. What an outside
program caused stands before the first entry that came of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import orjson

from services.incubator.store import ledger
from services.incubator.store.stories import Story
from services.incubator.web.explanation import Explained, explained
from services.incubator.web.happenings import happened
from services.incubator.web.wording import event_name
from shared.contracts.incubator import SubsidyBlocked, SubsidyComputed, SubsidyDeclined, SubsidyReversed

Row = Mapping[str, Any]
ENTERED = {each.type_ for each in (SubsidyComputed, SubsidyDeclined, SubsidyBlocked, SubsidyReversed)}
"""Events that tell of an entry: they stand as computation and entry, not as events."""
FINAL = "incubator.evaluation.finalised.v1"


@dataclass
class Letter:
    """Where a letter has got to, and to whom it went, as far as that may be said."""

    row: Row
    to: str


@dataclass
class Happening:
    """An event: told by this service, or heard from an outside program. `opens`: the page it is about."""

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
    sent_at: datetime | None
    caused_by: str | None
    letters: list[Letter] = field(default_factory=list)


@dataclass
class Computation:
    kind = "computation"
    entry: Row
    explained: Explained


@dataclass
class Entry:
    """An entry of the ledger, how far its payment is, and what reverses it."""

    kind = "entry"
    entry: Row
    payment: Row | None
    reversed_by: str | None


@dataclass
class Letters:
    kind = "letters"
    letters: list[Letter]


Station = Happening | Computation | Entry | Letters


def stations(story: Story) -> list[Station]:
    """The line from its first event to where it has got to."""
    letters = _by_cause(story)
    causes = {row["event_id"]: row for row in story.causes}
    entries = {row["id"]: row for row in story.entries}
    told = {row["event_id"] for row in story.told}
    line: list[Station] = []
    shown: set[str] = set()

    def enter(entry: Row, told_by: str | None) -> Iterator[Station]:
        cause = causes.get(entry["cause_event_id"])
        if cause is not None and cause["event_id"] not in told | shown:
            shown.add(cause["event_id"])
            yield _heard(cause, letters.pop(cause["event_id"], []))
        shown.add(entry["id"])
        if entry["outcome"] != ledger.REVERSAL:
            yield Computation(entry, explained(entry))
        yield Entry(entry, story.payments.get(entry["id"]), story.reversals.get(entry["id"]))
        went = letters.pop(told_by, []) if told_by is not None else []
        if went:
            yield Letters(went)

    for row in story.told:
        entry = entries.get(_header(row, "ce-subject")) if row["subject"] in ENTERED else None
        if entry is not None:
            line += enter(entry, row["event_id"])
        else:
            line.append(_told(row, causes, letters.pop(row["event_id"], [])))
    for row in story.entries:
        if row["id"] not in shown:
            line += enter(row, None)
    for row in story.causes:
        if row["event_id"] not in told | shown:
            line.append(_heard(row, letters.pop(row["event_id"], [])))
    left = [letter for kept in letters.values() for letter in kept]
    return [*line, Letters(left)] if left else line


def _header(row: Row, name: str) -> str:
    """A header as it was before it was encoded to travel."""
    return unquote(row["headers"].get(name, ""))


def _told(row: Row, causes: Mapping[str, Row], letters: list[Letter]) -> Happening:
    return Happening(
        event_id=row["event_id"],
        type=row["subject"],
        title=event_name(row["subject"]),
        says=happened(row["subject"], bytes(row["body"])),
        at=row["written_at"],
        source=_header(row, "ce-source"),
        own=True,
        heard=row["event_id"] in causes,
        about=_header(row, "ce-subject"),
        sent_at=row["sent_at"],
        caused_by=_header(row, "ce-causationid") or None,
        letters=letters,
    )


def _heard(row: Row, letters: list[Letter]) -> Happening:
    return Happening(
        event_id=row["event_id"],
        type=row["type"],
        title=event_name(row["type"]),
        says=happened(row["type"], bytes(row["body"])),
        at=row["happened_at"],
        source=row["source"],
        own=False,
        heard=True,
        about=row["about"],
        sent_at=None,
        caused_by=None,
        letters=letters,
    )


def _by_cause(story: Story) -> dict[str, list[Letter]]:
    own = {entry["organisation_id"] for entry in story.entries} | {_organisation(row) for row in story.told}
    found: dict[str, list[Letter]] = {}
    for row in story.letters:
        found.setdefault(row["cause_event_id"], []).append(Letter(row, addressee(row, own, story.organisations)))
    return found


def _organisation(row: Row) -> str:
    """The organisation behind the carrier an event is about."""
    return str((orjson.loads(bytes(row["body"])).get("carrier") or {}).get("org_id", ""))


def addressee(letter: Row, own: Iterable[str], names: Mapping[str, str]) -> str:
    """Who a letter went to. Whoever objected stays unnamed: only the unit itself is ever named in such a letter."""
    recipient = letter["recipient_id"]
    if letter["letter"].startswith("objection-") and (letter["letter"] == "objection-received" or recipient not in own):
        return "异议人（身份保密）"
    return names.get(recipient, recipient)


def ahead(line: Sequence[Station], story: Story) -> str:
    """What comes next, if anything does."""
    settled = {row["event_id"] for row in story.causes}
    for station in line:
        if isinstance(station, Happening) and station.type == FINAL and station.event_id not in settled:
            return "等待核算补助"
    for station in reversed(line):
        if isinstance(station, Entry) and station.reversed_by is None:
            return _next(station)
    return ""


def _next(station: Entry) -> str:
    match station.entry["outcome"], station.payment and station.payment["state"]:
        case ledger.BLOCKED, _:
            return "补充缺少的事实后重新核算"
        case ledger.WAITING, _:
            return "办公室决定金额后重新核算"
        case ledger.AWARDED, None:
            return "提出拨付"
        case ledger.AWARDED, "proposed":
            return "由提出人以外的人批准拨付"
        case ledger.AWARDED, "approved":
            return "按资金文件拨付"
        case _:
            return ""
