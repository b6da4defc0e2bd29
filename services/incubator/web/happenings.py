"""What an event says, in a sentence or two for people. No address and no objector is ever named."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from services.incubator.web import title_happenings
from services.incubator.web.wording import OBJECTIONS, POLICY, kind_name, level_name
from shared.contracts import incubator as told
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.core.exact import parse_decimal
from shared.core.money import yuan_text
from shared.webkit.called import called


def happened(type_: str, body: bytes) -> str:
    """What an event as it was written says; of one that an earlier version wrote otherwise, nothing."""
    if type_ not in EVENTS:
        return ""
    try:
        event = EVENTS[type_].model_validate_json(body)
    except ValidationError:
        return ""
    says = SAYS.get(type(event))
    return "".join(f"{part.rstrip('。')}。" for part in says(event) if part) if says else ""


def _due(event: told.ReportDue) -> tuple[str, ...]:
    until = f"{event.carrier.name}：{event.deadline} 前填报"
    if event.stage == "closing":
        return (f"{until}，{'；'.join(event.missing)}",)
    return (until + (f" {event.year} 年度（数据期 {event.period} 年）" if event.year else ""), event.document_no or "")


def _submitted(event: told.ReportSubmitted) -> tuple[str, ...]:
    receipt = f"回执 {event.receipt}" if event.receipt else ""
    return (f"{event.carrier.name}：提交第 {event.version} 版", receipt)


def _returned(event: told.ReportReturned) -> tuple[str, ...]:
    wrong = "；".join(f"{event.labels.get(field, field)}：{why}" for field, why in event.reasons.items())
    return (f"退回更正，{event.deadline} 前重报", wrong)


def _accepted(event: told.ReportAccepted) -> tuple[str, ...]:
    return (f"第 {event.version} 版受理",)


def _publicised(event: told.EvaluationPublicised) -> tuple[str, ...]:
    grade = f"{event.carrier.name}：{event.grade_name or event.grade}，总分 {event.total or '—'}"
    return (grade, f"公示 {event.public_from} 至 {event.public_until}")


def _finalised(event: told.EvaluationFinalised) -> tuple[str, ...]:
    grade = f"{event.year} 年度考评{event.grade_name or event.grade}，总分 {event.total or '—'}"
    facts = "；".join(_fact(name, value, event.sources) for name, value in event.facts.items())
    return (f"{event.carrier.name}：{grade}，{event.date} 确定", facts)


def _corrected(event: told.EvaluationCorrected) -> tuple[str, ...]:
    grade = f"{event.year} 年度考评等次由{event.grade_before_name}更正为{event.grade_name}"
    return (f"{event.carrier.name}：{grade}，{event.corrected_on}，{event.document_no}", event.reason)


def _filed(event: told.ObjectionFiled) -> tuple[str, ...]:
    return (f"{event.carrier.name}：等次有异议，{event.decide_by} 前处理",)


def _decided(event: told.ObjectionDecided) -> tuple[str, ...]:
    return (f"异议{OBJECTIONS[event.outcome].name}：{event.reason}",)


def _recognised(event: told.CarrierRecognised) -> tuple[str, ...]:
    title = f"{level_name(event.carrier.level)}{kind_name(event.carrier.kind)}"
    return (f"{event.carrier.name}：认定（备案）为{title}，{event.date}", event.document_no)


def _withdrawn(event: told.CarrierWithdrawn) -> tuple[str, ...]:
    return (f"{event.carrier.name}：取消资格，{event.date}", event.document_no)


def _change_decided(event: told.CarrierChangeDecided) -> tuple[str, ...]:
    outcome = "核定" if event.outcome == "confirmed" else "未予核定"
    moved = f"{event.old or '未登记'} → {event.new}"
    return (f"{event.carrier.name}：{event.what_name}变更{outcome}，{moved}", event.reason)


def _hnte_refused(event: told.TenantHnteRefused) -> tuple[str, ...]:
    return (f"{event.carrier.name}的企业 {event.tenant_id} 申报高新技术企业未予核定：{event.reason}",)


def _hnte(event: told.TenantHnteRecognised) -> tuple[str, ...]:
    left = f"，{event.graduated_on} 毕业" if event.graduated_on else ""
    return (
        f"{event.carrier.name}的企业 {event.tenant_id} 于 {event.date} 成为高新技术企业，{event.entered_on} 入驻{left}",
    )


def _requested(event: told.SettlementRequested) -> tuple[str, ...]:
    facts = "；".join(_fact(name, value, {}) for name, value in event.facts.items())
    return (f"{called(event.by)} 要求重新核算：{event.reason}", facts)


def _approved(event: told.SubsidyApproved) -> tuple[str, ...]:
    return (f"{called(event.approved_by)} 批准 {_yuan(event.amount)}",)


def _paid(event: told.SubsidyPaid) -> tuple[str, ...]:
    return (f"{event.paid_on} 拨付 {_yuan(event.amount)}", event.document_no)


def _cut(event: told.SubsidyCut) -> tuple[str, ...]:
    if event.carried_to is not None:
        return (
            f"{event.budget_year} 年预算不足，{_yuan(event.computed)}全额转入 {event.carried_to} 年",
            event.document_no,
        )
    return (
        f"{event.budget_year} 年预算不足，核算 {_yuan(event.computed)}，拨付 {_yuan(event.amount)}",
        event.document_no,
    )


def _assigned(event: told.ReviewsAssigned) -> tuple[str, ...]:
    return (f"{event.year} 年度{kind_name(event.kind)}考评：请一位专家评审 {event.units} 家单位", _until(event.until))


def _review_released(event: told.ReviewReleased) -> tuple[str, ...]:
    return (
        f"{event.carrier.name}：一位专家{'申请回避' if event.outcome == 'conflict' else '由办公室解除'}，评审另行安排",
    )


def _reviews_due(event: told.ReviewsDue) -> tuple[str, ...]:
    return (f"提醒一位专家：{event.units} 家单位中还有 {event.left} 家没有评分", _until(event.until))


def _until(day: str | None) -> str:
    return f"评审截止 {day}" if day else ""


SAYS: Mapping[type[Event], Callable[[Any], tuple[str, ...]]] = {
    told.ReportDue: _due,
    told.ReportSubmitted: _submitted,
    told.ReportReturned: _returned,
    told.ReportAccepted: _accepted,
    told.EvaluationPublicised: _publicised,
    told.EvaluationFinalised: _finalised,
    told.EvaluationCorrected: _corrected,
    told.ReviewsAssigned: _assigned,
    told.ReviewReleased: _review_released,
    told.ReviewsDue: _reviews_due,
    told.ObjectionFiled: _filed,
    told.ObjectionDecided: _decided,
    told.CarrierRecognised: _recognised,
    told.CarrierWithdrawn: _withdrawn,
    told.TenantHnteRecognised: _hnte,
    told.CarrierChangeDecided: _change_decided,
    told.TenantHnteRefused: _hnte_refused,
    told.SettlementRequested: _requested,
    told.SubsidyApproved: _approved,
    told.SubsidyCut: _cut,
    told.SubsidyPaid: _paid,
    **title_happenings.SAYS,
}
"""Each part becomes a sentence. What is not here is told by its name alone."""


def _fact(name: str, value: str, sources: Mapping[str, str]) -> str:
    fact = POLICY.facts.get(name)
    label = fact.label if fact else name
    shown = _yuan(value) if fact is not None and fact.type == "money" else value
    return f"{label} {shown}" + (f"（{sources[name]}）" if name in sources else "")


def _yuan(amount: str) -> str:
    value = parse_decimal(amount)
    return amount if value is None else yuan_text(value)
