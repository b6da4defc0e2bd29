"""What the talent service tells of awards: the 任务书, the begin that money follows from, changes, the end."""

from typing import Any, ClassVar

from pydantic import Field

from shared.contracts.event import Data, Event, Id, LegalDate, Text, Yuan
from shared.contracts.talent.applications import APPLICATION, Programme

AWARD: dict[str, Any] = {
    **APPLICATION,
    "award_id": "2b1f3c64-91d7-5c0e-8f0a-3d5c7e9a1b24",
    "contract_no": "QX-2018-2B1F3C64",
}
PARTS: list[dict[str, Any]] = [
    {"number": 1, "when": "contract", "says": "任务书签订后一次拨付", "amount": "100000.00"}
]  # fmt: skip


class Instalment(Data):
    """A part of the amount: paid once what `when` names (contract, midterm, final) has happened; `says` it in words."""

    number: int
    when: Text
    says: Text
    amount: Yuan


class Planned(Data):
    """An assessment and its due date."""

    kind: Text
    name: Text
    due_on: LegalDate


class OnMoney(Data):
    """What a decision does to money: `effect` released, held, stopped or nothing, to these instalments, `effect_name`
    as people call it; `recovery_proposed`: whether to ask back what was paid is to be decided."""

    effect: Text
    effect_name: Text
    instalments: list[int] = Field(default_factory=list)
    recovery_proposed: bool


class AwardMoved(Event):
    """`person_id`: the talent; `org_id`: his unit of today."""

    about_field: ClassVar[str] = "award_id"
    award_id: Id
    application_id: Id
    programme: Programme
    contract_no: Text
    person_id: Id
    org_id: Id


class TalentApplicationAwarded(AwardMoved):
    """The selection is final. The talent fills in the 任务书 next, and is asked to confirm it by `answer_by`,
    inclusive; `amount`: none where interest is paid."""

    type_: ClassVar[str] = "talent.application.awarded.v1"
    about_field: ClassVar[str] = "application_id"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "date": "2018-06-20", "document_no": "样例文〔2018〕9号", "amount": "100000.00", "instalments": PARTS,
        "answer_by": "2018-07-05",
    }  # fmt: skip
    date: LegalDate
    document_no: Text
    amount: Yuan | None = None
    instalments: list[Instalment] = Field(default_factory=list)
    answer_by: LegalDate | None = None


class TalentContractConfirmed(AwardMoved):
    """A version of the 任务书 was confirmed: `by_unit` by the unit, and the office countersigns next; otherwise by the
    talent, and the unit confirms next and is asked to by `answer_by`, inclusive."""

    type_: ClassVar[str] = "talent.contract.confirmed.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "number": 1, "by_unit": False, "answer_by": "2018-07-10",
    }  # fmt: skip
    number: int
    by_unit: bool
    answer_by: LegalDate | None = None


class TalentContractReturned(AwardMoved):
    """A version of the 任务书 goes back to its talent to be edited, who is asked to confirm it again by `answer_by`,
    inclusive; `by_unit`: by the unit, otherwise by the office."""

    type_: ClassVar[str] = "talent.contract.returned.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "number": 1, "reason": "验收指标没有数值", "reasons": {"target-1-figure": "请写明数值"},
        "labels": {"target-1-figure": "第 1 项考核指标的数值"}, "by_unit": True,
        "answer_by": "2018-07-14",
    }  # fmt: skip
    number: int
    reason: Text
    reasons: dict[str, Text] = Field(default_factory=dict)
    """By field, what is to be put right."""
    labels: dict[str, Text] = Field(default_factory=dict)
    """What people call those fields."""
    by_unit: bool
    answer_by: LegalDate | None = None


class TalentAwardStarted(AwardMoved):
    """The 任务书 is in force: the ledger computes what the edition's policy pays for `award_started` on this day.

    `kind`: the programme whatever the year, as the policy knows it; `decided`: what the office decided of the amount,
    where the edition leaves it to the office (amount, by, on, reason); `facts`: what else the policy asks.
    """

    type_: ClassVar[str] = "talent.award.started.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD,
        "kind": "young_star",
        "date": "2018-07-02",
        "until": "2020-07-02",
        "number": 1,
        "amount": "100000.00",
        "decided": {},
        "facts": {},
        "instalments": PARTS,
        "assessments": [{"kind": "final", "name": "验收", "due_on": "2020-07-02"}],
    }
    kind: Text
    date: LegalDate
    until: LegalDate
    number: int
    """The version of the 任务书."""
    amount: Yuan | None = None
    decided: dict[str, str] = Field(default_factory=dict)
    facts: dict[str, str] = Field(default_factory=dict)
    instalments: list[Instalment] = Field(default_factory=list)
    assessments: list[Planned] = Field(default_factory=list)


class TalentAwardResumed(AwardMoved):
    """The office lifts what held the money back: these instalments may be paid."""

    type_: ClassVar[str] = "talent.award.resumed.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "date": "2019-10-08", "reason": "年度报告已补齐",
        "money": {"effect": "released", "effect_name": "可以拨付", "instalments": [1], "recovery_proposed": False},
    }  # fmt: skip
    date: LegalDate
    reason: Text
    money: OnMoney


class TalentAwardTerminated(AwardMoved):
    """The office ended it before its time: nothing further is paid or assessed."""

    type_: ClassVar[str] = "talent.award.terminated.v1"
    example: ClassVar[dict[str, Any]] = {
        **AWARD, "date": "2019-03-01", "reason": "负责人调离本市", "document_no": "样例文〔2019〕2号",
        "money": {"effect": "stopped", "effect_name": "停止拨付", "instalments": [], "recovery_proposed": True},
    }  # fmt: skip
    date: LegalDate
    reason: Text
    document_no: Text
    money: OnMoney


CHANGE: dict[str, Any] = {
    **AWARD, "change_id": "51d0c8f2-6a3b-5d1c-9e4f-7a2b8c3d4e5f", "what": "extension", "what_name": "延期",
}  # fmt: skip


class TalentChangeApplied(AwardMoved):
    """A change is applied for; the unit looks at it next, and is asked to by `answer_by`, inclusive. Why stands on its
    page: those are the applicant's own words."""

    type_: ClassVar[str] = "talent.change.applied.v1"
    about_field: ClassVar[str] = "change_id"
    example: ClassVar[dict[str, Any]] = {
        **CHANGE, "answer_by": "2020-03-16",
    }  # fmt: skip
    change_id: Id
    what: Text
    what_name: Text
    answer_by: LegalDate | None = None


class TalentChangeAsked(AwardMoved):
    """An award is to change to another unit, or to another leader: whoever it is asked whether he takes it, by
    `answer_by`, inclusive."""

    type_: ClassVar[str] = "talent.change.asked.v1"
    about_field: ClassVar[str] = "change_id"
    example: ClassVar[dict[str, Any]] = {
        **CHANGE, "what": "unit", "what_name": "变更单位", "new_org_id": "T-02",
        "answer_by": "2020-03-16",
    }  # fmt: skip
    change_id: Id
    what: Text
    what_name: Text
    new_org_id: Id | None = None
    """The unit that is asked,"""
    new_person_id: Id | None = None
    """or who is to lead."""
    answer_by: LegalDate | None = None


class TalentChangeDecided(AwardMoved):
    """The office decided a change. `assessments`: the due dates from now on, where it moved them."""

    type_: ClassVar[str] = "talent.change.decided.v1"
    about_field: ClassVar[str] = "change_id"
    example: ClassVar[dict[str, Any]] = {
        **CHANGE, "approved": True, "reason": "同意延期 6 个月", "document_no": "样例文〔2020〕3号",
        "assessments": [{"kind": "final", "name": "验收", "due_on": "2021-01-02"}],
    }  # fmt: skip
    change_id: Id
    what: Text
    what_name: Text
    approved: bool
    reason: Text
    document_no: Text | None = None
    assessments: list[Planned] = Field(default_factory=list)
    new_org_id: Id | None = None
    """The unit it was to change to."""
    new_person_id: Id | None = None
    """Who was to lead from now on."""
