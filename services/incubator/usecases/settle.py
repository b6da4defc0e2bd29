"""Settle: turn what happened into subsidies, each with its explanation (大政发〔2017〕52号, art. 12, 14, 15).

One call is one transaction: the limit keys are locked, what counts under them is read, every event is computed with the
awards before it as history, the ledger is entered and the events that follow are given to the outbox.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from services.incubator.store import ledger
from services.incubator.store.tables import Subsidy, SubsidyKey
from shared.contracts.event import Event
from shared.contracts.incubator import (
    Carrier,
    CarrierRecognised,
    EvaluationFinalised,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyDeclined,
    TenantHnteRecognised,
)
from shared.core.exact import plain
from shared.messaging.consumer import Received
from shared.messaging.outbox import Outgoing, event_id
from shared.messaging.unit import Unit
from shared.policy import Award, History, Outcome, Policy, PolicyError, Refusal, compute
from shared.policy.keys import limit_keys
from shared.policy.steps import LimitKey


class Question(NamedTuple):
    """An event as the policy engine asks it."""

    cause: Received[Any]
    carrier: Carrier
    subject: dict[str, object]
    body: dict[str, object]

    @property
    def on(self) -> date:
        return date.fromisoformat(str(self.body["date"]))


def question(received: Received[Any]) -> Question:
    """What an event asks the policy: recognised, a tenant's title, or a final grade."""
    event: Event = received.event
    match event:
        case CarrierRecognised():
            body: dict[str, object] = {"type": "recognised", "date": event.date, "level": event.carrier.level}
        case TenantHnteRecognised():
            facts = {"tenant": event.tenant_id, "entered_on": event.entered_on, "graduated_on": event.graduated_on}
            body = {"type": "tenant_hnte_recognised", "date": event.date, "facts": facts}
        case EvaluationFinalised():
            body = {
                "type": "evaluated",
                "date": event.date,
                "year": event.year,
                "grade": event.grade,
                "facts": event.facts,
                "sources": event.sources,
            }
        case _:
            raise TypeError(event.type_)
    carrier = event.carrier
    subject: dict[str, object] = {"id": carrier.id, "org": carrier.org_id, "kind": carrier.kind, "level": carrier.level}
    return Question(received, carrier, subject, {"id": received.envelope.id, **body})


async def settle(received: Sequence[Received[Any]], unit: Unit, policy: Policy) -> None:
    """Enters one or more ledger rows for each event and publishes what became of it.

    A missing fact blocks its subsidy visibly; whatever else is wrong with an event blocks it the same way, for the
    office can put it right and ask again.
    """
    questions = [question(each) for each in received]
    keys: set[LimitKey] = set()
    for each in questions:
        try:
            keys |= limit_keys(policy, each.subject, each.body)
        except PolicyError:
            continue  # the computation says so, and it is entered as blocked
    await ledger.lock(unit.connection, keys)
    history = await ledger.history(unit.connection, keys)
    rows: list[Subsidy] = []
    counted: list[SubsidyKey] = []
    for each in questions:
        try:
            outcome = compute(policy, each.subject, each.body, history)
        except PolicyError as error:
            rows.append(_blocked(each, policy, error, unit))
            continue
        history = _enter(each, policy, outcome, history, unit, rows, counted)
    await ledger.enter(unit.connection, rows, counted)


def _enter(
    asked: Question,
    policy: Policy,
    outcome: Outcome,
    history: History,
    unit: Unit,
    rows: list[Subsidy],
    counted: list[SubsidyKey],
) -> History:
    for award in outcome.awards:
        row = _awarded(asked, award, unit.now)
        rows.append(row)
        if award.amount is not None:  # an undecided ceiling counts nowhere
            counted += [SubsidyKey(key=ledger.key_text(key), subsidy_id=row.id) for key in award.keys]
        history = history.with_award(award)
        _tell(asked, unit, row.id, SubsidyComputed(**_common(asked, policy, row.id, award), **_amounts(award)))
    for refusal in outcome.declined:
        row = _declined(asked, refusal, unit.now)
        rows.append(row)
        told = SubsidyDeclined(**_common(asked, policy, row.id, refusal), amount="0.00", reason=refusal.reason)
        _tell(asked, unit, row.id, told)
    return history


def _amounts(award: Award) -> dict[str, str]:
    given = {"amount": award.amount, "floor": award.floor, "ceiling": award.ceiling}
    return {name: plain(value) for name, value in given.items() if value is not None}


def _common(asked: Question, policy: Policy, subsidy: str, result: Award | Refusal) -> dict[str, Any]:
    return {
        "subsidy_id": subsidy,
        "carrier": asked.carrier,
        "cause_event_id": asked.cause.envelope.id,
        "policy": policy.id,
        "policy_version": policy.name,
        "article": result.article,
        "rule": result.rule,
        "explanation": result.steps,
        "explanation_hash": result.explanation_hash,
    }


def _tell(asked: Question, unit: Unit, subsidy: str, event: Event) -> None:
    envelope = asked.cause.envelope
    story = envelope.correlation_id or envelope.id
    unit.publish(Outgoing(event_id(subsidy, event.type_), event, story, envelope.id, envelope.traceparent))


def _row(asked: Question, what: str, now: datetime) -> dict[str, Any]:
    """What every row of a cause says; its id is derived from the cause and the rule, so that twice is once."""
    cause = asked.cause.envelope.id
    return {
        "id": event_id(cause, what),
        "cause_event_id": cause,
        "ref": f"{cause}/{what}",
        "carrier_id": asked.carrier.id,
        "organisation_id": asked.carrier.org_id,
        "on_date": asked.on,
        "year": asked.body.get("year"),
        "entered_at": now,
    }


def _awarded(asked: Question, award: Award, now: datetime) -> Subsidy:
    return Subsidy(
        **_row(asked, award.rule, now),
        outcome=ledger.WAITING if award.amount is None else ledger.AWARDED,
        policy_version=award.policy_version,
        article=award.article,
        rule=award.rule,
        amount_fen=ledger.in_fen(award.amount),
        floor_fen=ledger.in_fen(award.floor),
        ceiling_fen=ledger.in_fen(award.ceiling),
        explanation=award.explanation,
        explanation_hash=award.explanation_hash,
    )


def _declined(asked: Question, refusal: Refusal, now: datetime) -> Subsidy:
    return Subsidy(
        **_row(asked, refusal.rule or refusal.reason, now),
        outcome=ledger.DECLINED,
        policy_version=refusal.policy_version,
        article=refusal.article,
        rule=refusal.rule,
        reason=refusal.reason,
        amount_fen=0,
        explanation=refusal.explanation,
        explanation_hash=refusal.explanation_hash,
    )


def _blocked(asked: Question, policy: Policy, error: PolicyError, unit: Unit) -> Subsidy:
    row = Subsidy(
        **_row(asked, ledger.BLOCKED, unit.now),
        outcome=ledger.BLOCKED,
        policy_version=policy.name,
        reason=error.message,
        explanation=b"[]",
    )
    told = SubsidyBlocked(
        subsidy_id=row.id,
        carrier=asked.carrier,
        cause_event_id=asked.cause.envelope.id,
        policy=policy.id,
        policy_version=policy.name,
        code=error.code,
        message=error.message,
    )
    _tell(asked, unit, row.id, told)
    return row
