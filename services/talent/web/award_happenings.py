"""What an event of an award, of its assessments and of its money says, in a sentence or two for the office."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts import talent as told
from shared.contracts.event import Event
from shared.contracts.talent.awards import OnMoney
from shared.core.exact import parse_decimal
from shared.core.money import yuan_text
from shared.webkit.called import called


def _yuan(amount: str) -> str:
    value = parse_decimal(amount)
    return amount if value is None else yuan_text(value)


def _money(money: OnMoney) -> str:
    parts = f"第 {'、'.join(map(str, money.instalments))} 期" if money.instalments else "对拨款："
    return f"{parts}{money.effect_name}{'，是否追回另行决定' if money.recovery_proposed else ''}"


def _awarded(event: told.TalentApplicationAwarded) -> tuple[str, ...]:
    amount = f"，资助 {_yuan(event.amount)}" if event.amount else ""
    return (f"{event.programme.name}：{event.date} 入选，{event.document_no}{amount}，任务书 {event.contract_no}",)


def _confirmed(event: told.TalentContractConfirmed) -> tuple[str, ...]:
    return (f"{'单位' if event.by_unit else '负责人'}确认任务书第 {event.number} 版",)


def _contract_returned(event: told.TalentContractReturned) -> tuple[str, ...]:
    return (f"{'单位' if event.by_unit else '办公室'}退回任务书第 {event.number} 版：{event.reason}", _wrong(event))


def _wrong(event: told.TalentContractReturned | told.TalentAssessmentReturned) -> str:
    return "；".join(f"{event.labels.get(field, field)}：{why}" for field, why in event.reasons.items())


def _started(event: told.TalentAwardStarted) -> tuple[str, ...]:
    planned = "，".join(f"{each.name} {each.due_on}" for each in event.assessments)
    return (f"任务书第 {event.number} 版生效，{event.date} 至 {event.until}", f"考核：{planned}" if planned else "")


def _resumed(event: told.TalentAwardResumed) -> tuple[str, ...]:
    return (f"{event.date} 解除暂缓：{event.reason}", _money(event.money))


def _terminated(event: told.TalentAwardTerminated) -> tuple[str, ...]:
    return (f"{event.date} 终止，{event.document_no}：{event.reason}", _money(event.money))


def _change_applied(event: told.TalentChangeApplied) -> tuple[str, ...]:
    return (f"申请{event.what_name}",)


def _change_asked(event: told.TalentChangeAsked) -> tuple[str, ...]:
    return (f"{event.what_name}，请{'接任的人' if event.new_person_id else '新单位'}确认",)


def _change_decided(event: told.TalentChangeDecided) -> tuple[str, ...]:
    return (f"{'同意' if event.approved else '不同意'}{event.what_name}：{event.reason}", event.document_no or "")


def _due(event: told.TalentAssessmentDue) -> tuple[str, ...]:
    left = f"还有 {event.days_left} 天" if event.days_left >= 0 else f"逾期 {-event.days_left} 天"
    return (f"{event.assessment_name}{'整改' if event.rectifying else ''} {event.due_on} 到期，{left}",)


def _handed_in(event: told.TalentAssessmentSubmitted) -> tuple[str, ...]:
    return (f"{event.assessment_name}：第 {event.number} 次提交，回执 {event.receipt}",)


def _seen(event: told.TalentAssessmentSeen) -> tuple[str, ...]:
    opinion = "同意" if event.agrees else "不同意"
    return (f"{event.assessment_name}第 {event.number} 次提交：单位提出意见（{opinion}），送办公室",)


def _assessment_returned(event: told.TalentAssessmentReturned) -> tuple[str, ...]:
    by = "单位" if event.by_unit else "办公室"
    return (f"{by}退回{event.assessment_name}材料，{event.due_on} 前重新提交：{event.reason}", _wrong(event))


def _finalised(event: told.TalentAssessmentFinalised) -> tuple[str, ...]:
    until = f"，{event.rectify_until} 前整改" if event.rectify_until else ""
    return (f"{event.date} {event.assessment_name}{event.conclusion_name}{until}：{event.reason}", _money(event.money))


def _instalment(event: told.TalentInstalmentReleased) -> tuple[str, ...]:
    return (f"第 {event.number} 期可以拨付：{event.because}",)


def _withheld(event: told.TalentGrantWithheld) -> tuple[str, ...]:
    effect = "停止拨付" if event.effect == "stopped" else "暂缓拨付"
    return (f"第 {event.number} 期 {_yuan(event.amount)}{effect}：{event.reason}",)


def _interest(event: told.TalentInterestClaimed) -> tuple[str, ...]:
    days = f"{event.interest_from} 至 {event.interest_until}"
    return (f"核定 {event.year} 年贴息申请：{event.loan_no}，本金 {_yuan(event.principal)}，计息 {days}",)


def _interest_answered(event: told.TalentInterestAnswered) -> tuple[str, ...]:
    does = "退回" if event.outcome == "returned" else "不予贴息，"
    return (f"{does}{event.year} 年贴息申请：{event.reason}",)


def _claimed(event: told.TalentBrokerClaimed) -> tuple[str, ...]:
    return (f"技术合同 {event.contract_no}，核定实际交易额 {_yuan(event.actual_trade_value)}",)


def _requested(event: told.TalentSettlementRequested) -> tuple[str, ...]:
    return (f"{called(event.by)} 要求重新核算：{event.reason}",)


def _approved(event: told.TalentGrantApproved) -> tuple[str, ...]:
    return (f"{called(event.approved_by)} 批准 {_yuan(event.amount)}",)


def _paid(event: told.TalentGrantPaid) -> tuple[str, ...]:
    return (f"{event.paid_on} 拨付 {_yuan(event.amount)}", event.document_no)


def _cut(event: told.TalentGrantCut) -> tuple[str, ...]:
    given = f"全额转入 {event.carried_to} 年" if event.carried_to is not None else f"拨付 {_yuan(event.amount)}"
    return (f"{event.budget_year} 年预算不足，核算 {_yuan(event.computed)}，{given}", event.document_no)


SAYS: Mapping[type[Event], Callable[[Any], tuple[str, ...]]] = {
    told.TalentApplicationAwarded: _awarded,
    told.TalentContractConfirmed: _confirmed,
    told.TalentContractReturned: _contract_returned,
    told.TalentAwardStarted: _started,
    told.TalentAwardResumed: _resumed,
    told.TalentAwardTerminated: _terminated,
    told.TalentChangeApplied: _change_applied,
    told.TalentChangeAsked: _change_asked,
    told.TalentChangeDecided: _change_decided,
    told.TalentAssessmentDue: _due,
    told.TalentAssessmentSubmitted: _handed_in,
    told.TalentAssessmentSeen: _seen,
    told.TalentAssessmentReturned: _assessment_returned,
    told.TalentAssessmentFinalised: _finalised,
    told.TalentInstalmentReleased: _instalment,
    told.TalentGrantWithheld: _withheld,
    told.TalentInterestClaimed: _interest,
    told.TalentInterestAnswered: _interest_answered,
    told.TalentBrokerClaimed: _claimed,
    told.TalentSettlementRequested: _requested,
    told.TalentGrantApproved: _approved,
    told.TalentGrantPaid: _paid,
    told.TalentGrantCut: _cut,
}
"""Each part becomes a sentence."""
