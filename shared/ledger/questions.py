"""What an event asks the policy, with the facts supplied since and what the office decided about it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

import orjson
from pydantic import BaseModel
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.core.errors import DomainError
from shared.ledger.rows import matter_text
from shared.ledger.service import Asked, Hearing, Ledger
from shared.messaging.consumer import Received
from shared.policy import Policy


class Question(NamedTuple):
    """An event as the policy engine asks it. `root` is the event it computes (again), itself for a first time."""

    event_id: str
    root: str
    about: str
    story: str
    traceparent: str | None
    asked: Asked
    body: dict[str, Any]
    """What is asked, with the facts supplied since."""
    decisions: Mapping[str, object]
    why: str
    """Why it is computed again; empty for a first time."""

    @property
    def policy(self) -> Policy:
        return self.asked.policy

    @property
    def subject(self) -> dict[str, object]:
        return dict(self.asked.subject)

    @property
    def party(self) -> BaseModel:
        return self.asked.party

    @property
    def on(self) -> date:
        return date.fromisoformat(str(self.body["date"]))

    @property
    def again(self) -> bool:
        return self.event_id != self.root


class Supplied(NamedTuple):
    """A fact as the office answered for it."""

    value: str
    by: str
    reason: str


async def questions(ledger: Ledger, connection: AsyncConnection, received: Sequence[Received[Any]]) -> list[Question]:
    """The questions of a batch, in its order; each cause is kept, so that it can be computed again.

    no-such-cause if a request names an event that was never heard.
    """
    causes = ledger.causes
    again = (ledger.hearing.request, *ledger.hearing.again)
    asked_again = [each for each in received if isinstance(each.event, again)]
    roots = await _roots(ledger, connection, asked_again)
    rows = [_kept(each, roots.get(each.envelope.id, each.envelope.id)) for each in received]
    await causes.keep(connection, rows)
    first = await causes.named(connection, set(roots.values())) if roots else {}
    matters = {row["root"] for row in rows} | {row["about"] for row in rows} | {row["about"] for row in first.values()}
    await ledger.rows.lock(connection, map(matter_text, matters))  # before limit keys, always
    known = await causes.of_roots(connection, set(roots.values())) if roots else {}
    decided = await causes.decided(connection, matters)
    return [_question(ledger.hearing, each, row, known, decided) for each, row in zip(received, rows, strict=True)]


async def _roots(ledger: Ledger, connection: AsyncConnection, asked_again: Sequence[Received[Any]]) -> dict[str, str]:
    if not asked_again:
        return {}
    found = await ledger.causes.named(connection, [each.event.cause_event_id for each in asked_again])
    roots = {}
    for each in asked_again:
        cause = found.get(each.event.cause_event_id)
        if cause is None:
            raise DomainError("no-such-cause", f"没有核算过事件 {each.event.cause_event_id}，无法重新核算")
        roots[each.envelope.id] = cause["root"]
    return roots


def _kept(received: Received[Any], root: str) -> dict[str, Any]:
    envelope = received.envelope
    return {
        "event_id": envelope.id,
        "root": root,
        "about": received.event.about(),
        "type": received.event.type_,
        "body": received.event.model_dump_json().encode(),
        "source": envelope.source,
        "happened_at": envelope.time,
        "story": envelope.correlation_id or envelope.id,
    }


def _question(
    hearing: Hearing,
    received: Received[Any],
    row: Mapping[str, Any],
    known: Mapping[str, list[RowMapping]],
    decided: Mapping[str, tuple[int, dict[str, object]]],
) -> Question:
    event = received.event
    about, why = row["about"], ""
    later: Sequence[RowMapping] = ()
    if row["root"] != row["event_id"]:
        first, *later = known[row["root"]]
        about, why = first["about"], event.reason
        event = _as_corrected(hearing, first, later)
    decisions = latest_decision(decided.get(row["root"]), decided.get(about))
    return _put(hearing, event, later, row, about, decisions, received.envelope.traceparent, why)


async def as_known(ledger: Ledger, connection: AsyncConnection, roots: Collection[str]) -> dict[str, Question]:
    """What each of these events would ask now, with all that was supplied and decided since. Locks nothing."""
    hearing, causes = ledger.hearing, ledger.causes
    known = {root: rows for root, rows in (await causes.of_roots(connection, roots)).items() if rows}
    decided = await causes.decided(connection, {*known, *(rows[0]["about"] for rows in known.values())})
    found = {}
    for root, (first, *later) in known.items():
        decisions = latest_decision(decided.get(root), decided.get(first["about"]))
        event = _as_corrected(hearing, first, later)
        found[root] = _put(hearing, event, later, first, first["about"], decisions, None, "")
    return found


def _put(
    hearing: Hearing,
    event: Event,
    later: Sequence[RowMapping],
    row: Mapping[Any, Any],
    about: str,
    decisions: Mapping[str, object],
    traceparent: str | None,
    why: str,
) -> Question:
    """The question of an event, with the facts that `later` causes supplied; `row` is the cause it is answered to."""
    supplied = _supplied(hearing, later)
    asked = hearing.read(event)
    body = {**asked.body, "id": row["event_id"]}
    if supplied:
        reasons = {name: f"办公室补充：{given.by}，{given.reason}" for name, given in supplied.items()}
        body["facts"] = {**body.get("facts", {}), **{name: given.value for name, given in supplied.items()}}
        body["sources"] = {**body.get("sources", {}), **reasons}
    return Question(
        row["event_id"], row["root"], about, row["story"], traceparent, asked, body, decisions, why,
    )  # fmt: skip


def latest_decision(*decided: tuple[int, dict[str, object]] | None) -> dict[str, object]:
    """The decision made last, whichever name of the matter it was made under."""
    found = [each for each in decided if each is not None]
    return max(found, key=itemgetter(0))[1] if found else {}


def _supplied(hearing: Hearing, later: Sequence[RowMapping]) -> dict[str, Supplied]:
    """Every fact supplied for the root, with who supplied it; the latest holds, in whatever order they are heard."""
    found: dict[str, Supplied] = {}
    for cause in later:
        if cause["type"] == hearing.request.type_:
            given = orjson.loads(cause["body"])
            found |= {name: Supplied(value, given["by"], given["reason"]) for name, value in given["facts"].items()}
    return found


def supplied_facts(hearing: Hearing, later: Sequence[RowMapping]) -> dict[str, str]:
    """The facts the office supplied in these causes, the latest of each."""
    return {name: given.value for name, given in _supplied(hearing, later).items()}


def _as_corrected(hearing: Hearing, first: RowMapping, later: Sequence[RowMapping]) -> Event:
    """The first event of a root, as what was told of it since leaves it."""
    told = [event_of(cause) for cause in later if cause["type"] != hearing.request.type_]
    return hearing.corrected(event_of(first), told) if told else event_of(first)


def event_of(cause: RowMapping) -> Event:
    """The event that a cause kept."""
    return EVENTS[cause["type"]].model_validate_json(cause["body"])


async def parties_of(ledger: Ledger, connection: AsyncConnection, roots: Collection[str]) -> Mapping[str, BaseModel]:
    """What the service's events say of the subject of each root, as its event named it, and whom it has to do with
    today: a ledger also settles those no register knows."""
    found = await ledger.causes.named(connection, roots)
    return await ledger.today(
        connection, {root: ledger.hearing.read(event_of(cause)).party for root, cause in found.items()}
    )
