"""Settle: turn what happened into entries of the ledger, each with its explanation.

One call is one transaction: the limit keys are locked, what counts under them is read, every event is computed with the
awards before it as history, the ledger is entered and the events that follow are given to the outbox.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.core.errors import DomainError
from shared.core.money import in_fen
from shared.ledger.entries import Entries
from shared.ledger.outcomes import AWARDED, DECLINED
from shared.ledger.questions import Question, questions
from shared.ledger.reversing import look_again
from shared.ledger.rows import TakenBack, key_text
from shared.ledger.service import Ledger
from shared.messaging.consumer import Received
from shared.messaging.unit import Unit
from shared.policy import Award, History, PolicyError
from shared.policy.compute import compute_for
from shared.policy.keys import limit_keys_for
from shared.policy.situation import Situation, understand
from shared.policy.steps import LimitKey

LIMIT_REASONS = {"already-awarded", "limit-used-up"}
"""Refusals that another award caused: if it is reversed, they are looked at again."""


async def settle(ledger: Ledger, received: Sequence[Received[Any]], unit: Unit) -> None:
    """Enters what became of each event and publishes it.

    A missing fact blocks its award visibly; whatever else is wrong with an event blocks it the same way, for the
    office can put it right and ask again. So does what the service says stops it; what was awarded before it stands.
    An event that is computed again keeps the awards it still comes to, reverses those it does not, and enters the new
    ones.
    """
    rows = ledger.rows
    asked = await questions(ledger, unit.connection, received)
    understood = {each.event_id: _understood(each) for each in asked}
    keys = {id_: limit_keys_for(known) for id_, known in understood.items() if isinstance(known, Situation)}
    every = frozenset[LimitKey]().union(*keys.values())
    await rows.lock(unit.connection, map(key_text, every))
    history = await rows.history(unit.connection, every)
    again = {each.root for each in asked if each.again}
    before = await rows.of_roots(unit.connection, again) if again else {}
    back = await rows.taken_back(unit.connection, {each.about for each in asked})
    stopped = await _stopped(ledger, unit, asked, understood)
    entries = Entries(ledger, unit)
    for each in asked:
        known = understood[each.event_id]
        if isinstance(known, PolicyError):
            entries.block(each, known)
        elif each.event_id in stopped:
            entries.block(each, stopped[each.event_id])
        else:
            history = _settle_one(each, known, history, before, entries, back)
    freed = await rows.keys_of(unit.connection, *(row["id"] for row in entries.reversed)) if entries.reversed else []
    await entries.write()
    for row in entries.reversed:
        await look_again(ledger, unit, freed, row, f"{row['id']} again")


async def _stopped(
    ledger: Ledger, unit: Unit, asked: Sequence[Question], understood: Mapping[str, Situation | PolicyError]
) -> Mapping[str, DomainError]:
    known = {each.event_id: (each, understood[each.event_id]) for each in asked}
    happened = {
        id_: (each.root, each.asked.payee_id, situation.on)
        for id_, (each, situation) in known.items()
        if isinstance(situation, Situation)
    }
    return await ledger.hearing.stopped(unit, happened)


def _understood(asked: Question) -> Situation | PolicyError:
    try:
        return understand(asked.policy, asked.subject, asked.body)
    except PolicyError as error:
        return error  # entered as blocked


def _settle_one(
    asked: Question,
    situation: Situation,
    history: History,
    before: Mapping[str, list[Any]],
    entries: Entries,
    back: set[TakenBack],
) -> History:
    rows = [*before.get(asked.root, ()), *entries.of_root(asked.root)]
    reversed_ = {row["reverses"]: row for row in rows if row["reverses"]}
    standing = {row["rule"]: row for row in rows if row["outcome"] == AWARDED and row["id"] not in reversed_}
    same = (asked.about, asked.asked.subject_id, asked.on)
    taken_back = {each.rule for each in back if each[:3] == same}
    without = history
    for row in standing.values():
        without = without.with_reversal(row["ref"])
    try:
        outcome = compute_for(situation, without, asked.decisions)
    except PolicyError as error:
        entries.block(asked, error)
        return history
    for award in outcome.awards:
        if award.rule not in taken_back:  # by hand: to compute again does not give it back
            history = _enter(asked, award, entries, standing, history)
    for row in standing.values():
        entries.reverse(row, asked)
        history = history.with_reversal(row["ref"])
    for refusal in outcome.declined:
        if not _said_before(rows, refusal.rule, refusal.explanation_hash):
            entries.decline(asked, refusal, limit_keys_for(situation) if refusal.reason in LIMIT_REASONS else ())
    return history


def _enter(
    asked: Question,
    award: Award,
    entries: Entries,
    standing: dict[str, Any],
    history: History,
) -> History:
    stands = standing.pop(award.rule, None)
    if stands is not None and award.amount is not None and stands["amount_fen"] == in_fen(award.amount):
        return history  # computed again, it comes to the same: nothing moves
    if stands is not None:
        entries.reverse(stands, asked)
        history = history.with_reversal(stands["ref"])
    entries.award(asked, award)
    return history.with_award(award)


def _said_before(rows: Sequence[Any], rule: str | None, digest: str) -> bool:
    """Whether the last row of the rule is this same refusal."""
    last = [row for row in rows if row["rule"] == rule]
    return bool(last) and last[-1]["outcome"] == DECLINED and last[-1]["explanation_hash"] == digest
