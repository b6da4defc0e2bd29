"""From which day the reward of a deal can be claimed, as article 26 of 大政发〔2017〕52号 has it."""

from datetime import date

from shared.core.dates import add_days, add_years
from shared.policy import Policy

POLICY = "dalian-2017-52"
KIND = "technology_broker"
EVENT = "broker_claim"
RULE = "broker-deal"


def claimable_from(policy: Policy, completed_on: date, today: date) -> date:
    """The day after the years that have to be full since the completion, as the policy has their number today; after
    the days it is confirmed for, as it had it last."""
    rule = next(each for each in policy.rules if each.id == RULE)
    (length,) = {each for condition in rule.conditions for each in condition.parameters}
    known = max(today, length.history[0][0])
    if length.confirmed_until is not None:
        known = min(known, length.confirmed_until)
    return add_days(add_years(completed_on, int(length.at(known))), 1)


def day_of_claim(kept: date | None, today: date, first: date) -> date:
    """A claim that was returned and made again keeps its day, unless it could not have been made on that day."""
    return kept if kept is not None and kept >= first else today
