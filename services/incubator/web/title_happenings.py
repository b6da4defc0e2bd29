"""What an event about a title says, in a sentence or two for people."""

from collections.abc import Callable, Mapping
from typing import Any

from services.incubator.web.wording import kind_name, level_name
from shared.contracts import incubator as told
from shared.contracts.event import Event


def _wanted(event: told.ApplicationReturned | told.ApplicationRefused) -> str:
    return f"{event.carrier.name}申请{level_name(event.level)}{kind_name(event.carrier.kind)}"


def _returned(event: told.ApplicationReturned) -> tuple[str, ...]:
    wrong = "；".join(f"{event.labels.get(field, field)}：{why}" for field, why in event.reasons.items())
    return (f"{_wanted(event)}，退回补正：{event.reason}", wrong)


def _refused(event: told.ApplicationRefused) -> tuple[str, ...]:
    return (f"{_wanted(event)}，不予认定：{event.reason}", f"{event.date} {event.document_no}")


def _ordered(event: told.RectificationOrdered) -> tuple[str, ...]:
    return (f"{event.carrier.name}：{event.until} 前整改，{event.what}", f"{event.date} {event.document_no}")


def _closed(event: told.RectificationClosed) -> tuple[str, ...]:
    outcome = "合格" if event.outcome == "confirmed" else "不合格"
    return (f"{event.carrier.name}：整改{outcome}，{event.reason}", f"{event.date} {event.document_no}")


def _kept(event: told.WithdrawalDeclined) -> tuple[str, ...]:
    said = f"{event.carrier.name}：截至 {event.year} 年度连续两年不合格，决定保留资格，{event.reason}"
    return (said, f"{event.date} {event.document_no}")


def _barred(event: told.OrganisationBarred) -> tuple[str, ...]:
    period = f"{event.from_on} 至 {event.until}"
    return (f"{event.carrier.name}的运营单位受失信惩戒，{period}：{event.ground}", event.document_no)


def _readmitted(event: told.OrganisationReadmitted) -> tuple[str, ...]:
    how = {"expired": "期满终止", "lifted": "提前解除", "annulled": "决定撤销"}[event.outcome]
    return (f"{event.carrier.name}的运营单位所受失信惩戒{how}，{event.date}：{event.reason}", event.document_no)


SAYS: Mapping[type[Event], Callable[[Any], tuple[str, ...]]] = {
    told.ApplicationReturned: _returned,
    told.ApplicationRefused: _refused,
    told.RectificationOrdered: _ordered,
    told.RectificationClosed: _closed,
    told.WithdrawalDeclined: _kept,
    told.OrganisationBarred: _barred,
    told.OrganisationReadmitted: _readmitted,
}
"""Each part becomes a sentence."""
