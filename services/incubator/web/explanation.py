"""What an entry of the ledger is for, in the words of the policy."""

from sqlalchemy import RowMapping

from shared.policy import load_policy


def matter(entry: RowMapping) -> str:
    """What the rule of an entry says, in the words of the policy that computed it."""
    policy, _, version = str(entry["policy_version"]).rpartition("/v")
    if entry["rule"] is None:
        return "没有适用的条款" if entry["outcome"] == "declined" else "尚未核算"
    for rule in load_policy(policy, int(version)).rules:
        if rule.id == entry["rule"]:
            return rule.says
    return str(entry["rule"])
