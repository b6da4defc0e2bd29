"""Settle: turn what happened into subsidies, each with its explanation (大政发〔2017〕52号, art. 12, 14, 15).

One call is one transaction: the limit keys are locked, what counts under them is read, every event is computed with the
awards before it as history, the ledger is entered and the events that follow are given to the outbox.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.incubator.domain.bars import Barred
from services.incubator.store import bars, ledger
from services.incubator.usecases.decisions import look_again
from services.incubator.usecases.entries import Entries
from services.incubator.usecases.questions import Question, questions
from shared.core.errors import DomainError
from shared.core.money import in_fen
from shared.ledger import outcomes
from shared.ledger.rows import TakenBack, key_text
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit
from shared.policy import History, Outcome, Policy, PolicyError
from shared.policy.compute import compute_for
from shared.policy.keys import limit_keys_for
from shared.policy.situation import Situation, understand
from shared.policy.steps import LimitKey

LIMIT_REASONS = {"already-awarded", "limit-used-up"}
"""Refusals that another award caused: if it is reversed, they are looked at again."""


async def settle(received: Sequence[Received[Any]], unit: Unit, policy: Policy) -> None:
    """Enters what became of each event and publishes it.

    A missing fact blocks its subsidy visibly; whatever else is wrong with an event blocks it the same way, for the
    office can put it right and ask again. So does a bar for dishonesty, by name; what was awarded before it stands.
    An event that is computed again keeps the awards it still comes to, reverses those it does not, and enters the new
    ones.
    """
    asked = await questions(unit.connection, received)
    understood = {each.event_id: _understood(policy, each) for each in asked}
    keys = {id_: limit_keys_for(known) for id_, known in understood.items() if isinstance(known, Situation)}
    every = frozenset[LimitKey]().union(*keys.values())
    await ledger.ROWS.lock(unit.connection, map(key_text, every))
    history = await ledger.history(unit.connection, every)
    again = {each.root for each in asked if each.again}
    before = await ledger.ROWS.of_roots(unit.connection, again) if again else {}
    back = await ledger.taken_back(unit.connection, {each.about for each in asked})
    barred = await bars.of(unit.connection, {each.carrier.org_id for each in asked}, hold=True)
    entries = Entries(unit, policy)
    stopped: list[tuple[str, str, date]] = []
    for each in asked:
        known = understood[each.event_id]
        if isinstance(known, PolicyError):
            entries.block(each, known)
        elif (bar := _stopping(barred.get(each.carrier.org_id, ()), known.on, unit.today)) is not None:
            entries.block(each, DomainError("organisation-barred", bar.blocks(known.on)))
            stopped.append((bar.id, each.root, known.on))
        else:
            history = _settle_one(each, known, history, before, entries, back)
    freed = (
        await ledger.ROWS.keys_of(unit.connection, *(row["id"] for row in entries.reversed)) if entries.reversed else []
    )
    await entries.write()
    await bars.note_hold(unit.connection, stopped)
    for row in entries.reversed:
        await look_again(unit, freed, row, f"{row['id']} again")


def _stopping(barred: Sequence[Barred], event_on: date, today: date) -> Barred | None:
    """The bar under which an event is not settled: nothing in the policy's text says so, a decision of the office
    does. One that held when it happened comes before one that only holds now."""
    found = [each for each in barred if each.stops(event_on, today)]
    return next((each for each in found if each.holds(event_on)), found[0] if found else None)


def _understood(policy: Policy, asked: Question) -> Situation | PolicyError:
    try:
        return understand(policy, asked.subject, asked.body)
    except PolicyError as error:
        return error  # entered as blocked


def _settle_one(
    asked: Question,
    situation: Situation,
    history: History,
    before: dict[str, list[Any]],
    entries: Entries,
    back: set[TakenBack],
) -> History:
    rows = [*before.get(asked.root, ()), *entries.of_root(asked.root)]
    reversed_ = {row["reverses"]: row for row in rows if row["reverses"]}
    standing = {row["rule"]: row for row in rows if row["outcome"] == outcomes.AWARDED and row["id"] not in reversed_}
    same = (asked.about, asked.carrier.id, asked.on)
    taken_back = {each.rule for each in back if each[:3] == same}
    without = history
    for row in standing.values():
        without = without.with_reversal(row["ref"])
    try:
        outcome = compute_for(situation, without, asked.decisions)
    except PolicyError as error:
        entries.block(asked, error)
        return history
    outcome = _without(outcome, taken_back)
    for award in outcome.awards:
        stands = standing.get(award.rule)
        if stands is not None and award.amount is not None and stands["amount_fen"] == in_fen(award.amount):
            standing.pop(award.rule)  # computed again, it comes to the same: nothing moves
            continue
        if stands is not None:
            entries.reverse(standing.pop(award.rule), asked)
            history = history.with_reversal(stands["ref"])
        entries.award(asked, award)
        history = history.with_award(award)
    for row in standing.values():
        entries.reverse(row, asked)
        history = history.with_reversal(row["ref"])
    for refusal in outcome.declined:
        if not _said_before(rows, refusal.rule, refusal.explanation_hash):
            entries.decline(asked, refusal, limit_keys_for(situation) if refusal.reason in LIMIT_REASONS else ())
    return history


def _without(outcome: Outcome, rules: set[str]) -> Outcome:
    """The outcome without awards the office took back by hand: to compute again does not give them back."""
    if not rules:
        return outcome
    return Outcome(tuple(award for award in outcome.awards if award.rule not in rules), outcome.declined)


def _said_before(rows: Sequence[Any], rule: str | None, digest: str) -> bool:
    """Whether the last row of the rule is this same refusal."""
    last = [row for row in rows if row["rule"] == rule]
    return bool(last) and last[-1]["outcome"] == outcomes.DECLINED and last[-1]["explanation_hash"] == digest
