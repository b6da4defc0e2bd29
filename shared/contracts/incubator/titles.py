"""What the incubator service tells of titles: applications, rectifications, withdrawals declined, bars."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Event, Id, LegalDate, Text
from shared.contracts.incubator.carriers import CARRIER, Carrier


class _ApplicationMoved(Event):
    """`carrier` is what asks for the title; one not in the register yet has the application's id for its own.
    `level`: the level it asked for."""

    about_field: ClassVar[str] = "application_id"
    example: ClassVar[dict[str, Any]] = {
        "application_id": "3f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "carrier": CARRIER,
        "level": "provincial",
    }
    application_id: Id
    carrier: Carrier
    level: Text


class ApplicationReturned(_ApplicationMoved):
    """Something has to be put right; the application can be handed in again."""

    type_: ClassVar[str] = "incubator.application.returned.v1"
    example: ClassVar[dict[str, Any]] = {
        **_ApplicationMoved.example,
        "reasons": {"tenants": "与在孵企业名录不符，请核对"},
        "labels": {"tenants": "在孵企业"},
        "reason": "名录缺少两家企业的入驻协议",
    }
    reasons: dict[str, Text] = Field(default_factory=dict)
    """By figure, what is wrong with it and what to do."""
    labels: dict[str, Text] = Field(default_factory=dict)
    reason: Text


class ApplicationRefused(_ApplicationMoved):
    type_: ClassVar[str] = "incubator.application.refused.v1"
    example: ClassVar[dict[str, Any]] = {
        **_ApplicationMoved.example,
        "date": "2018-10-20",
        "document_no": "样例文〔2018〕29号",
        "reason": "在孵企业 43 家，要求不少于 50 家",
    }
    date: LegalDate
    document_no: Text
    reason: Text


class RectificationOrdered(Event):
    """A carrier has to put something right until a day, inclusive."""

    type_: ClassVar[str] = "incubator.rectification.ordered.v1"
    about_field: ClassVar[str] = "rectification_id"
    example: ClassVar[dict[str, Any]] = {
        "rectification_id": "5a1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "carrier": CARRIER,
        "what": "补足专业孵化服务人员，重新测量在孵企业使用面积",
        "until": "2019-06-30",
        "date": "2019-01-21",
        "document_no": "样例文〔2019〕5号",
        "reason": "年度考评不合格",
        "basis": "国科发区〔2018〕300号第十四条",
    }
    rectification_id: Id
    carrier: Carrier
    what: Text
    until: LegalDate
    date: LegalDate
    document_no: Text
    reason: Text
    basis: Text | None = None


class RectificationClosed(Event):
    type_: ClassVar[str] = "incubator.rectification.closed.v1"
    about_field: ClassVar[str] = "rectification_id"
    example: ClassVar[dict[str, Any]] = {
        "rectification_id": "5a1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "carrier": CARRIER,
        "outcome": "confirmed",
        "date": "2019-06-28",
        "document_no": "样例文〔2019〕21号",
        "reason": "人员和面积已经核实",
    }
    rectification_id: Id
    carrier: Carrier
    outcome: Literal["confirmed", "failed"]
    date: LegalDate
    document_no: Text
    reason: Text


class WithdrawalDeclined(Event):
    """Two failures in a row proposed to withdraw the title, and the office decided to leave it."""

    type_: ClassVar[str] = "incubator.withdrawal.declined.v1"
    about_field: ClassVar[str] = "evaluation_id"
    example: ClassVar[dict[str, Any]] = {
        "evaluation_id": "2018-Z12",
        "carrier": CARRIER,
        "year": 2018,
        "date": "2019-02-18",
        "document_no": "样例文〔2019〕8号",
        "reason": "场地因道路施工停用半年，已经恢复",
    }
    evaluation_id: Id
    carrier: Carrier
    year: int
    date: LegalDate
    document_no: Text
    reason: Text


class _BarMoved(Event):
    about_field: ClassVar[str] = "bar_id"
    example: ClassVar[dict[str, Any]] = {
        "bar_id": "7c1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "carrier": CARRIER,
        "from_on": "2019-01-21",
        "until": "2021-01-20",
        "date": "2019-01-21",
        "document_no": "样例文〔2019〕9号",
        "reason": "投融资到账凭证系伪造",
    }
    bar_id: Id
    carrier: Carrier
    """Over what it came to light; the whole organisation is barred."""
    from_on: LegalDate
    until: LegalDate
    """The last day, inclusive."""
    date: LegalDate
    document_no: Text
    reason: Text


class OrganisationBarred(_BarMoved):
    """Until the last day it may not apply, and nothing is awarded to it."""

    type_: ClassVar[str] = "incubator.organisation.barred.v1"
    example: ClassVar[dict[str, Any]] = {**_BarMoved.example, "ground": "提供虚假材料或数据"}
    ground: Text


class OrganisationReadmitted(_BarMoved):
    """A bar has ended: by its period, early, or as if it had never been."""

    type_: ClassVar[str] = "incubator.organisation.readmitted.v1"
    example: ClassVar[dict[str, Any]] = {**_BarMoved.example, "date": "2020-03-02", "outcome": "lifted"}
    outcome: Literal["expired", "lifted", "annulled"]
