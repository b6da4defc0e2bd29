"""What the incubator service tells of a year's rounds and of the reports in them."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.incubator.carriers import CARRIER, Carrier


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
