"""What the letters about an award say, to whose it is and to his unit: selected, the 任务书, changes, the end.

No event says who the talent is, and so no letter does: the programme and the number of the contract tell which it is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from services.notify.domain.wording import day, line, prose, yuan
from shared.contracts.talent import (
    TalentApplicationAwarded,
    TalentAwardResumed,
    TalentAwardStarted,
    TalentAwardTerminated,
    TalentChangeApplied,
    TalentChangeAsked,
    TalentChangeDecided,
    TalentContractConfirmed,
    TalentContractReturned,
)
from shared.contracts.talent.awards import AwardMoved, Instalment, OnMoney, Planned
from shared.programme.load import editions

Values = dict[str, Any]


def of_award(event: AwardMoved) -> Values:
    """What every letter about an award may use. Whoever took it over reads the same page as who had it."""
    place = quote(event.award_id, safe="")
    return {
        "programme": line(event.programme.name),
        "contract_no": line(event.contract_no),
        "mine_page": f"/talent/mine/awards/{place}",
        "unit_page": f"/talent/unit/awards/{place}",
    }


def account_page(org_id: str) -> str:
    """Where a unit confirms the account it is paid to."""
    return f"/talent/unit/account/{quote(org_id, safe='')}"


def on_money(money: OnMoney) -> Values:
    """What a decision does to the money, in a sentence, and whether it is to be asked back."""
    parts = f"第 {'、'.join(map(str, money.instalments))} 期资助" if money.instalments else "资助"
    said = {
        "released": f"{parts}可以拨付，核算结果另行来信",
        "held": f"{parts}暂缓拨付，解除以后恢复",
        "stopped": f"{parts}停止拨付" if money.instalments else "此后不再拨付资助",
        "nothing": "对资助的拨付没有影响",
    }
    return {
        "on_money": said.get(money.effect) or f"{parts}：{line(money.effect_name)}",
        "recovery_proposed": money.recovery_proposed,
    }


def _parts(instalments: Sequence[Instalment]) -> list[str]:
    return [f"第 {each.number} 期 {yuan(each.amount)}：{line(each.says)}" for each in instalments]


def planned_of(assessments: Sequence[Planned]) -> list[str]:
    return [f"{line(each.name)}：{day(each.due_on)}前提交" for each in assessments]


def defects(reasons: Mapping[str, str], labels: Mapping[str, str]) -> list[dict[str, str]]:
    """Field by field, as people call the field; one without a name of its own is called as in the form."""
    return [
        {"field": line(labels.get(field) or field), "problem": prose(problem)} for field, problem in reasons.items()
    ]


def based_on(event: AwardMoved) -> str:
    """The document and the article a year's programme names; of one no library has, nothing."""
    programme = editions().get(event.programme.id)
    return f"{programme.document}（{programme.article}）" if programme is not None else ""


def asked_by(until: str | None) -> Values:
    """By when whoever acts next is asked to, as the event and his page say; an older event leaves it to the letter."""
    return {"reply_by": day(until)} if until is not None else {}


def awarded(event: TalentApplicationAwarded) -> Values:
    return {
        **of_award(event),
        **asked_by(event.answer_by),
        "based_on": based_on(event),
        "date": day(event.date),
        "document_no": line(event.document_no),
        "amount": event.amount and yuan(event.amount),
        "parts": _parts(event.instalments),
    }


def confirmed(event: TalentContractConfirmed) -> Values:
    return {**of_award(event), **asked_by(event.answer_by), "number": event.number, "by_unit": event.by_unit}


def returned(event: TalentContractReturned) -> Values:
    return {
        **of_award(event),
        **asked_by(event.answer_by),
        "number": event.number,
        "reason": prose(event.reason),
        "defects": defects(event.reasons, event.labels),
        "by_unit": event.by_unit,
    }


def started(event: TalentAwardStarted) -> Values:
    """`decided`: why this amount, where the programme leaves it to the office."""
    return {
        **of_award(event),
        "based_on": based_on(event),
        "date": day(event.date),
        "until": day(event.until),
        "amount": event.amount and yuan(event.amount),
        "decided": prose(event.decided.get("reason", "")).rstrip("。"),
        "parts": _parts(event.instalments),
        "planned": planned_of(event.assessments),
        "account_page": account_page(event.org_id),
    }


def resumed(event: TalentAwardResumed) -> Values:
    return {**of_award(event), **on_money(event.money), "date": day(event.date), "reason": prose(event.reason)}


def terminated(event: TalentAwardTerminated) -> Values:
    return {
        **of_award(event),
        **on_money(event.money),
        "date": day(event.date),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
    }


def change_applied(event: TalentChangeApplied) -> Values:
    """Why, its page says: those are the applicant's own words, and no letter's."""
    return {**of_award(event), **asked_by(event.answer_by), "what": line(event.what_name)}


def change_asked(event: TalentChangeAsked) -> Values:
    """The award is not the reader's: its page is the question alone."""
    return {
        **of_award(event),
        **asked_by(event.answer_by),
        "unit_page": f"/talent/unit/changes/{quote(event.change_id, safe='')}",
        "mine_page": f"/talent/mine/changes/{quote(event.change_id, safe='')}",
    }


def change_decided(event: TalentChangeDecided) -> Values:
    """`unit_moved`, `person_moved`: who had it has it no longer, and its page is another's."""
    return {
        **of_award(event),
        "what": line(event.what_name),
        "approved": event.approved,
        "reason": prose(event.reason),
        "document_no": event.document_no and line(event.document_no),
        "planned": planned_of(event.assessments),
        "unit_moved": event.approved and event.new_org_id is not None,
        "person_moved": event.approved and event.new_person_id is not None,
    }


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-awarded": awarded,
    "talent-contract-to-confirm": confirmed,
    "talent-contract-confirmed": confirmed,
    "talent-contract-returned": returned,
    "talent-award-started": started,
    "talent-award-resumed": resumed,
    "talent-award-terminated": terminated,
    "talent-change-applied": change_applied,
    "talent-change-asked": change_asked,
    "talent-change-decided": change_decided,
}
"""What each letter about an award says."""
