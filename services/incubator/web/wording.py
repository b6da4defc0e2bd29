"""What people call the states, grades, outcomes and letters that pages show, and in which tone each is shown."""

from collections.abc import Mapping
from typing import NamedTuple

from services.incubator.domain import lifecycles
from services.incubator.store import ledger
from shared.contracts.words import EVENT_WORDS
from shared.evaluation.scheme import GRADE_NAMES
from shared.policy import load_policy

POLICY = load_policy("dalian-2017-52")


class Shown(NamedTuple):
    name: str
    tone: str


def _shown(names: Mapping[str, str], tones: Mapping[str, str]) -> dict[str, Shown]:
    return {name: Shown(called, tones.get(name, "calm")) for name, called in names.items()}


GRADES = _shown(GRADE_NAMES, {"excellent": "good", "good": "fair", "qualified": "calm", "unqualified": "bad"})
OUTCOMES = _shown(
    ledger.OUTCOMES, {ledger.AWARDED: "good", ledger.WAITING: "wait", ledger.BLOCKED: "bad", ledger.REVERSAL: "wait"}
)
RESULTS = {
    ledger.AWARDED: "应补助",
    ledger.WAITING: "等待办公室决定",
    ledger.DECLINED: "不予补助",
    ledger.BLOCKED: "无法核算",
    ledger.REVERSAL: "冲销",
}
"""What an explanation comes to, in a word."""
ROUNDS = _shown(
    lifecycles.ROUND.states,
    {"open": "good", "closed": "fair", "graded": "fair", "publicised": "wait", "finalised": "good"},
)
REPORTS = _shown(lifecycles.REPORT.states, {"submitted": "fair", "returned": "wait", "accepted": "good"})
EVALUATIONS = _shown(lifecycles.EVALUATION.states, {"graded": "fair", "publicised": "wait", "finalised": "good"})
OBJECTIONS = _shown(lifecycles.OBJECTION.states, {"filed": "wait", "upheld": "good"})
CARRIERS = _shown(lifecycles.CARRIER.states, {"active": "good", "withdrawn": "bad"})
PAYMENTS = _shown(lifecycles.PAYMENT.states, {"proposed": "wait", "approved": "fair", "paid": "good"})
LETTER_STATES = _shown(
    {
        "handed_over": "已交付",
        "queued": "待发送",
        "held": "待放行",
        "no_address": "无地址",
        "failed": "发送失败",
        "bounced": "被退回",
    },
    {"handed_over": "good", "queued": "fair", "held": "wait", "failed": "bad", "bounced": "bad"},
)
LETTERS = {
    "round-opened": "年度考评开始",
    "report-closing-soon": "填报即将截止",
    "report-received": "填报回执",
    "report-returned": "填报退回修改",
    "report-accepted": "填报审核通过",
    "evaluation-publicised": "考评结果公示",
    "objection-received": "异议受理",
    "objection-decided": "异议处理结果",
    "evaluation-result": "年度考评结果",
    "subsidy-computed": "补助核算结果",
    "subsidy-declined": "不予补助说明",
    "subsidy-blocked": "补助暂缓核算",
    "subsidy-paid": "补助拨付",
    "subsidy-reversed": "补助冲销",
    "carrier-recognised": "资格认定",
    "carrier-withdrawn": "资格取消",
}
"""As the letters' owner calls them; one it has added since is shown by its own name."""
NOUNS = {noun: life.label for noun, life in lifecycles.LIFECYCLES.items()} | {"subsidy": "补助", "tenant": "在孵企业"}
STATES: dict[str, Mapping[str, str]] = {
    **{noun: life.states for noun, life in lifecycles.LIFECYCLES.items()},
    "subsidy": {**ledger.OUTCOMES, "reversed": "已冲销"},
}
"""What the states of each noun are called, by noun."""
WHOSE = {
    "schedule": "定时任务",
    "system": "系统",
    "office": "办公室",
}
"""Who acts, where that is no person."""


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


def who(by: str) -> str:
    return WHOSE.get(by, by)
