"""What the incubator service tells of carriers, reports, rounds, grades and objections."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Data, Event, Id, LegalDate, Text

CARRIER = {"id": "Z12", "org_id": "U-Z12", "kind": "makerspace", "level": "city", "name": "样例众创空间 12"}


class Carrier(Data):
    """A carrier as every event names it, so that no reader has to ask back."""

    id: Id
    org_id: Id
    kind: Text
    level: Text | None = None
    name: Text


class _TitleMoved(Event):
    about_field: ClassVar[str] = "carrier_id"
    example: ClassVar[dict[str, Any]] = {"carrier": CARRIER, "date": "2018-06-20", "document_no": "样例文〔2018〕17号"}
    carrier: Carrier
    date: LegalDate
    document_no: Text

    @property
    def carrier_id(self) -> str:
        return self.carrier.id


class CarrierRecognised(_TitleMoved):
    """A title given at a level."""

    type_: ClassVar[str] = "incubator.carrier.recognised.v1"


class CarrierWithdrawn(_TitleMoved):
    """A title taken back."""

    type_: ClassVar[str] = "incubator.carrier.withdrawn.v1"
    example: ClassVar[dict[str, Any]] = {
        **_TitleMoved.example,
        "reason": "2017、2018 年度考评连续两次不合格",
        "basis": "国科发区〔2018〕300号第十四条",
    }
    reason: Text | None = None
    basis: Text | None = None
    """The article it rests on."""


class TenantHnteRecognised(Event):
    """Published once a clerk has checked certificate and dates."""

    type_: ClassVar[str] = "incubator.tenant.hnte_recognised.v1"
    about_field: ClassVar[str] = "tenant_id"
    example: ClassVar[dict[str, Any]] = {
        "carrier": CARRIER,
        "tenant_id": "E001",
        "date": "2018-11-30",
        "entered_on": "2016-03-01",
        "graduated_on": None,
    }
    carrier: Carrier
    tenant_id: Id
    date: LegalDate
    entered_on: LegalDate
    graduated_on: LegalDate | None = None


class _RoundMoved(Event):
    about_field: ClassVar[str] = "round_id"
    example: ClassVar[dict[str, Any]] = {
        "round_id": "2018-makerspace",
        "year": 2018,
        "kind": "makerspace",
        "dates": {"opens_on": "2018-11-01", "closes_on": "2018-11-30"},
    }
    round_id: Id
    year: int
    kind: Text
    dates: dict[str, LegalDate]


class RoundOpened(_RoundMoved):
    type_: ClassVar[str] = "incubator.round.opened.v1"


class RoundClosed(_RoundMoved):
    type_: ClassVar[str] = "incubator.round.closed.v1"


class RoundPublicised(_RoundMoved):
    type_: ClassVar[str] = "incubator.round.publicised.v1"


class RoundFinalised(_RoundMoved):
    type_: ClassVar[str] = "incubator.round.finalised.v1"


class _ReportMoved(Event):
    about_field: ClassVar[str] = "report_id"
    example: ClassVar[dict[str, Any]] = {
        "report_id": "2018-Z12",
        "carrier": CARRIER,
        "round_id": "2018-makerspace",
        "version": 2,
        "missing": [],
        "reasons": {"seats_used": "已使用工位大于工位总数，请核对"},
        "labels": {"seats_used": "已使用工位"},
        "deadline": "2018-12-05",
    }
    report_id: Id
    carrier: Carrier
    round_id: Id
    version: int | None = None
    missing: list[Text] = Field(default_factory=list)
    reasons: dict[str, Text] = Field(default_factory=dict)
    """By field, what is wrong with it and what to do."""
    labels: dict[str, Text] = Field(default_factory=dict)
    """By field, what people call it."""
    deadline: LegalDate | None = None


class ReportDue(_ReportMoved):
    """A round was opened and this carrier has to report, or it closes soon and something is missing."""

    type_: ClassVar[str] = "incubator.report.due.v1"
    example: ClassVar[dict[str, Any]] = {
        **_ReportMoved.example,
        "version": None,
        "reasons": {},
        "labels": {},
        "stage": "opened",
        "year": 2018,
        "period": 2017,
        "document_no": "样例文〔2018〕31号",
        "opens_on": "2018-11-01",
        "deadline": "2018-11-30",
    }
    stage: Literal["opened", "closing"] = "closing"
    year: int | None = None
    period: int | None = None
    document_no: Text | None = None
    opens_on: LegalDate | None = None


class ReportSubmitted(_ReportMoved):
    type_: ClassVar[str] = "incubator.report.submitted.v1"
    example: ClassVar[dict[str, Any]] = {
        **_ReportMoved.example,
        "reasons": {},
        "labels": {},
        "receipt": "2018-makerspace-Z12-2",
    }
    receipt: Text | None = None


class ReportReturned(_ReportMoved):
    type_: ClassVar[str] = "incubator.report.returned.v1"
    example: ClassVar[dict[str, Any]] = {**_ReportMoved.example, "returned_by": "clerk-1", "corrections_left": 2}
    returned_by: Text | None = None
    corrections_left: int | None = None


class ReportAccepted(_ReportMoved):
    type_: ClassVar[str] = "incubator.report.accepted.v1"


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
