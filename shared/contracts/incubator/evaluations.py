"""What the incubator service tells of grades: published, objected to, final, corrected, and computed from again."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.incubator.carriers import CARRIER, Carrier


class EvaluationPublicised(Event):
    type_: ClassVar[str] = "incubator.evaluation.publicised.v1"
    about_field: ClassVar[str] = "evaluation_id"
    example: ClassVar[dict[str, Any]] = {
        "evaluation_id": "2018-Z12",
        "carrier": CARRIER,
        "grade": "excellent",
        "grade_name": "优秀",
        "total": "91.50",
        "public_from": "2018-12-10",
        "public_until": "2018-12-14",
        "objection": "书面实名，附证据和联系方式，公示期内提出",
    }
    evaluation_id: Id
    carrier: Carrier
    grade: Text
    grade_name: Text | None = None
    total: Text | None = None
    public_from: LegalDate
    public_until: LegalDate
    objection: Text


class ObjectionFiled(Event):
    type_: ClassVar[str] = "incubator.objection.filed.v1"
    about_field: ClassVar[str] = "objection_id"
    example: ClassVar[dict[str, Any]] = {
        "objection_id": "O-1",
        "objector_id": "U-Z12",
        "evaluation_id": "2018-Z12",
        "carrier": CARRIER,
        "decide_by": "2018-12-19",
    }
    objection_id: Id
    objector_id: Id
    evaluation_id: Id
    carrier: Carrier
    decide_by: LegalDate


class ObjectionDecided(Event):
    type_: ClassVar[str] = "incubator.objection.decided.v1"
    about_field: ClassVar[str] = "objection_id"
    example: ClassVar[dict[str, Any]] = {
        "objection_id": "O-1",
        "objector_id": "U-Z12",
        "evaluation_id": "2018-Z12",
        "carrier": CARRIER,
        "outcome": "upheld",
        "reason": "补充的到账凭证属实，投融资额改按 120 万元计分",
    }
    objection_id: Id
    objector_id: Id
    evaluation_id: Id
    carrier: Carrier
    outcome: Literal["upheld", "rejected", "withdrawn"]
    reason: Text


class EvaluationFinalised(Event):
    """Publicity is over and no objection is open. `date` alone decides which rules are in force."""

    type_: ClassVar[str] = "incubator.evaluation.finalised.v1"
    about_field: ClassVar[str] = "evaluation_id"
    example: ClassVar[dict[str, Any]] = {
        "evaluation_id": "2018-Z12",
        "round_id": "2018-makerspace",
        "year": 2018,
        "carrier": CARRIER,
        "grade": "excellent",
        "grade_name": "优秀",
        "total": "91.50",
        "date": "2018-12-17",
        "document_no": "样例文〔2018〕40号",
        "withdrawal_proposed": False,
        "facts": {"operating_cost_prev_year": "900000.00"},
        "sources": {"operating_cost_prev_year": "2018 年度填报第 2 版"},
    }
    evaluation_id: Id
    round_id: Id
    year: int
    carrier: Carrier
    grade: Text
    grade_name: Text | None = None
    total: Text | None = None
    date: LegalDate
    document_no: Text | None = None
    withdrawal_proposed: bool = False
    """The second failure in a row: the title may be withdrawn."""
    facts: dict[str, str] = Field(default_factory=dict)
    sources: dict[str, str] = Field(default_factory=dict)


class EvaluationCorrected(Event):
    """A final grade corrected by a decision of its own. What followed from `cause_event_id`, the event of the final
    grade, is computed again; the rules in force stay those of `date`, the day the grade became final."""

    type_: ClassVar[str] = "incubator.evaluation.corrected.v1"
    about_field: ClassVar[str] = "evaluation_id"
    example: ClassVar[dict[str, Any]] = {
        "evaluation_id": "2018-Z12",
        "correction_id": "C-1",
        "number": 1,
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "round_id": "2018-makerspace",
        "year": 2018,
        "carrier": CARRIER,
        "grade": "good",
        "grade_name": "良好",
        "grade_before": "excellent",
        "grade_before_name": "优秀",
        "date": "2018-12-17",
        "corrected_on": "2019-05-06",
        "document_no": "样例文〔2019〕12号",
        "reason": "经核查，填报的投融资额不实",
        "withdrawal_proposed": False,
    }
    evaluation_id: Id
    correction_id: Id
    number: int
    """Which correction of this grade it is, from 1: the last one holds, in whatever order they are heard."""
    cause_event_id: Id
    round_id: Id
    year: int
    carrier: Carrier
    grade: Text
    grade_name: Text
    grade_before: Text
    grade_before_name: Text
    date: LegalDate
    corrected_on: LegalDate
    document_no: Text
    reason: Text
    withdrawal_proposed: bool = False
    """The second failure in a row: the title may be withdrawn."""


class SettlementRequested(Event):
    """A fact was supplied, a decision made, an award reversed: compute what followed from `cause_event_id` again."""

    type_: ClassVar[str] = "incubator.settlement.requested.v1"
    about_field: ClassVar[str] = "request_id"
    example: ClassVar[dict[str, Any]] = {
        "request_id": "S-1",
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "facts": {"operating_cost_prev_year": "900000.00"},
        "by": "clerk-1",
        "reason": "补交审计报告",
    }
    request_id: Id
    cause_event_id: Id
    facts: dict[str, str] = Field(default_factory=dict)
    by: Id
    reason: Text
