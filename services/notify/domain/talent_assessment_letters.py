"""What the letters about the assessment of an award say: due, handed in, given back, concluded and what that does to
the money."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from services.notify.domain.talent_award_letters import asked_by, defects, of_award, on_money
from services.notify.domain.wording import day, line, prose
from shared.contracts.talent import (
    TalentAssessmentDue,
    TalentAssessmentFinalised,
    TalentAssessmentReturned,
    TalentAssessmentSeen,
    TalentAssessmentSubmitted,
)

Values = dict[str, Any]
_Moved = (
    TalentAssessmentDue
    | TalentAssessmentSubmitted
    | TalentAssessmentSeen
    | TalentAssessmentReturned
    | TalentAssessmentFinalised
)


def _of(event: _Moved) -> Values:
    """The pages are the assessment's own; its award is a link there."""
    place = quote(event.assessment_id, safe="")
    return {
        **of_award(event),
        "assessment": line(event.assessment_name),
        "mine_page": f"/talent/mine/assessments/{place}",
        "unit_page": f"/talent/unit/assessments/{place}",
    }


def left(days: int) -> str:
    """How long there is, or how long it is overdue."""
    if days < 0:
        return f"已经逾期 {-days} 天"
    return f"还有 {days} 天" if days else "今天到期"


def due(event: TalentAssessmentDue) -> Values:
    return {
        **_of(event),
        "due_on": day(event.due_on),
        "left": left(event.days_left),
        "overdue": event.days_left < 0,
        "rectifying": event.rectifying,
    }


def submitted(event: TalentAssessmentSubmitted) -> Values:
    return {
        **_of(event),
        **asked_by(event.answer_by),
        "number": event.number,
        "receipt": line(event.receipt),
    }


def seen(event: TalentAssessmentSeen) -> Values:
    return {**_of(event), "number": event.number, "agrees": event.agrees}


def returned(event: TalentAssessmentReturned) -> Values:
    return {
        **_of(event),
        "reason": prose(event.reason),
        "defects": defects(event.reasons, event.labels),
        "due_on": day(event.due_on),
        "by_unit": event.by_unit,
    }


def result(event: TalentAssessmentFinalised) -> Values:
    return {
        **_of(event),
        **on_money(event.money),
        "conclusion": line(event.conclusion_name),
        "passed": event.conclusion == "passed",
        "final": event.kind == "final",
        "rectify_until": event.rectify_until and day(event.rectify_until),
        "date": day(event.date),
        "reason": prose(event.reason),
    }


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-assessment-due": due,
    "talent-assessment-submitted": submitted,
    "talent-assessment-seen": seen,
    "talent-assessment-returned": returned,
    "talent-assessment-result": result,
}
"""What each letter about an assessment says."""
