"""What an event asks the policy, with the facts supplied since and what the office decided about it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store import causes, ledger
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.contracts.incubator import (
    Carrier,
    CarrierRecognised,
    EvaluationCorrected,
    EvaluationFinalised,
    SettlementRequested,
    TenantHnteRecognised,
)
from shared.core.errors import DomainError
from shared.ledger.rows import matter_text
from shared.messaging.consumer import Received

AGAIN = (SettlementRequested, EvaluationCorrected)
"""Events that ask to compute again what an earlier one came to."""


class Question(NamedTuple):
    """An event as the policy engine asks it. `root` is the event it computes (again), itself for a first time."""

    event_id: str
    root: str
    about: str
    story: str
    traceparent: str | None
    carrier: Carrier
    subject: dict[str, object]
    body: dict[str, Any]
    decisions: Mapping[str, object]
    why: str
    """Why it is computed again; empty for a first time."""

    @property
    def on(self) -> date:
        return date.fromisoformat(str(self.body["date"]))

    @property
    def again(self) -> bool:
        return self.event_id != self.root


async def questions(connection: AsyncConnection, received: Sequence[Received[Any]]) -> list[Question]:
    """The questions of a batch, in its order; each cause is kept, so that it can be computed again.

    no-such-cause if a request names an event that was never heard.
    """
    asked_again = [each for each in received if isinstance(each.event, AGAIN)]
    roots = await _roots(connection, asked_again)
    rows = [_kept(each, roots.get(each.envelope.id, each.envelope.id)) for each in received]
    await causes.CAUSES.keep(connection, rows)
    first = await causes.CAUSES.named(connection, set(roots.values())) if roots else {}
    matters = {row["root"] for row in rows} | {row["about"] for row in rows} | {row["about"] for row in first.values()}
    await ledger.ROWS.lock(connection, map(matter_text, matters))  # before limit keys, always
    known = await causes.of_roots(connection, set(roots.values())) if roots else {}
    decided = await causes.decided(connection, matters)
    return [_question(each, row, known, decided) for each, row in zip(received, rows, strict=True)]


async def _roots(connection: AsyncConnection, asked_again: Sequence[Received[Any]]) -> dict[str, str]:
    if not asked_again:
        return {}
    found = await causes.CAUSES.named(connection, [each.event.cause_event_id for each in asked_again])
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
    received: Received[Any],
    row: Mapping[str, Any],
    known: Mapping[str, list[RowMapping]],
    decided: Mapping[str, tuple[int, dict[str, object]]],
) -> Question:
    event: Event = received.event
    about, why = row["about"], ""
    later: Sequence[RowMapping] = ()
    if isinstance(event, AGAIN):
        first, *later = known[row["root"]]
        about, why = first["about"], event.reason
        event = _as_corrected(first, later)
    decisions = latest_decision(decided.get(row["root"]), decided.get(about))
    return _put(event, later, row, about, decisions, received.envelope.traceparent, why)


async def as_known(connection: AsyncConnection, roots: Collection[str]) -> dict[str, Question]:
    """What each of these events would ask now, with all that was supplied and decided since. Locks nothing."""
    known = {root: rows for root, rows in (await causes.of_roots(connection, roots)).items() if rows}
    decided = await causes.decided(connection, {*known, *(rows[0]["about"] for rows in known.values())})
    found = {}
    for root, (first, *later) in known.items():
        decisions = latest_decision(decided.get(root), decided.get(first["about"]))
        found[root] = _put(_as_corrected(first, later), later, first, first["about"], decisions, None, "")
    return found


def _put(
    event: Event,
    later: Sequence[RowMapping],
    row: Mapping[Any, Any],
    about: str,
    decisions: Mapping[str, object],
    traceparent: str | None,
    why: str,
) -> Question:
    """The question of an event, with the facts that `later` causes supplied; `row` is the cause it is answered to."""
    supplied = _supplied(later)
    carrier, body = asked(event)
    body["id"] = row["event_id"]
    if supplied:
        reasons = {name: f"办公室补充：{given.by}，{given.reason}" for name, (_, given) in supplied.items()}
        body["facts"] = {**body.get("facts", {}), **{name: value for name, (value, _) in supplied.items()}}
        body["sources"] = {**body.get("sources", {}), **reasons}
    subject: dict[str, object] = {"id": carrier.id, "org": carrier.org_id, "kind": carrier.kind, "level": carrier.level}
    return Question(
        row["event_id"], row["root"], about, row["story"], traceparent, carrier, subject, body, decisions, why
    )


def latest_decision(*decided: tuple[int, dict[str, object]] | None) -> dict[str, object]:
    """The decision made last, whichever name of the matter it was made under."""
    found = [each for each in decided if each is not None]
    return max(found, key=itemgetter(0))[1] if found else {}


def _supplied(requests: Sequence[RowMapping]) -> dict[str, tuple[str, SettlementRequested]]:
    """Every fact supplied for the root, with who supplied it; the latest holds, in whatever order they are heard."""
    found: dict[str, tuple[str, SettlementRequested]] = {}
    for request in requests:
        if request["type"] != SettlementRequested.type_:
            continue
        given = SettlementRequested.model_validate_json(request["body"])
        found |= {name: (value, given) for name, value in given.facts.items()}
    return found


def supplied_facts(requests: Sequence[RowMapping]) -> dict[str, str]:
    """The facts the office supplied in these causes, the latest of each."""
    return {name: value for name, (value, _) in _supplied(requests).items()}


def _as_corrected(first: RowMapping, later: Sequence[RowMapping]) -> Event:
    """The first event of a root; of a final grade with the grade it was corrected to last. Its date stays: that a grade
    is corrected later does not bring it under other rules."""
    event = event_of(first)
    corrections = [
        EvaluationCorrected.model_validate_json(cause["body"])
        for cause in later
        if cause["type"] == EvaluationCorrected.type_
    ]
    if not isinstance(event, EvaluationFinalised) or not corrections:
        return event
    last = max(corrections, key=attrgetter("number"))
    return event.model_copy(update={"grade": last.grade, "grade_name": last.grade_name})


def event_of(cause: RowMapping) -> Event:
    """The event that a cause kept."""
    return EVENTS[cause["type"]].model_validate_json(cause["body"])


async def carriers_of(connection: AsyncConnection, roots: Collection[str]) -> dict[str, Carrier]:
    """The carrier of each root, as its event named it: the ledger also settles carriers no register knows."""
    found = await causes.CAUSES.named(connection, roots)
    return {root: asked(event_of(cause))[0] for root, cause in found.items()}


def asked(event: Event) -> tuple[Carrier, dict[str, Any]]:
    """The carrier, and what an event asks of the policy: recognised, a tenant's title, or a final grade."""
    match event:
        case CarrierRecognised():
            return event.carrier, {"type": "recognised", "date": event.date, "level": event.carrier.level}
        case TenantHnteRecognised():
            facts = {"tenant": event.tenant_id, "entered_on": event.entered_on, "graduated_on": event.graduated_on}
            return event.carrier, {"type": "tenant_hnte_recognised", "date": event.date, "facts": facts}
        case EvaluationFinalised():
            return event.carrier, {
                "type": "evaluated",
                "date": event.date,
                "year": event.year,
                "grade": event.grade,
                "facts": event.facts,
                "sources": event.sources,
            }
        case _:
            raise TypeError(event.type_)
