"""What the letters about money say: the amount or what it waits for, and every step as sentences.

The event carries the whole explanation, so that a letter needs no question back. No letter holds an account number:
it links to the page where the account is confirmed.
"""

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from services.notify.domain.wording import day, line, prose, yuan
from shared.contracts.incubator import (
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyCut,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
)
from shared.core.errors import DomainError
from shared.policy import load_policy
from shared.policy.explain import Explanation, article_text, sentences

Values = dict[str, Any]
_Explained = SubsidyComputed | SubsidyCut | SubsidyDeclined | SubsidyPaid | SubsidyReversed


def told(explanation: Explanation) -> list[str]:
    """The explanation as sentences. One that cannot be read is for a person to look at, never a shorter letter."""
    try:
        return [prose(sentence) for sentence in sentences(explanation)]
    except (LookupError, TypeError, ValueError, InvalidOperation) as error:
        raise DomainError("unreadable-explanation", f"补助说明无法读成文字：{error!r}") from None


def cuts(explanation: Explanation) -> list[tuple[str, str]]:
    """What the caps and limits that bit say, and what each took."""
    return [
        (prose(step["says"]), yuan(step["took"]))
        for step in explanation
        if step["step"] in {"cap", "limit"} and Decimal(step["took"] or 0)
    ]


@lru_cache(maxsize=1024)
def _source(policy_id: str, article: str | None, rule: str | None) -> Values:
    """The document, the article and what the rule says, as the policy's own file has them."""
    policy = load_policy(policy_id)
    says = next((each.says for each in policy.rules if each.id == rule), None)
    return {
        "document": policy.document,
        "policy_title": policy.title,
        "article": article_text(article),
        "matter": says or policy.title,
    }


def _page(subsidy_id: str) -> Values:
    return {"subsidy_id": line(subsidy_id), "page": f"/incubator/mine/subsidies/{quote(subsidy_id, safe='')}"}


def _explained(event: _Explained) -> Values:
    return {
        **_source(event.policy, event.article, event.rule),
        **_page(event.subsidy_id),
        "steps": told(event.explanation),
        "fingerprint": event.explanation_hash,
    }


def computed(event: SubsidyComputed) -> Values:
    """An amount; or what the office may decide under (ceiling, floor) while it has not."""
    return {
        **_explained(event),
        "account_page": f"/incubator/mine/account/{quote(event.carrier.org_id, safe='')}",
        "cuts": cuts(event.explanation),
        "amount": event.amount and yuan(event.amount),
        "ceiling": event.ceiling and yuan(event.ceiling),
        "floor": event.floor and yuan(event.floor),
    }


def declined(event: SubsidyDeclined) -> Values:
    """No, because: the last sentence of the explanation says why."""
    values = _explained(event)
    last = values["steps"][-1] if values["steps"] else f"不予补助（{line(event.reason)}）。"
    return {**values, "because": last}


def blocked(event: SubsidyBlocked) -> Values:
    return {
        **_source(event.policy, None, None),
        **_page(event.subsidy_id),
        "problem": prose(event.message).rstrip("。"),
    }


def cut(event: SubsidyCut) -> Values:
    """What a short budget did to an amount, and by whose decision: its steps are those of the cut, not of the award."""
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


def paid(event: SubsidyPaid) -> Values:
    """Where the amount paid is not the computed one, `cut` says why, sentence by sentence."""
    return {
        **_explained(event),
        "computed": event.computed and yuan(event.computed),
        "cut": told(event.cut),
        "amount": yuan(event.amount),
        "paid_on": day(event.paid_on),
        "document_no": line(event.document_no),
    }


def reversed_(event: SubsidyReversed) -> Values:
    return {
        **_explained(event),
        "amount": yuan(event.amount),
        "reverses": line(event.reverses),
        "reason": prose(event.reason).rstrip("。"),
    }
