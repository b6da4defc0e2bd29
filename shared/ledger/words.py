"""What pages call the parts of a ledger, in the noun of the service that keeps it, and in which tone each is shown."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from shared.contracts.words import EVENT_WORDS
from shared.ledger import outcomes
from shared.ledger.explaining import article_name, because, matter, published
from shared.ledger.lifecycles import PAYMENT, RECOVERY
from shared.policy import Policy
from shared.webkit.called import called
from shared.webkit.notices import Notices
from shared.webkit.templates import Pages

Shown = dict[str, str]
"""A state as a page shows it: its name and tone."""
OUTCOME_TONES = {
    outcomes.AWARDED: "good", outcomes.WAITING: "wait", outcomes.BLOCKED: "bad", outcomes.CUT: "wait",
    outcomes.REVERSAL: "wait",
}  # fmt: skip
PAYMENT_TONES = {"proposed": "wait", "approved": "fair", "paid": "good"}
RECOVERY_TONES = {"open": "wait", "received": "good", "waived": "calm"}

NOTICES: Notices = {
    "payment-proposed": "已提出 {} 笔拨付，等待批准。",
    "payment-approved": "已批准 {} 笔拨付。",
    "payment-paid": "已登记 {} 笔拨付。",
    "payment-cancelled": "已取消 {} 笔拨付，可以重新提出。",
}
"""What a page says of payments that were just moved; see shared.webkit.notices."""


def _shown(names: Mapping[str, str], tones: Mapping[str, str]) -> dict[str, Shown]:
    return {name: {"name": called, "tone": tones.get(name, "calm")} for name, called in names.items()}


PAYMENTS = _shown(PAYMENT.states, PAYMENT_TONES)
RECOVERIES = _shown(RECOVERY.states, RECOVERY_TONES)


class Words(NamedTuple):
    """`results`: what an explanation comes to, in a word; `nouns`, `states`: of whatever moves about money."""

    noun: str
    outcomes: dict[str, Shown]
    payments: dict[str, Shown]
    recoveries: dict[str, Shown]
    results: dict[str, str]
    nouns: dict[str, str]
    states: dict[str, dict[str, str]]


def words_for(noun: str) -> Words:
    names = outcomes.names(noun)
    results = {**names, outcomes.AWARDED: f"应{noun}", outcomes.WAITING: "等待办公室决定", outcomes.BLOCKED: "无法核算"}
    nouns = {
        "payment": PAYMENT.label, "recovery": RECOVERY.label, "subsidy": noun, "bank_account": "收款账户",
        "budget": "预算", "decision": "决定",
    }  # fmt: skip
    states = {
        "payment": dict(PAYMENT.states), "recovery": dict(RECOVERY.states), "subsidy": {**names, "reversed": "已冲销"},
        "bank_account": {"confirmed": "已确认"}, "budget": {"set": "设定", "shared": "安排不足"},
        "decision": {"decided": "已决定"},
    }  # fmt: skip
    return Words(noun, _shown(names, OUTCOME_TONES), PAYMENTS, RECOVERIES, results, nouns, states)


def short(id_: str) -> str:
    """A long id in a line of small print; the whole of it stands in the title."""
    return id_ if len(id_) <= 32 else f"{id_[:8]}…{id_[-4:]}"


def event_name(type_: str) -> str:
    return EVENT_WORDS[type_].title if type_ in EVENT_WORDS else type_


def furnish(
    pages: Pages,
    noun: str,
    who: Callable[[str], str] = called,
    policy_of: Callable[[str], Policy] = published,
) -> None:
    """Gives a service's pages what the templates of the ledger say with. `who`: what an account is called."""
    pages.environment.globals.update(
        ledger_words=words_for(noun), matter=partial(matter, policy_of=policy_of), because=because
    )
    pages.environment.filters.update(short=short, article=article_name, who=who, event_name=event_name)
