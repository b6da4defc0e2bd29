"""An entry's explanation as a page shows it: each step with its sentences and its amount, and whether it is genuine."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import RowMapping

from shared.policy import Policy, load_policy
from shared.policy.explain import article_text, sentences
from shared.policy.steps import explanation

HEADS = {
    "in_force": "施行期间",
    "conditions": "条件",
    "once": "不重复",
    "amount": "计算",
    "cap": "上限",
    "limit": "限额",
    "budget": "预算",
}
NOT_DUE = re.compile("^不予[^：]+：")
"""How a refusal begins, whatever its policy calls the money."""


class StepShown(NamedTuple):
    """`head` what kind of reason it is, `says` its first sentence, `more` the others, `took` what a cap took."""

    head: str
    says: str
    more: tuple[str, ...]
    amount: Decimal | None
    took: Decimal | None


class Explained(NamedTuple):
    """The reasons in order; `result` the last sentence; `genuine` whether text and fingerprint belong together."""

    steps: tuple[StepShown, ...]
    result: str
    raw: str
    genuine: bool | None


def explained(entry: Mapping[Any, Any]) -> Explained:
    """What an entry's stored explanation says. One without an explanation (a block) has no fingerprint to check."""
    stored = bytes(entry["explanation"])
    steps: list[dict[str, Any]] = orjson.loads(stored)
    shown = tuple(_step(step) for step in steps if step["step"] != "result")
    result = "".join(sentence for step in steps if step["step"] == "result" for sentence in sentences([step]))
    raw = orjson.dumps(steps, option=orjson.OPT_INDENT_2).decode() if steps else ""
    return Explained(shown, result, raw, genuine(entry, stored, steps))


def genuine(entry: Mapping[Any, Any], stored: bytes, steps: list[dict[str, Any]]) -> bool | None:
    """Whether the fingerprint is that of the policy version and these steps; None if there is none."""
    if entry["explanation_hash"] is None:
        return None
    return explanation(entry["policy_version"], steps) == (stored, entry["explanation_hash"])


def _step(step: Mapping[str, Any]) -> StepShown:
    first, *more = sentences([step])
    took = Decimal(step["took"]) if step["took"] else None
    amount = Decimal(step["after"]) if step["after"] is not None else None
    return StepShown(HEADS.get(step["step"], step["step"]), first, tuple(more), amount, took or None)


def because(entry: RowMapping) -> str:
    """Why an entry is what it is, in a line: why not, what is missing, what it waits for, why it was taken back."""
    match entry["outcome"]:
        case "declined":
            steps = orjson.loads(bytes(entry["explanation"]))
            return NOT_DUE.sub("", str(steps[-1]["says"])) if steps else str(entry["reason"] or "")
        case "blocked":
            return str(entry["reason"] or "")
        case "waiting":
            return "金额须由办公室在限额内决定"
        case "reversal":
            return str(entry["reason"] or "重新核算后冲销")
        case "cut":
            return str(entry["reason"] or "")
        case _:
            return ""


def article_name(article: str | None) -> str:
    return article_text(article) if article else "—"


def published(version: str) -> Policy:
    """The policy an entry's version names: dalian-2017-52/v1."""
    policy, _, number = version.rpartition("/v")
    return load_policy(policy, int(number))


def matter(entry: RowMapping, policy_of: Callable[[str], Policy] = published) -> str:
    """What an entry is for: what its rule says, in the words of the policy that computed it."""
    if entry["rule"] is None:
        return "没有适用的条款" if entry["outcome"] == "declined" else "尚未核算"
    for rule in policy_of(str(entry["policy_version"])).rules:
        if rule.id == entry["rule"]:
            return rule.says
    return str(entry["rule"])
