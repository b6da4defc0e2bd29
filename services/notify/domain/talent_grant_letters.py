"""What the letters about a talent's money say: the amount or what it waits for, and every step as sentences.

The ledger's events carry the whole explanation, so that a letter needs no question back. No letter holds an account
number: a unit confirms its account on a page.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from services.notify.domain.subsidy_letters import cuts, told
from services.notify.domain.talent_award_letters import account_page, of_award, planned_of
from services.notify.domain.wording import day, line, prose, yuan
from shared.contracts.talent import (
    TalentGrantBlocked,
    TalentGrantComputed,
    TalentGrantCut,
    TalentGrantDeclined,
    TalentGrantPaid,
    TalentGrantReversed,
    TalentGrantWithheld,
)
from shared.contracts.talent.grants import Matter, Then
from shared.policy import Policy, load_policy
from shared.policy.explain import article_text
from shared.policy.load import versions
from shared.programme.load import load_programme

Values = dict[str, Any]
_Explained = TalentGrantComputed | TalentGrantCut | TalentGrantDeclined | TalentGrantPaid | TalentGrantReversed

WHAT = {"instalment": "分期资助", "interest": "贷款贴息", "deal": "技术经纪人奖励"}
"""What money is for."""


def _policy(policy_id: str) -> Policy:
    """A published policy, or that of a programme's edition."""
    return load_policy(policy_id) if versions(policy_id) else load_programme(policy_id).policy


@lru_cache(maxsize=1024)
def _source(policy_id: str, article: str | None, rule: str | None) -> Values:
    """The document, the article and what the rule says, as the policy's own file has them."""
    policy = _policy(policy_id)
    says = next((each.says for each in policy.rules if each.id == rule), None)
    return {"based_on": _based_on(policy_id, policy, article_text(article)), "matter": says or policy.title}


def _based_on(policy_id: str, policy: Policy, article: str) -> str:
    """What the money rests on. A published policy has its document's title; an edition has its programme's name, which
    is no document's."""
    if versions(policy_id):
        return f"{policy.document}《{policy.title}》{article}"
    return f"{policy.document}（{article}）" if article else policy.document


def _of(event: _Explained | TalentGrantBlocked) -> Values:
    """Which money it is, and where it is shown: an award's to the talent, an entry to the unit it goes to, a deal to
    its broker, who may be a company or a person and is written to as either. `by_payee`: the money goes to a unit."""
    matter, deal = event.matter, event.matter.what == "deal"
    unit = None if deal else matter.org_id
    place = quote(matter.id, safe="")
    return {
        "programme": WHAT[matter.what] if matter.programme is None else line(matter.programme.name),
        "contract_no": line(matter.number),
        "called": _called(matter),
        "grant_id": line(event.grant_id),
        "mine_page": f"/talent/mine/deals/{place}" if deal else f"/talent/mine/awards/{place}",
        "unit_page": f"/talent/unit/payments/{quote(event.grant_id, safe='')}",
        "account_page": "/talent/mine/broker" if deal else account_page(unit) if unit else "",
        "by_payee": unit is not None,
        "deal": deal,
        **({"to": "技术经纪人", "to_unit": False} if deal else {}),
    }


def _called(matter: Matter) -> str:
    if matter.instalment is not None:
        return f"第 {matter.instalment} 期资助"
    return WHAT[matter.what] if matter.year is None else f" {matter.year} 年{WHAT[matter.what]}"


def _explained(event: _Explained) -> Values:
    return {
        **_source(event.policy, event.article, event.rule),
        **_of(event),
        "steps": told(event.explanation),
        "fingerprint": event.explanation_hash,
    }


def computed(event: TalentGrantComputed) -> Values:
    """An amount; or what the office may decide under (ceiling, floor) while it has not."""
    return {
        **_explained(event),
        "cuts": cuts(event.explanation),
        "amount": event.amount and yuan(event.amount),
        "ceiling": event.ceiling and yuan(event.ceiling),
        "floor": event.floor and yuan(event.floor),
    }


def declined(event: TalentGrantDeclined) -> Values:
    """No, because: the last sentence of the explanation says why."""
    values = _explained(event)
    last = values["steps"][-1] if values["steps"] else f"不予资助（{line(event.reason)}）。"
    return {**values, "because": last}


def blocked(event: TalentGrantBlocked) -> Values:
    return {
        **_source(event.policy, None, None),
        **_of(event),
        "problem": prose(event.message).rstrip("。"),
    }


def cut(event: TalentGrantCut) -> Values:
    """What a short budget did to an amount, and by whose decision: its steps are those of the cut, not of the grant."""
    return {
        **_explained(event),
        "amount": yuan(event.amount),
        "computed": yuan(event.computed),
        "nothing": not Decimal(event.amount),
        "budget_year": event.budget_year,
        "carried_to": event.carried_to,
        "document_no": line(event.document_no),
        "reason": prose(event.reason).rstrip("。"),
    }


def _next_step(then: Then | None) -> str:
    """What comes after an instalment: the next one with its condition, the next assessment with its day. An older event
    does not say it."""
    if then is None:
        return ""
    money = "这是最后一期，此后没有待拨付的分期。"
    if then.instalment is not None:
        part = then.instalment
        condition = line(part.says).removesuffix("拨付")
        money = f"第 {part.number} 期 {yuan(part.amount)}，{condition}拨付，届时另行来信。"
    due = "" if then.assessment is None else f"下一次考核是{planned_of([then.assessment])[0]}。"
    return f"{money}{due}"


def paid(event: TalentGrantPaid) -> Values:
    """Where the amount paid is not the computed one, `cut` says why, sentence by sentence."""
    return {
        **_explained(event),
        "next_step": _next_step(event.matter.then),
        "computed": event.computed and yuan(event.computed),
        "cut": told(event.cut),
        "amount": yuan(event.amount),
        "paid_on": day(event.paid_on),
        "document_no": line(event.document_no),
    }


def reversed_(event: TalentGrantReversed) -> Values:
    return {
        **_explained(event),
        "amount": yuan(event.amount),
        "reverses": line(event.reverses),
        "reason": prose(event.reason).rstrip("。"),
    }


def withheld(event: TalentGrantWithheld) -> Values:
    return {
        **of_award(event),
        "called": f"第 {event.number} 期资助",
        "amount": yuan(event.amount),
        "reason": prose(event.reason).rstrip("。"),
    }


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-grant-held": withheld,
    "talent-grant-stopped": withheld,
    "talent-grant-computed": computed,
    "talent-grant-declined": declined,
    "talent-grant-blocked": blocked,
    "talent-grant-cut": cut,
    "talent-grant-paid": paid,
    "talent-grant-reversed": reversed_,
}
"""What each letter about a talent's money says."""
