"""What a computation returns: awards and refusals, each with its explanation."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from shared.core.exact import plain
from shared.policy.steps import LimitKey, Said, explanation


class InstalmentDue(NamedTuple):
    number: int
    amount: Decimal
    when: str


class Award(NamedTuple):
    """An amount of money (yuan), or, while the office has not decided, the ceiling (and floor) it may decide under.

    `keys` are the shares of limits it uses up; an undecided award uses none until it is decided.
    `explanation` is canonical JSON (RFC 8785) in UTF-8: the ordered steps, ready to be stored beside the amount.
    """

    ref: str
    policy_version: str
    rule: str
    article: str
    subject: str
    organisation: str
    on: date
    year: int | None
    amount: Decimal | None
    floor: Decimal | None
    ceiling: Decimal | None
    instalments: tuple[InstalmentDue, ...]
    keys: tuple[LimitKey, ...]
    explanation: bytes
    explanation_hash: str

    @property
    def steps(self) -> list[dict[str, Any]]:
        return _steps(self.explanation)

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"article": self.article, "rule": self.rule}
        if self.amount is not None:
            body["amount"] = plain(self.amount)
        if self.floor is not None:
            body["floor"] = plain(self.floor)
        if self.ceiling is not None:
            body["ceiling"] = plain(self.ceiling)
        if self.instalments:
            body["instalments"] = [
                {"number": due.number, "amount": plain(due.amount), "when": due.when} for due in self.instalments
            ]
        return body | {"explanation": self.steps, "explanation_hash": self.explanation_hash}


class Refusal(NamedTuple):
    """Nothing is awarded by this rule, and why. Without a rule: no rule of the policy was open to the event."""

    policy_version: str
    rule: str | None
    article: str | None
    reason: str
    explanation: bytes
    explanation_hash: str

    @property
    def steps(self) -> list[dict[str, Any]]:
        return _steps(self.explanation)

    def as_json(self) -> dict[str, Any]:
        return {
            "article": self.article,
            "rule": self.rule,
            "reason": self.reason,
            "explanation": self.steps,
            "explanation_hash": self.explanation_hash,
        }


class Outcome(NamedTuple):
    awards: tuple[Award, ...]
    declined: tuple[Refusal, ...]


def refusal(policy_version: str, rule: str | None, article: str | None, reason: str, steps: Sequence[Said]) -> Refusal:
    return Refusal(policy_version, rule, article, reason, *explanation(policy_version, steps))


def _steps(explanation: bytes) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = orjson.loads(explanation)
    return steps
