"""What the letters about a talent application say, to whoever applied, to his unit, to a member of his team.

No event says who applied, and so no letter does: a unit finds the receipt's number in its list, and reads the name on
the page the letter leads to.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from services.notify.domain.wording import day, line, prose
from shared.contracts.talent import (
    TalentApplicationAccepted,
    TalentApplicationConfirmed,
    TalentApplicationDeclined,
    TalentApplicationRecommended,
    TalentApplicationReturned,
    TalentApplicationSelected,
    TalentApplicationSubmitted,
    TalentApplicationUnlisted,
    TalentApplicationWithdrawn,
    TalentMemberInvited,
)
from shared.core.errors import DomainError

Values = dict[str, Any]
_Moved = (
    TalentApplicationSubmitted
    | TalentApplicationRecommended
    | TalentApplicationReturned
    | TalentApplicationAccepted
    | TalentApplicationDeclined
    | TalentApplicationSelected
    | TalentApplicationUnlisted
    | TalentApplicationConfirmed
    | TalentApplicationWithdrawn
)

STAGES = {
    "unit": "推荐单位没有推荐",
    "formal": "形式审查没有通过，不予受理",
    "review": "专家评审没有达到入选条件",
    "selection": "遴选中没有入选",
    "publicity": "公示后决定不予入选",
}
"""Where an application came to nothing, as the applicant is told."""
WAS = {
    "submitted": "等待单位推荐",
    "recommended": "等待形式审查",
    "returned": "退回修改",
    "accepted": "已经受理",
    "publicised": "正在公示",
}
"""Where an application was when it was withdrawn."""


def _of(event: _Moved) -> Values:
    place = quote(event.application_id, safe="")
    return {
        "programme": line(event.programme.name),
        "receipt": line(event.receipt or event.application_id),
        "mine_page": f"/talent/mine/applications/{place}",
        "unit_page": f"/talent/unit/applications/{place}",
    }


def received(event: TalentApplicationSubmitted) -> Values:
    return {
        **_of(event),
        "number": event.number,
        "recommend_until": day(event.recommend_until),
    }


def passed(event: TalentApplicationRecommended | TalentApplicationAccepted) -> Values:
    """One step further, nothing to be done."""
    return _of(event)


def returned(event: TalentApplicationReturned) -> Values:
    """Defects field by field, as people call the field; one without a name of its own is called as in the form."""
    return {
        **_of(event),
        "reason": prose(event.reason),
        "defects": [
            {"field": line(event.labels.get(field) or field), "problem": prose(problem)}
            for field, problem in event.reasons.items()
        ],
        "correct_until": day(event.correct_until),
        "by_unit": event.by_unit,
    }


def declined(event: TalentApplicationDeclined) -> Values:
    """A stage nobody has a name for is for a person to look at, never a letter that leaves out where it ended."""
    if event.stage not in STAGES:
        raise DomainError("unknown-stage", f"信件不知道“{line(event.stage)}”是哪个环节，写不成未入选通知")
    return {**_of(event), "stage": STAGES[event.stage], "at_unit": event.stage == "unit", "reason": prose(event.reason)}


def selected(event: TalentApplicationSelected) -> Values:
    return {
        **_of(event),
        "total": line(event.total),
        "rank": event.rank,
        "public_from": day(event.public_from),
        "public_until": day(event.public_until),
    }


def unlisted(event: TalentApplicationUnlisted) -> Values:
    """A total and a rank are left out where there is none."""
    return {
        **_of(event),
        "total": line(event.total or ""),
        "rank": event.rank,
        "public_from": day(event.public_from),
        "public_until": day(event.public_until),
    }


def confirmed(event: TalentApplicationConfirmed) -> Values:
    return {**_of(event), "public_until": day(event.public_until), "objections": event.objections}


def withdrawn(event: TalentApplicationWithdrawn) -> Values:
    """A state without a name here is left out: that it was withdrawn is what matters."""
    return {**_of(event), "was": WAS.get(event.was, "")}


def member_invited(event: TalentMemberInvited) -> Values:
    return {
        "programme": line(event.programme.name),
        "answer_until": day(event.answer_until),
        "answer_page": event.answer_path,
    }


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-received": received,
    "talent-to-recommend": received,
    "talent-recommended": passed,
    "talent-returned": returned,
    "talent-accepted": passed,
    "talent-declined": declined,
    "talent-selected": selected,
    "talent-unlisted": unlisted,
    "talent-confirmed": confirmed,
    "talent-withdrawn": withdrawn,
    "talent-member-invited": member_invited,
}
"""What each letter about talent says."""
