"""What an event says, in a sentence or two for people. No address and no objector is ever named."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from services.incubator.web.wording import OBJECTIONS, POLICY, kind_name, level_name, who
from shared.contracts import incubator as told
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.core.exact import parse_decimal
from shared.core.money import yuan_text


def happened(type_: str, body: bytes) -> str:
    """What an event as it was written says; nothing of one that an earlier version wrote and nobody reads any more."""
    if type_ not in EVENTS:
        return ""
    try:
        return "".join(f"{part}。" for part in _parts(EVENTS[type_].model_validate_json(body)) if part)
    except ValidationError:
        return ""


def _parts(event: Event) -> tuple[str, ...]:
    match event:
        case told.ReportDue() | told.ReportSubmitted() | told.ReportReturned() | told.ReportAccepted():
            return _report(event)
        case told.EvaluationPublicised():
            grade = event.grade_name or event.grade
            public = f"公示 {event.public_from} 至 {event.public_until}"
            return (event.carrier.name, f"{grade}，总分 {event.total or '—'}", public)
        case told.EvaluationFinalised():
            grade = event.grade_name or event.grade
            facts = "；".join(_fact(name, value, event.sources) for name, value in event.facts.items())
            return (event.carrier.name, f"{event.year} 年度考评{grade}，总分 {event.total or '—'}", facts)
        case told.ObjectionFiled():
            return (f"{event.carrier.name}的等次有异议，{event.decide_by} 前处理",)
        case told.ObjectionDecided():
            return (f"异议{OBJECTIONS[event.outcome].name}：{event.reason}",)
        case told.CarrierRecognised():
            level = level_name(event.carrier.level)
            return (f"{event.carrier.name}认定（备案）为{level}{kind_name(event.carrier.kind)}", event.document_no)
        case told.CarrierWithdrawn():
            return (f"{event.carrier.name}取消资格", event.document_no)
        case told.TenantHnteRecognised():
            left = f"，{event.graduated_on} 毕业" if event.graduated_on else ""
            title = f"企业 {event.tenant_id} 于 {event.date} 成为高新技术企业"
            return (event.carrier.name, f"{title}，{event.entered_on} 入驻{left}")
        case told.SettlementRequested():
            facts = "；".join(_fact(name, value, {}) for name, value in event.facts.items())
            return (f"{who(event.by)}要求重新核算：{event.reason}".rstrip("。"), facts)
        case told.SubsidyApproved():
            return (f"{who(event.approved_by)}批准 {_yuan(event.amount)}",)
        case told.SubsidyPaid():
            return (f"{event.paid_on} 拨付 {_yuan(event.amount)}", event.document_no)
        case _:
            return ()


def _report(
    event: told.ReportDue | told.ReportSubmitted | told.ReportReturned | told.ReportAccepted,
) -> tuple[str, ...]:
    name = event.carrier.name
    match event:
        case told.ReportDue(stage="opened"):
            of = f"{event.year} 年度（数据期 {event.period} 年）" if event.year else ""
            return (f"{name}须在 {event.deadline} 前填报{of}", event.document_no or "")
        case told.ReportDue():
            return (f"{name}须在 {event.deadline} 前填报：{'；'.join(event.missing)}",)
        case told.ReportSubmitted():
            return (f"{name}提交第 {event.version} 版", f"回执 {event.receipt}" if event.receipt else "")
        case told.ReportReturned():
            wrong = "；".join(f"{event.labels.get(field, field)}：{why}" for field, why in event.reasons.items())
            return (f"退回更正，{event.deadline} 前重报", wrong)
        case _:
            return (f"第 {event.version} 版受理",)


def _fact(name: str, value: str, sources: Mapping[str, str]) -> str:
    fact = POLICY.facts.get(name)
    label = fact.label if fact else name
    amount = parse_decimal(value) if fact is not None and fact.type == "money" else None
    shown = value if amount is None else yuan_text(amount)
    return f"{label} {shown}" + (f"（{sources[name]}）" if name in sources else "")


def _yuan(amount: str) -> str:
    value: Any = parse_decimal(amount)
    return amount if value is None else yuan_text(value)
