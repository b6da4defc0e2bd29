"""Which letters follow from which event, and to whom: what a service may promise before it does something.

The notify service writes the letters; here stands only that there is one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from shared.contracts.contact import person_of
from shared.contracts.event import Event
from shared.contracts.incubator import (
    ApplicationRefused,
    ApplicationReturned,
    CarrierChangeDecided,
    CarrierRecognised,
    CarrierWithdrawn,
    EvaluationCorrected,
    EvaluationFinalised,
    EvaluationPublicised,
    ObjectionDecided,
    ObjectionFiled,
    OrganisationBarred,
    OrganisationReadmitted,
    RectificationClosed,
    RectificationOrdered,
    ReportAccepted,
    ReportDue,
    ReportReturned,
    ReportSubmitted,
    ReviewReleased,
    ReviewsAssigned,
    ReviewsDue,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyCut,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
    TenantHnteRefused,
    WithdrawalDeclined,
)
from shared.contracts.talent import (
    TalentApplicationAccepted,
    TalentApplicationAwarded,
    TalentApplicationConfirmed,
    TalentApplicationDeclined,
    TalentApplicationRecommended,
    TalentApplicationReturned,
    TalentApplicationSelected,
    TalentApplicationSubmitted,
    TalentApplicationUnlisted,
    TalentApplicationWithdrawn,
    TalentAssessmentDue,
    TalentAssessmentFinalised,
    TalentAssessmentReturned,
    TalentAssessmentSeen,
    TalentAssessmentSubmitted,
    TalentAwardResumed,
    TalentAwardStarted,
    TalentAwardTerminated,
    TalentBrokerDecided,
    TalentBrokerEnded,
    TalentChangeApplied,
    TalentChangeAsked,
    TalentChangeDecided,
    TalentContractConfirmed,
    TalentContractReturned,
    TalentDealDecided,
    TalentErasureAsked,
    TalentErasureDeclined,
    TalentGrantBlocked,
    TalentGrantComputed,
    TalentGrantCut,
    TalentGrantDeclined,
    TalentGrantPaid,
    TalentGrantReversed,
    TalentGrantWithheld,
    TalentInterestAnswered,
    TalentMemberInvited,
    TalentObjectionDecided,
    TalentObjectionFiled,
    TalentReviewReleased,
    TalentReviewsAssigned,
    TalentReviewsDue,
)

UNIT, OBJECTOR, EXPERT = "unit", "objector", "expert"
"""Who is written to: the organisation behind the carrier, whoever objected, or an expert himself,"""
APPLICANT, MEMBER, RECOMMENDER = "applicant", "member", "recommender"
"""an applicant or the member of a team himself, or the unit that recommends: the event names it by `org_id`."""
OVERRULED = "overruled"
"""the unit that recommended, where the office gives back what it did;"""
TALENT, EMPLOYER = "talent", "employer"
"""Whose award it is, and where he works today;"""
NEW_TALENT, NEW_EMPLOYER = "new_talent", "new_employer"
"""who takes an award over by a change that was approved;"""
ASKED_TALENT, ASKED_EMPLOYER = "asked_talent", "asked_employer"
"""who is asked before whether he takes it;"""
BROKER = "broker"
"""a technology broker: the event names him by `org_id`;"""
GRANTEE, PAYEE = "grantee", "payee"
"""to whom money is given, and the unit it goes to: the event's `matter` names them, either or both."""
PERSONS = frozenset({EXPERT, APPLICANT, MEMBER, TALENT})
"""Those who are written to as persons: the event names them by `person_id`."""
AS_UNITS = frozenset({RECOMMENDER, OVERRULED, EMPLOYER, NEW_EMPLOYER, ASKED_EMPLOYER, PAYEE})
"""As what a unit of a talent is written to."""


class Receiver(NamedTuple):
    """An organisation or a person, never both."""

    org_id: str | None = None
    person_id: str | None = None

    @property
    def id(self) -> str:
        """His own id, without saying which of the two it is of."""
        return self.org_id or self.person_id or ""


@dataclass(frozen=True)
class Letter:
    """A kind of letter. `when`: what the event's fields must be; `waits`: a person releases each such letter."""

    name: str
    title: str
    event: type[Any]
    when: Mapping[str, object] = field(default_factory=dict)
    to: tuple[str, ...] = (UNIT,)
    waits: bool = False

    def tells(self, event: Event) -> bool:
        return isinstance(event, self.event) and all(getattr(event, name) == is_ for name, is_ in self.when.items())

    def receivers(self, event: Event) -> list[Receiver]:
        """Who is written to about this event, each once."""
        found = (receiver(each, event) for each in self.to)
        return list(dict.fromkeys(each for each in found if each is not None))


def receiver(who: str, event: Event) -> Receiver | None:
    """Nobody if the event names none: not every event of a kind has an objector, or is about a single carrier. Who
    objects is an organisation, or a person as his id says."""
    if who in _NAMED_BY:
        return _NAMED_BY[who](event)
    if who in PERSONS:
        person = getattr(event, "person_id", None)
        return None if person is None else Receiver(person_id=person)
    if who == UNIT:
        carrier = getattr(event, "carrier", None)
        return None if carrier is None else Receiver(carrier.org_id)
    id_ = getattr(event, "objector_id" if who == OBJECTOR else "org_id", None)
    if id_ is None:
        return None
    return Receiver(person_id=id_) if who == OBJECTOR and person_of(id_).what else Receiver(id_)


def _person(id_: str | None) -> Receiver | None:
    return None if id_ is None else Receiver(person_id=id_)


def _organisation(id_: str | None) -> Receiver | None:
    return None if id_ is None else Receiver(id_)


_NAMED_BY: Mapping[str, Callable[[Any], Receiver | None]] = {
    NEW_TALENT: lambda event: _person(event.new_person_id) if event.approved else None,
    NEW_EMPLOYER: lambda event: _organisation(event.new_org_id) if event.approved else None,
    ASKED_TALENT: lambda event: _person(event.new_person_id),
    ASKED_EMPLOYER: lambda event: _organisation(event.new_org_id),
    OVERRULED: lambda event: None if event.by_unit else _organisation(event.org_id),
    GRANTEE: lambda event: _person(event.matter.person_id),
    PAYEE: lambda event: _organisation(event.matter.org_id),
}
"""Those whom their events name otherwise. Who was to take over and does not has no part in it; nor has a unit that gave
something back itself."""

INCUBATOR_LETTERS = (
    Letter("round-opened", "年度考评开始", ReportDue, when={"stage": "opened"}),
    Letter("report-closing-soon", "填报即将截止", ReportDue, when={"stage": "closing"}),
    Letter("report-received", "填报回执", ReportSubmitted),
    Letter("report-returned", "填报退回修改", ReportReturned),
    Letter("report-accepted", "填报审核通过", ReportAccepted),
    Letter("evaluation-publicised", "考评结果公示", EvaluationPublicised),
    Letter("objection-received", "异议受理", ObjectionFiled, to=(OBJECTOR,)),
    Letter("objection-decided", "异议处理结果", ObjectionDecided, to=(OBJECTOR, UNIT)),
    Letter("evaluation-result", "年度考评结果", EvaluationFinalised),
    Letter("evaluation-corrected", "考评等次更正", EvaluationCorrected, waits=True),
    Letter("subsidy-computed", "补助核算结果", SubsidyComputed),
    Letter("subsidy-declined", "不予补助说明", SubsidyDeclined),
    Letter("subsidy-blocked", "补助暂缓核算", SubsidyBlocked),
    Letter("subsidy-cut", "补助资金安排", SubsidyCut, waits=True),
    Letter("subsidy-paid", "补助拨付", SubsidyPaid),
    Letter("subsidy-reversed", "补助冲销", SubsidyReversed, waits=True),
    Letter("carrier-recognised", "资格认定", CarrierRecognised),
    Letter("carrier-withdrawn", "资格取消", CarrierWithdrawn, waits=True),
    Letter("application-returned", "资格申请退回补正", ApplicationReturned),
    Letter("application-refused", "资格申请不予认定", ApplicationRefused),
    Letter("rectification-ordered", "限期整改", RectificationOrdered),
    Letter("rectification-closed", "整改结论", RectificationClosed),
    Letter("withdrawal-declined", "保留资格", WithdrawalDeclined),
    Letter("organisation-barred", "失信惩戒", OrganisationBarred, waits=True),
    Letter("organisation-readmitted", "惩戒终止", OrganisationReadmitted),
    Letter("change-decided", "变更报告核定结果", CarrierChangeDecided),
    Letter("hnte-refused", "高新技术企业申报未予核定", TenantHnteRefused),
    Letter("review-invited", "专家评审邀请", ReviewsAssigned, to=(EXPERT,)),
    Letter("review-reassigned", "评审安排调整", ReviewReleased, to=(EXPERT,)),
    Letter("review-reminder", "专家评审提醒", ReviewsDue, to=(EXPERT,)),
)
TALENT_LETTERS = (
    Letter("talent-received", "人才申报回执", TalentApplicationSubmitted, to=(APPLICANT,)),
    Letter("talent-to-recommend", "人才申报待推荐", TalentApplicationSubmitted, to=(RECOMMENDER,)),
    Letter("talent-recommended", "人才申报已由单位推荐", TalentApplicationRecommended, to=(APPLICANT,)),
    Letter("talent-returned", "人才申报退回修改", TalentApplicationReturned, to=(APPLICANT, OVERRULED)),
    Letter("talent-accepted", "人才申报受理", TalentApplicationAccepted, to=(APPLICANT,)),
    Letter("talent-declined", "人才申报未能入选", TalentApplicationDeclined, to=(APPLICANT,)),
    Letter("talent-selected", "人才计划入选公示", TalentApplicationSelected, to=(APPLICANT,)),
    Letter("talent-unlisted", "人才计划公示名单告知", TalentApplicationUnlisted, to=(APPLICANT,)),
    Letter("talent-confirmed", "人才计划入选确定", TalentApplicationConfirmed, to=(APPLICANT, RECOMMENDER)),
    Letter("talent-withdrawn", "人才申报撤回确认", TalentApplicationWithdrawn, to=(APPLICANT, RECOMMENDER)),
    Letter("talent-member-invited", "团队成员确认", TalentMemberInvited, to=(MEMBER,)),
    Letter("talent-review-invited", "人才评审邀请", TalentReviewsAssigned, to=(EXPERT,)),
    Letter("talent-review-reassigned", "人才评审安排调整", TalentReviewReleased, to=(EXPERT,)),
    Letter("talent-review-reminder", "人才评审提醒", TalentReviewsDue, to=(EXPERT,)),
    Letter("talent-objection-received", "人才公示异议受理", TalentObjectionFiled, to=(OBJECTOR,)),
    Letter("talent-objection-decided", "人才公示异议处理结果", TalentObjectionDecided, to=(OBJECTOR, APPLICANT)),
)
AWARD_LETTERS = (
    Letter("talent-awarded", "人才计划入选通知", TalentApplicationAwarded, to=(TALENT,)),
    Letter(
        "talent-contract-to-confirm",
        "任务书待单位确认",
        TalentContractConfirmed,
        when={"by_unit": False},
        to=(TALENT, EMPLOYER),
    ),
    Letter("talent-contract-confirmed", "任务书已确认", TalentContractConfirmed, when={"by_unit": True}, to=(TALENT,)),
    Letter("talent-contract-returned", "任务书退回修改", TalentContractReturned, to=(TALENT,)),
    Letter("talent-award-started", "任务书生效", TalentAwardStarted, to=(TALENT, EMPLOYER)),
    Letter("talent-award-resumed", "恢复拨付", TalentAwardResumed, to=(TALENT, EMPLOYER)),
    Letter("talent-award-terminated", "项目终止", TalentAwardTerminated, to=(TALENT, EMPLOYER), waits=True),
    Letter("talent-change-applied", "项目变更申请", TalentChangeApplied, to=(TALENT, EMPLOYER)),
    Letter("talent-change-asked", "项目变更待确认", TalentChangeAsked, to=(ASKED_TALENT, ASKED_EMPLOYER)),
    Letter(
        "talent-change-decided",
        "项目变更决定",
        TalentChangeDecided,
        to=(TALENT, EMPLOYER, NEW_TALENT, NEW_EMPLOYER),
    ),
    Letter("talent-assessment-due", "人才项目考核提醒", TalentAssessmentDue, to=(TALENT, EMPLOYER)),
    Letter("talent-assessment-submitted", "考核材料回执", TalentAssessmentSubmitted, to=(TALENT, EMPLOYER)),
    Letter("talent-assessment-seen", "考核材料单位意见", TalentAssessmentSeen, to=(TALENT,)),
    Letter("talent-assessment-returned", "考核材料退回修改", TalentAssessmentReturned, to=(TALENT,)),
    Letter("talent-interest-answered", "贴息申请没有核定", TalentInterestAnswered, to=(TALENT,)),
    Letter("talent-assessment-result", "人才项目考核结论", TalentAssessmentFinalised, to=(TALENT, EMPLOYER)),
)
GRANT_LETTERS = (
    Letter("talent-grant-held", "资助暂缓拨付", TalentGrantWithheld, when={"effect": "held"}, to=(TALENT, EMPLOYER)),
    Letter(
        "talent-grant-stopped",
        "资助停止拨付",
        TalentGrantWithheld,
        when={"effect": "stopped"},
        to=(TALENT, EMPLOYER),
        waits=True,
    ),
    Letter("talent-grant-computed", "资助核算结果", TalentGrantComputed, to=(GRANTEE, PAYEE)),
    Letter("talent-grant-declined", "不予资助说明", TalentGrantDeclined, to=(GRANTEE, PAYEE)),
    Letter("talent-grant-blocked", "资助暂缓核算", TalentGrantBlocked, to=(GRANTEE, PAYEE)),
    Letter("talent-grant-cut", "资助资金安排", TalentGrantCut, to=(GRANTEE, PAYEE), waits=True),
    Letter("talent-grant-paid", "资助拨付", TalentGrantPaid, to=(GRANTEE, PAYEE)),
    Letter("talent-grant-reversed", "资助冲销", TalentGrantReversed, to=(GRANTEE, PAYEE), waits=True),
)
BROKER_LETTERS = (
    Letter("talent-broker-decided", "技术经纪人登记结果", TalentBrokerDecided, to=(BROKER,)),
    Letter("talent-broker-ended", "技术经纪人登记注销", TalentBrokerEnded, to=(BROKER,), waits=True),
    Letter("talent-deal-decided", "技术经纪奖励申请核定结果", TalentDealDecided, to=(BROKER,)),
)
ERASURE_LETTERS = (
    Letter("talent-erasure-asked", "个人信息清除申请回执", TalentErasureAsked, to=(APPLICANT,)),
    Letter("talent-erasure-declined", "个人信息暂不清除", TalentErasureDeclined, to=(APPLICANT,)),
)
LETTERS = (*INCUBATOR_LETTERS, *TALENT_LETTERS, *AWARD_LETTERS, *GRANT_LETTERS, *BROKER_LETTERS, *ERASURE_LETTERS)
BY_NAME = {letter.name: letter for letter in LETTERS}


def letters_for(event: Event) -> Iterator[Letter]:
    return (letter for letter in LETTERS if letter.tells(event))
