"""What the talent service tells of money: what may be paid and why, computed, withheld, approved, paid, reversed."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from shared.contracts.event import Data, Event, Hash, Id, LegalDate, Text, Yuan
from shared.contracts.incubator.subsidies import CUT_STEP, STEP
from shared.contracts.talent.applications import Programme
from shared.contracts.talent.awards import AWARD, AwardMoved, Instalment, Planned

MATTER: dict[str, Any] = {
    "what": "instalment",
    "id": AWARD["award_id"],
    "number": AWARD["contract_no"],
    "programme": AWARD["programme"],
    "instalment": 1,
    "person_id": AWARD["person_id"],
    "org_id": AWARD["org_id"],
}


class Then(Data):
    """What comes after an instalment as its award stands: the next one that may still be paid, the next assessment."""

    instalment: Instalment | None = None
    assessment: Planned | None = None


class Matter(Data):
    """What money is for: an instalment of an award, a `year`'s interest, a broker's deal. `number`: of its contract;
    `person_id`: whom it is given; `org_id`: the unit it goes to, if it goes to one, or the broker; `then`: what comes
    after it, told of an instalment that was entered before."""

    what: Literal["instalment", "interest", "deal"]
    id: Id
    number: Text
    programme: Programme | None = None
    instalment: int | None = None
    year: int | None = None
    person_id: Id | None = None
    org_id: Id | None = None
    then: Then | None = None


class TalentInstalmentReleased(AwardMoved):
    """What an instalment waited for has happened: it is to be computed. `kind`: the programme whatever the year, as the
    policy knows it; `granted`: what the award is given in all, `granted_by` how that came about; `because`: what
    released it."""

    type_: ClassVar[str] = "talent.instalment.released.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "kind": "young_star", "date": "2018-07-02", "number": 1, "granted": "100000.00",
        "granted_by": "样例文〔2018〕9号，每人资助 10 万元", "because": "任务书生效",
    }  # fmt: skip
    kind: Text
    date: LegalDate
    number: int
    granted: Yuan
    granted_by: Text
    because: Text


class TalentBrokerClaimed(Event):
    """The office has checked a broker's claim: the reward of this deal is to be computed. `date`: the day it was
    claimed; `contract_key`: the contract's number in its one form, by which a contract is rewarded once; `org_id`: the
    broker."""

    type_: ClassVar[str] = "talent.broker.claimed.v1"
    about_field: ClassVar[str] = "deal_id"
    example: ClassVar[dict[str, Any]] = {
        "deal_id": "7c1d0e9a4b3f4e5d8a6b2c1f0e9d8c7b", "contract_no": "2018210200000123",
        "contract_key": "2018210200000123", "org_id": "b7k3m2", "date": "2019-07-01", "completed_on": "2018-06-30",
        "actual_trade_value": "4000000.00",
    }  # fmt: skip
    deal_id: Id
    contract_no: Text
    contract_key: Id
    org_id: Id
    date: LegalDate
    completed_on: LegalDate
    actual_trade_value: Yuan


class TalentGrantWithheld(AwardMoved):
    """An instalment is held until something is put right, or stopped for good."""

    type_: ClassVar[str] = "talent.grant.withheld.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "number": 2, "amount": "500000.00", "effect": "stopped", "reason": "中期评估不通过",
    }  # fmt: skip
    number: int
    amount: Yuan
    effect: Literal["held", "stopped"]
    reason: Text


class TalentSettlementRequested(Event):
    """A fact was supplied, a decision made, a grant reversed: compute what followed from `cause_event_id` again."""

    type_: ClassVar[str] = "talent.settlement.requested.v1"
    about_field: ClassVar[str] = "request_id"
    example: ClassVar[dict[str, Any]] = {
        "request_id": "G-1",
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "facts": {"actual_trade_value": "900000.00"},
        "by": "clerk-1",
        "reason": "补交到账凭证",
    }
    request_id: Id
    cause_event_id: Id
    facts: dict[str, str] = Field(default_factory=dict)
    by: Id
    reason: Text


class _Grant(Event):
    """What an event came to, or did not, and why: the explanation is whole, so that a letter need not ask back."""

    about_field: ClassVar[str] = "grant_id"
    example: ClassVar[dict[str, Any]] = {
        "grant_id": "G-2018-0007",
        "matter": MATTER,
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "policy": "young-star-2018",
        "policy_version": "young-star-2018/v1",
        "article": "创新驱动发展意见第（十二）条",
        "rule": "instalment-1",
        "amount": "100000.00",
        "explanation": [STEP],
        "explanation_hash": "9c41" + "0" * 58 + "e7",
    }
    grant_id: Id
    matter: Matter
    cause_event_id: Id
    policy: Text
    policy_version: Text
    article: Text | None = None
    rule: Text | None = None
    explanation: list[dict[str, Any]]
    explanation_hash: Hash


class TalentGrantComputed(_Grant):
    """An amount; or, while the office has to decide, the ceiling (and floor) it may decide under."""

    type_: ClassVar[str] = "talent.grant.computed.v1"
    amount: Yuan | None = None
    floor: Yuan | None = None
    ceiling: Yuan | None = None


class TalentGrantDeclined(_Grant):
    type_: ClassVar[str] = "talent.grant.declined.v1"
    example: ClassVar[dict[str, Any]] = {**_Grant.example, "amount": "0.00", "reason": "already-awarded"}
    amount: Literal["0.00"] = "0.00"
    reason: Text


class TalentGrantBlocked(Event):
    """Nothing can be computed until somebody supplies what is missing; it is never read as zero."""

    type_: ClassVar[str] = "talent.grant.blocked.v1"
    about_field: ClassVar[str] = "grant_id"
    example: ClassVar[dict[str, Any]] = {
        "grant_id": "G-2018-0007",
        "matter": MATTER,
        "cause_event_id": "6f1c9a52-4f0e-5f0d-9b2e-0d6c6f1c9a52",
        "policy": "young-star-2018",
        "policy_version": "young-star-2018/v1",
        "code": "missing-fact",
        "message": "缺少计算所需的事实：实际技术交易额",
    }
    grant_id: Id
    matter: Matter
    cause_event_id: Id
    policy: Text
    policy_version: Text
    code: Text
    message: Text


class TalentGrantCut(_Grant):
    """A year's budget does not hold everything: this grant is paid in part, not at all, or out of a later budget."""

    type_: ClassVar[str] = "talent.grant.cut.v1"
    example: ClassVar[dict[str, Any]] = {
        **_Grant.example,
        "explanation": [CUT_STEP],
        "amount": "62500.00",
        "computed": "100000.00",
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


class _Granted(_Grant):
    """What is paid; where a short budget cut the grant, what was computed and the steps that explain the cut."""

    amount: Yuan
    computed: Yuan | None = None
    cut: list[dict[str, Any]] = Field(default_factory=list)


class TalentGrantApproved(_Granted):
    type_: ClassVar[str] = "talent.grant.approved.v1"
    example: ClassVar[dict[str, Any]] = {**_Grant.example, "approved_by": "head-1"}
    approved_by: Id


class TalentGrantPaid(_Granted):
    type_: ClassVar[str] = "talent.grant.paid.v1"
    example: ClassVar[dict[str, Any]] = {
        **_Grant.example,
        "paid_on": "2018-07-20",
        "document_no": "样例财〔2018〕12号",
    }
    paid_on: LegalDate
    document_no: Text


class TalentGrantReversed(_Grant):
    """A reversing entry: the ledger is corrected by one more row, never by changing one."""

    type_: ClassVar[str] = "talent.grant.reversed.v1"
    example: ClassVar[dict[str, Any]] = {**_Grant.example, "reverses": "G-2018-0006", "reason": "项目终止"}
    amount: Yuan = Field(description="what is taken back, as a positive amount")
    reverses: Id
    reason: Text
