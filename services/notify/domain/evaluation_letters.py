"""What the letters about a grade say: made public, objected to, decided, final."""

from typing import Any

from services.notify.domain.wording import day, grade_name, kind_name, line, prose
from shared.contracts.incubator import (
    EvaluationCorrected,
    EvaluationFinalised,
    EvaluationPublicised,
    ObjectionDecided,
    ObjectionFiled,
)
from shared.core.dates import parse_date
from shared.evaluation.scheme import UNQUALIFIED

Values = dict[str, Any]

OUTCOMES = {"upheld": "异议成立", "rejected": "异议不成立", "withdrawn": "异议已撤回"}


def publicised(event: EvaluationPublicised) -> Values:
    return {
        "evaluation_id": line(event.evaluation_id),
        "kind": kind_name(event.carrier.kind),
        "grade": grade_name(event.grade, event.grade_name),
        "total": event.total and line(event.total),
        "public_from": day(event.public_from),
        "public_until": day(event.public_until),
        "objection": prose(event.objection).rstrip("。"),
    }


def objection_received(event: ObjectionFiled) -> Values:
    return {
        "receipt": line(event.objection_id),
        "evaluation_id": line(event.evaluation_id),
        "about": line(event.carrier.name),
        "decide_by": day(event.decide_by),
    }


def objection_decided(event: ObjectionDecided) -> Values:
    """The objector's name is kept confidential: the letter to the unit names the objection's number alone."""
    return {
        "receipt": line(event.objection_id),
        "evaluation_id": line(event.evaluation_id),
        "about": line(event.carrier.name),
        "outcome": event.outcome,
        "outcome_name": OUTCOMES[event.outcome],
        "reason": prose(event.reason),
    }


def result(event: EvaluationFinalised) -> Values:
    """A final grade. For a failure: the date to rectify by, if the event carries the fact `rectify_by`."""
    rectify_by = parse_date(event.facts.get("rectify_by"))
    return {
        "evaluation_id": line(event.evaluation_id),
        "kind": kind_name(event.carrier.kind),
        "year": event.year,
        "grade": grade_name(event.grade, event.grade_name),
        "failed": event.grade == UNQUALIFIED,
        "total": event.total and line(event.total),
        "date": day(event.date),
        "document_no": event.document_no and line(event.document_no),
        "rectify_by": rectify_by and day(rectify_by),
        "withdrawal_proposed": event.withdrawal_proposed,
    }


def corrected(event: EvaluationCorrected) -> Values:
    """A final grade that was corrected. What it changes in money is told by letters of its own."""
    return {
        "evaluation_id": line(event.evaluation_id),
        "kind": kind_name(event.carrier.kind),
        "year": event.year,
        "grade": grade_name(event.grade, event.grade_name),
        "grade_before": grade_name(event.grade_before, event.grade_before_name),
        "failed": event.grade == UNQUALIFIED,
        "date": day(event.date),
        "corrected_on": day(event.corrected_on),
        "document_no": line(event.document_no),
        "reason": prose(event.reason),
        "withdrawal_proposed": event.withdrawal_proposed,
    }
