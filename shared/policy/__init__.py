"""The subsidy engine: from an event to an amount of money with its reason, by a written policy that is data.

    policy = load_policy("dalian-2017-52")
    outcome = compute(policy, subject, event, History(), decisions={})

A policy is a folder of YAML files an official can read (`library/`); a new policy needs no code.
What the modules hold: `schema` the shape of those files, `build` what makes them rules, `situation` what happened to
whom, `conditions`, `limits` and `amounts` the parts of a rule, `history` what was awarded before, `compute` the order
of it all, `explain` the reasons for machines and for people, `cases` worked cases as files.
Nothing here knows a service, a clock or a database.
"""

from shared.policy.compute import compute
from shared.policy.errors import PolicyError
from shared.policy.history import History, PastAward
from shared.policy.load import load_policy, read_policy
from shared.policy.model import Policy
from shared.policy.outcome import Award, Outcome, Refusal

__all__ = [
    "Award",
    "History",
    "Outcome",
    "PastAward",
    "Policy",
    "PolicyError",
    "Refusal",
    "compute",
    "load_policy",
    "read_policy",
]
