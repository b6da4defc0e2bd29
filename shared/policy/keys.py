"""Which shares of which limits a computation will look at, known before it is made."""

from collections.abc import Mapping

from shared.policy.errors import PolicyError
from shared.policy.model import Policy
from shared.policy.situation import Situation, understand
from shared.policy.steps import LimitKey


def limit_keys(policy: Policy, subject: Mapping[str, object], event: Mapping[str, object]) -> frozenset[LimitKey]:
    """The limit keys that `compute` would ask the history for, so that a ledger can lock and load just these.

    A rule that lacks a fact for its key asks for nothing: its computation will say missing-fact or refuse before.
    """
    return limit_keys_for(understand(policy, subject, event))


def limit_keys_for(situation: Situation) -> frozenset[LimitKey]:
    """`limit_keys` of an event that is understood already."""
    keys: set[LimitKey] = set()
    for rule in situation.policy.rules_for(situation.type, situation.kind):
        for counted in (*rule.once, *rule.limits):
            try:
                keys.add(counted.counting.key(situation))
            except PolicyError:
                continue
    return frozenset(keys)
