"""What people call the states, grades, outcomes and letters that pages show, and in which tone each is shown."""

from collections.abc import Mapping
from typing import NamedTuple

from services.incubator.domain import lifecycles, tenants
from shared.contracts import letters
from shared.contracts.words import EVENT_WORDS
from shared.correspondence.letters import OFFICE_STATES
from shared.evaluation.scheme import GRADE_NAMES
from shared.ledger import outcomes, words
from shared.ledger.lifecycles import RECOVERY
from shared.objections.life import OBJECTION
from shared.policy import load_policy

POLICY = load_policy("dalian-2017-52")
OUTCOME_NAMES = outcomes.names("补助")


class Shown(NamedTuple):
    name: str
    tone: str


def _shown(names: Mapping[str, str], tones: Mapping[str, str]) -> dict[str, Shown]:
    return {name: Shown(called, tones.get(name, "calm")) for name, called in names.items()}


GRADES = _shown(GRADE_NAMES, {"excellent": "good", "good": "fair", "qualified": "calm", "unqualified": "bad"})
OUTCOMES = _shown(
    OUTCOME_NAMES,
    {
        outcomes.AWARDED: "good",
        outcomes.WAITING: "wait",
        outcomes.BLOCKED: "bad",
        outcomes.CUT: "wait",
        outcomes.REVERSAL: "wait",
    },
)
RESULTS = {
    outcomes.AWARDED: "应补助",
    outcomes.WAITING: "等待办公室决定",
    outcomes.DECLINED: "不予补助",
    outcomes.BLOCKED: "无法核算",
    outcomes.CUT: "预算核减",
    outcomes.REVERSAL: "冲销",
}
"""What an explanation comes to, in a word."""
ROUNDS = _shown(
    lifecycles.ROUND.states,
    {"open": "good", "closed": "fair", "graded": "fair", "publicised": "wait", "finalised": "good"},
)
REPORTS = _shown(lifecycles.REPORT.states, {"submitted": "fair", "returned": "wait", "accepted": "good"})
EVALUATIONS = _shown(lifecycles.EVALUATION.states, {"graded": "fair", "publicised": "wait", "finalised": "good"})
OBJECTIONS = _shown(OBJECTION.states, {"filed": "wait", "upheld": "good"})
CARRIERS = _shown(lifecycles.CARRIER.states, {"active": "good", "withdrawn": "bad"})
PAYMENTS = {state: Shown(**shown) for state, shown in words.PAYMENTS.items()}
RECOVERIES = _shown(RECOVERY.states, {"open": "wait", "received": "good", "waived": "calm"})
REPORTED_CHANGES = _shown(lifecycles.REPORTED_CHANGE.states, {"pending": "wait", "confirmed": "good", "refused": "bad"})
HNTE_CLAIMS = _shown(lifecycles.HNTE_CLAIM.states, {"pending": "wait", "confirmed": "good", "refused": "bad"})
LETTER_STATES = {state: Shown(**shown) for state, shown in OFFICE_STATES.items()}
LETTERS = {letter.name: letter.title for letter in letters.LETTERS}
"""As the letters' owner calls them; one it has added since is shown by its own name."""
NOUNS = {noun: life.label for noun, life in lifecycles.LIFECYCLES.items()} | {
    "subsidy": "补助",
    "tenant": "在孵企业",
    "bank_account": "收款账户",
    "budget": "预算",
    "decision": "决定",
}
STATES: dict[str, Mapping[str, str]] = {
    **{noun: life.states for noun, life in lifecycles.LIFECYCLES.items()},
    "subsidy": {**OUTCOME_NAMES, "reversed": "已冲销"},
    "bank_account": {"confirmed": "已确认"},
    "budget": {"set": "设定", "shared": "安排不足"},
    "decision": {"decided": "已决定"},
    "tenant": tenants.STATES,
}
"""What the states of each noun are called, by noun."""


def kind_name(kind: str | None) -> str:
    return POLICY.kinds.get(kind or "", kind or "—")


def kind_order(kind: str) -> int:
    """The place of a kind among all kinds, as the policy lists them."""
    return _PLACES.get(kind, len(_PLACES))


_PLACES = {kind: place for place, kind in enumerate(POLICY.kinds)}


def level_name(level: str | None) -> str:
    return POLICY.levels.get(level or "", level or "—")


def letter_name(letter: str) -> str:
    return LETTERS.get(letter, letter)


def event_name(type_: str) -> str:
    return EVENT_WORDS[type_].title if type_ in EVENT_WORDS else type_
