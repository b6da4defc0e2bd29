"""What an entry that is blocked lacks, fact by fact, as the policy reads it now."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.questions import Question, as_known
from shared.ledger.service import Ledger
from shared.policy import History, PolicyError
from shared.policy.compute import compute_for
from shared.policy.facts import FORMS
from shared.policy.situation import Situation, understand


class Lacking(NamedTuple):
    """A fact to be supplied: what it is called, how it is written, and what stands there now, if it cannot be read."""

    name: str
    label: str
    form: str
    kind: str
    given: str | None


class Blocked(NamedTuple):
    """`problem` in the engine's words, none if nothing blocks it any more; `lacks` what can be supplied for it."""

    root: str
    code: str | None
    problem: str | None
    lacks: Sequence[Lacking]


async def what_blocks(ledger: Ledger, connection: AsyncConnection, entries: Sequence[RowMapping]) -> dict[str, Blocked]:
    """By root, what blocks these entries now."""
    asked = await as_known(ledger, connection, {entry["root"] for entry in entries})
    return {root: _blocked(question) for root, question in asked.items()}


def _blocked(question: Question) -> Blocked:
    situation: Situation | None = None
    try:
        situation = understand(question.policy, question.subject, question.body)
        compute_for(situation, History(), question.decisions)
    except PolicyError as error:
        return Blocked(question.root, error.code, error.message, _lacking(question, situation, error))
    return Blocked(question.root, None, None, ())


def _lacking(question: Question, situation: Situation | None, error: PolicyError) -> list[Lacking]:
    """The fact that stopped it first, and whatever else the rules of this event would ask for after it."""
    policy, facts = question.policy, question.body.get("facts", {})
    first = error.where.rpartition("（")[2].rstrip("）")
    names = [first]
    if situation is not None:
        for rule in policy.rules_for(situation.type, situation.kind):
            names += [name for name in rule.amount.needs if name not in situation.facts]
    return [
        Lacking(
            name, policy.facts[name].label, FORMS[policy.facts[name].type], policy.facts[name].type, facts.get(name)
        )
        for name in dict.fromkeys(names)
        if name in policy.facts
    ]
