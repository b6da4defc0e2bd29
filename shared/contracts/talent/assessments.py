"""What the talent service tells of assessments: due, handed in, given back, concluded with the effect on money."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.event import Id, LegalDate, Text
from shared.contracts.talent.awards import AWARD, AwardMoved, OnMoney

ASSESSMENT: dict[str, Any] = {
    **AWARD, "assessment_id": "9c4e2a10-7b5d-5f3a-8d21-0e6f4b8c9a37", "kind": "final", "assessment_name": "验收",
}  # fmt: skip


class _AssessmentMoved(AwardMoved):
    """`kind`: yearly, midterm or final; `assessment_name` as the programme calls it."""

    about_field: ClassVar[str] = "assessment_id"
    assessment_id: Id
    kind: Text
    assessment_name: Text


class TalentAssessmentDue(_AssessmentMoved):
    """A reminder that it is due; `days_left`: negative once the day has passed. `rectifying`: to be done once more."""

    type_: ClassVar[str] = "talent.assessment.due.v1"
    example: ClassVar[dict[str, Any]] = {**ASSESSMENT, "due_on": "2020-07-02", "days_left": 30, "rectifying": False}
    due_on: LegalDate
    days_left: int
    rectifying: bool


class TalentAssessmentSubmitted(_AssessmentMoved):
    """Handed in; the unit looks at it next. `answer_by`: until which day, inclusive, it is asked to."""

    type_: ClassVar[str] = "talent.assessment.submitted.v1"
    example: ClassVar[dict[str, Any]] = {
        **ASSESSMENT, "number": 1, "receipt": "KH-20200628-9C4E2A10-1", "answer_by": "2020-07-13",
    }  # fmt: skip
    number: int
    receipt: Text
    answer_by: LegalDate | None = None


class TalentAssessmentSeen(_AssessmentMoved):
    """The unit has said what it thinks, agreeing or not; the office concludes next. What it said stays in the service's
    tables."""

    type_: ClassVar[str] = "talent.assessment.seen.v1"
    example: ClassVar[dict[str, Any]] = {**ASSESSMENT, "number": 1, "agrees": True}
    number: int
    agrees: bool


class TalentAssessmentReturned(_AssessmentMoved):
    """Goes back to be put right; `by_unit`: the unit returned it, otherwise the office."""

    type_: ClassVar[str] = "talent.assessment.returned.v1"
    example: ClassVar[dict[str, Any]] = {
        **ASSESSMENT, "number": 1, "reason": "论文清单缺少附件", "reasons": {"outputs": "请逐篇列出"},
        "labels": {"outputs": "取得的成果"},
        "due_on": "2020-07-02", "by_unit": True,
    }  # fmt: skip
    number: int
    reason: Text
    reasons: dict[str, Text] = Field(default_factory=dict)
    labels: dict[str, Text] = Field(default_factory=dict)
    """What people call those fields."""
    due_on: LegalDate
    by_unit: bool


class TalentAssessmentFinalised(_AssessmentMoved):
    """The office concluded: passed, rectify (until a day, inclusive) or failed; and what that does to the money."""

    type_: ClassVar[str] = "talent.assessment.finalised.v1"
    example: ClassVar[dict[str, Any]] = {
        **ASSESSMENT,
        "number": 1,
        "conclusion": "passed",
        "conclusion_name": "通过",
        "reason": "指标全部完成",
        "rectify_until": None,
        "date": "2020-07-20",
        "money": {"effect": "nothing", "effect_name": "没有影响", "instalments": [], "recovery_proposed": False},
    }
    number: int
    """The conclusion's: one that was rectified is concluded on again."""
    conclusion: Text
    conclusion_name: Text
    reason: Text
    rectify_until: LegalDate | None = None
    date: LegalDate
    money: OnMoney
