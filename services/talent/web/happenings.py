"""What an event of this service says, in a sentence or two for the office. No address and no person is ever named."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from services.talent.web import award_happenings
from shared.contracts import talent as told
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event

STAGES = {"unit": "单位推荐", "formal": "形式审查", "review": "专家评审", "selection": "遴选", "publicity": "公示"}
DEALS = {"confirmed": "已核定", "returned": "退回补正", "refused": "不予奖励"}
OBJECTIONS = {"upheld": "成立", "rejected": "不成立", "withdrawn": "已撤回"}


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


def _submitted(event: told.TalentApplicationSubmitted) -> tuple[str, ...]:
    filed = f"{event.programme.name}：第 {event.number} 次提交，回执 {event.receipt}"
    return (filed, f"单位在 {event.recommend_until} 前推荐")


def _recommended(event: told.TalentApplicationRecommended) -> tuple[str, ...]:
    return (f"推荐单位同意推荐第 {event.number} 次提交的内容",)


def _returned(event: told.TalentApplicationReturned) -> tuple[str, ...]:
    wrong = "；".join(f"{event.labels.get(field, field)}：{why}" for field, why in event.reasons.items())
    by = "推荐单位" if event.by_unit else "办公室"
    return (f"{by}退回修改，{event.correct_until} 前重新提交：{event.reason}", wrong)


def _accepted(event: told.TalentApplicationAccepted) -> tuple[str, ...]:
    return (f"第 {event.number} 次提交的内容通过形式审查",)


def _declined(event: told.TalentApplicationDeclined) -> tuple[str, ...]:
    return (f"止于{STAGES.get(event.stage, event.stage)}：{event.reason}",)


def _selected(event: told.TalentApplicationSelected) -> tuple[str, ...]:
    return (f"总分 {event.total}，第 {event.rank} 名，公示 {event.public_from} 至 {event.public_until}",)


def _unlisted(event: told.TalentApplicationUnlisted) -> tuple[str, ...]:
    stands = f"总分 {event.total}，第 {event.rank} 名，" if event.rank is not None else ""
    return (f"{stands}不在公示名单上；名单公示 {event.public_from} 至 {event.public_until}",)


def _selection_confirmed(event: told.TalentApplicationConfirmed) -> tuple[str, ...]:
    objections = f"异议 {event.objections} 件，均已处理" if event.objections else "没有异议"
    return (f"公示至 {event.public_until} 期满，{objections}，入选确定",)


def _invited(event: told.TalentMemberInvited) -> tuple[str, ...]:
    return (f"请一名团队成员在 {event.answer_until} 前确认",)


def _filed(event: told.TalentObjectionFiled) -> tuple[str, ...]:
    return (f"{event.programme.name}：一份拟入选的申报有异议，{event.decide_by} 前处理",)


def _objection_decided(event: told.TalentObjectionDecided) -> tuple[str, ...]:
    return (f"异议{OBJECTIONS[event.outcome]}：{event.reason}",)


def _assigned(event: told.TalentReviewsAssigned) -> tuple[str, ...]:
    return (f"{event.programme.name}：请一位专家评审 {event.units} 份申报", _until(event.until))


def _released(event: told.TalentReviewReleased) -> tuple[str, ...]:
    return (f"一位专家{'申请回避' if event.outcome == 'conflict' else '由办公室解除'}，评审另行安排",)


def _reviews_due(event: told.TalentReviewsDue) -> tuple[str, ...]:
    return (f"提醒一位专家：{event.units} 份申报中还有 {event.left} 份没有评分", _until(event.until))


def _until(day: str | None) -> str:
    return f"评审截止 {day}" if day else ""


def _broker_decided(event: told.TalentBrokerDecided) -> tuple[str, ...]:
    return (
        f"{event.date} {'登记为技术经纪人' if event.outcome == 'registered' else '没有同意登记'}",
        event.reason or "",
    )


def _broker_ended(event: told.TalentBrokerEnded) -> tuple[str, ...]:
    return (f"{event.date} 注销技术经纪人登记：{event.reason}",)


def _deal_decided(event: told.TalentDealDecided) -> tuple[str, ...]:
    return (f"第 {event.number} 次奖励申请{DEALS[event.outcome]}", event.reason or "")


def _erasure_asked(event: told.TalentErasureAsked) -> tuple[str, ...]:
    return (f"{event.date} 申请清除个人信息",)


def _erasure_declined(event: told.TalentErasureDeclined) -> tuple[str, ...]:
    return (f"{event.date} 暂不清除：{event.reason}",)


SAYS: Mapping[type[Event], Callable[[Any], tuple[str, ...]]] = {
    told.TalentApplicationSubmitted: _submitted,
    told.TalentApplicationRecommended: _recommended,
    told.TalentApplicationReturned: _returned,
    told.TalentApplicationAccepted: _accepted,
    told.TalentApplicationDeclined: _declined,
    told.TalentApplicationSelected: _selected,
    told.TalentApplicationUnlisted: _unlisted,
    told.TalentApplicationConfirmed: _selection_confirmed,
    told.TalentMemberInvited: _invited,
    told.TalentObjectionFiled: _filed,
    told.TalentObjectionDecided: _objection_decided,
    told.TalentReviewsAssigned: _assigned,
    told.TalentReviewReleased: _released,
    told.TalentReviewsDue: _reviews_due,
    told.TalentBrokerDecided: _broker_decided,
    told.TalentBrokerEnded: _broker_ended,
    told.TalentDealDecided: _deal_decided,
    told.TalentErasureAsked: _erasure_asked,
    told.TalentErasureDeclined: _erasure_declined,
    **award_happenings.SAYS,
}
"""Each part becomes a sentence. What is not here is told by its name alone."""
