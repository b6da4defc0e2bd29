"""What the incubator service tells of money: computed, declined, blocked, approved, paid, reversed."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Event, Hash, Id, LegalDate, Text, Yuan
from shared.contracts.incubator.carriers import CARRIER, Carrier

STEP: dict[str, Any] = {
    "step": "result",
    "article": "12",
    "says": "应补助 300,000.00 元",
    "inputs": [],
    "formula": None,
    "before": "300000.00",
    "after": "300000.00",
    "took": None,
    "counted": [],
}

CUT_STEP: dict[str, Any] = {
    **STEP,
    "step": "budget",
    "says": "2019 年预算余额 500,000.00 元，提出拨付 800,000.00 元，按样例财〔2019〕9号同比例核减",
    "formula": "300,000.00 元 × 500,000.00 元 ÷ 800,000.00 元 = 187,500.00 元",
    "after": "187500.00",
    "took": "112500.00",
}


class _Subsidy(Event):
    """What an event came to, or did not, and why: the explanation is whole, so that a letter need not ask back."""

    about_field: ClassVar[str] = "subsidy_id"
    example: ClassVar[dict[str, Any]] = {
        "subsidy_id": "S-2018-0412",
        "carrier": CARRIER,
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "policy": "dalian-2017-52",
        "policy_version": "dalian-2017-52/v1",
        "article": "12",
        "rule": "makerspace-excellent",
        "amount": "300000.00",
        "explanation": [STEP],
        "explanation_hash": "9c41" + "0" * 58 + "e7",
    }
    subsidy_id: Id
    carrier: Carrier
    cause_event_id: Id
    policy: Text
    policy_version: Text
    article: Text | None = None
    rule: Text | None = None
    explanation: list[dict[str, Any]]
    explanation_hash: Hash


class SubsidyComputed(_Subsidy):
    """An amount; or, while the office has to decide, the ceiling (and floor) it may decide under."""

    type_: ClassVar[str] = "incubator.subsidy.computed.v1"
    amount: Yuan | None = None
    floor: Yuan | None = None
    ceiling: Yuan | None = None


class SubsidyDeclined(_Subsidy):
    type_: ClassVar[str] = "incubator.subsidy.declined.v1"
    example: ClassVar[dict[str, Any]] = {**_Subsidy.example, "amount": "0.00", "reason": "grade-not-eligible"}
    amount: Literal["0.00"] = "0.00"
    reason: Text


class SubsidyBlocked(Event):
    """Nothing can be computed until somebody supplies what is missing; it is never read as zero."""

    type_: ClassVar[str] = "incubator.subsidy.blocked.v1"
    about_field: ClassVar[str] = "subsidy_id"
    example: ClassVar[dict[str, Any]] = {
        "subsidy_id": "S-2018-0412",
        "carrier": CARRIER,
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "policy": "dalian-2017-52",
        "policy_version": "dalian-2017-52/v1",
        "code": "missing-fact",
        "message": "缺少计算所需的事实：上年度运营成本",
    }
    subsidy_id: Id
    carrier: Carrier
    cause_event_id: Id
    policy: Text
    policy_version: Text
    code: Text
    message: Text


class SubsidyCut(_Subsidy):
    """A year's budget does not hold everything: this award is paid in part, not at all, or out of a later budget."""

    type_: ClassVar[str] = "incubator.subsidy.cut.v1"
    example: ClassVar[dict[str, Any]] = {
        **_Subsidy.example,
        "explanation": [CUT_STEP],
        "amount": "187500.00",
        "computed": "300000.00",
        "budget_year": 2019,
        "document_no": "样例财〔2019〕9号",
        "reason": "本年预算不足，按比例安排",
    }
    amount: Yuan = Field(description="what is paid of it out of this budget")
    computed: Yuan = Field(description="what the policy came to")
    budget_year: int
    carried_to: int | None = None
    """The budget year it waits for, whole; otherwise the rest is not paid."""
    document_no: Text
    reason: Text


class _Granted(_Subsidy):
    """What is paid; where a short budget cut the award, what was computed and the steps that explain the cut."""

    amount: Yuan
    computed: Yuan | None = None
    cut: list[dict[str, Any]] = Field(default_factory=list)


class SubsidyApproved(_Granted):
    type_: ClassVar[str] = "incubator.subsidy.approved.v1"
    example: ClassVar[dict[str, Any]] = {**_Subsidy.example, "approved_by": "head-1"}
    approved_by: Id


class SubsidyPaid(_Granted):
    type_: ClassVar[str] = "incubator.subsidy.paid.v1"
    example: ClassVar[dict[str, Any]] = {
        **_Subsidy.example,
        "paid_on": "2019-03-01",
        "document_no": "样例财〔2019〕3号",
    }
    paid_on: LegalDate
    document_no: Text


class SubsidyReversed(_Subsidy):
    """A reversing entry: the ledger is corrected by one more row, never by changing one."""

    type_: ClassVar[str] = "incubator.subsidy.reversed.v1"
    example: ClassVar[dict[str, Any]] = {**_Subsidy.example, "reverses": "S-2018-0411", "reason": "证书被撤销"}
    amount: Yuan = Field(description="what is taken back, as a positive amount")
    reverses: Id
    reason: Text
