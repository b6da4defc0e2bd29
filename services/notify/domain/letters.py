"""Which event is told by which letter, to whom, and whether the letter goes by itself or waits for a person. Data.

Nothing is told of an approval: the letter about the payment follows. A letter that takes something back waits until a
person has read it; every other goes by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.notify.domain import evaluation_letters as evaluations
from services.notify.domain import report_letters as reports
from services.notify.domain import subsidy_letters as subsidies
from services.notify.domain import title_letters as titles
from services.notify.domain.wording import day, line
from shared.contracts.incubator import (
    CarrierRecognised,
    CarrierWithdrawn,
    EvaluationFinalised,
    EvaluationPublicised,
    ObjectionDecided,
    ObjectionFiled,
    ReportAccepted,
    ReportDue,
    ReportReturned,
    ReportSubmitted,
    SubsidyBlocked,
    SubsidyComputed,
    SubsidyDeclined,
    SubsidyPaid,
    SubsidyReversed,
)
from shared.core.dates import add_days

REPLY_DAYS = 15
"""Within how many days a letter asks its reader to look and answer. No right ends with them."""

Told = (
    ReportDue
    | ReportSubmitted
    | ReportReturned
    | ReportAccepted
    | EvaluationPublicised
    | ObjectionFiled
    | ObjectionDecided
    | EvaluationFinalised
    | SubsidyComputed
    | SubsidyDeclined
    | SubsidyBlocked
    | SubsidyPaid
    | SubsidyReversed
    | CarrierRecognised
    | CarrierWithdrawn
)
"""The events some letter tells; each is about a carrier."""

UNIT, OBJECTOR = "unit", "objector"
"""Who is written to: the organisation behind the carrier, or whoever objected."""

_TO = {UNIT: "载体运营单位", OBJECTOR: "异议人"}


@dataclass(frozen=True, eq=False)
class LetterKind:
    """One kind of letter. `when`: what the event's fields must be; `waits`: a person releases each such letter."""

    name: str
    title: str
    event: type[Told]
    says: Callable[[Any], dict[str, Any]]
    when: Mapping[str, str] = field(default_factory=dict)
    to: tuple[str, ...] = (UNIT,)
    waits: bool = False

    @property
    def goes_to(self) -> str:
        return "、".join(_TO[each] for each in self.to)

    def tells(self, event: Told) -> bool:
        return isinstance(event, self.event) and all(getattr(event, name) == is_ for name, is_ in self.when.items())

    def organisations(self, event: Told) -> list[str]:
        """Who is written to about this event, each once."""
        found = []
        for each in self.to:
            if each == OBJECTOR and isinstance(event, ObjectionFiled | ObjectionDecided):
                found.append(event.objector_id)
            elif each == UNIT:
                found.append(event.carrier.org_id)
        return list(dict.fromkeys(found))


KINDS = (
    LetterKind("round-opened", "年度考评开始", ReportDue, reports.due, when={"stage": "opened"}),
    LetterKind("report-closing-soon", "填报即将截止", ReportDue, reports.due, when={"stage": "closing"}),
    LetterKind("report-received", "填报回执", ReportSubmitted, reports.received),
    LetterKind("report-returned", "填报退回修改", ReportReturned, reports.returned),
    LetterKind("report-accepted", "填报审核通过", ReportAccepted, reports.accepted),
    LetterKind("evaluation-publicised", "考评结果公示", EvaluationPublicised, evaluations.publicised),
    LetterKind("objection-received", "异议受理", ObjectionFiled, evaluations.objection_received, to=(OBJECTOR,)),
    LetterKind(
        "objection-decided", "异议处理结果", ObjectionDecided, evaluations.objection_decided, to=(OBJECTOR, UNIT)
    ),
    LetterKind("evaluation-result", "年度考评结果", EvaluationFinalised, evaluations.result),
    LetterKind("subsidy-computed", "补助核算结果", SubsidyComputed, subsidies.computed),
    LetterKind("subsidy-declined", "不予补助说明", SubsidyDeclined, subsidies.declined),
    LetterKind("subsidy-blocked", "补助暂缓核算", SubsidyBlocked, subsidies.blocked),
    LetterKind("subsidy-paid", "补助拨付", SubsidyPaid, subsidies.paid),
    LetterKind("subsidy-reversed", "补助冲销", SubsidyReversed, subsidies.reversed_, waits=True),
    LetterKind("carrier-recognised", "资格认定", CarrierRecognised, titles.title),
    LetterKind("carrier-withdrawn", "资格取消", CarrierWithdrawn, titles.title, waits=True),
)
BY_NAME = {kind.name: kind for kind in KINDS}
HEARD = tuple(dict.fromkeys(kind.event for kind in KINDS))

_BY_EVENT: dict[type[Told], tuple[LetterKind, ...]] = {
    event: tuple(kind for kind in KINDS if kind.event is event) for event in HEARD
}


def kinds_for(event: Told) -> Iterator[LetterKind]:
    """The kinds of letter that tell this event."""
    return (kind for kind in _BY_EVENT.get(type(event), ()) if kind.tells(event))


@dataclass(frozen=True)
class Letterhead:
    """What every letter of a batch shares: the site's address, the day it is written, and by when to answer."""

    site: str
    today: date

    @property
    def values(self) -> dict[str, str]:
        reply_by = day(add_days(self.today, REPLY_DAYS))
        return {"site": self.site.rstrip("/"), "today": day(self.today), "reply_by": reply_by}


def values(kind: LetterKind, event: Told, to: str, head: Mapping[str, str]) -> dict[str, Any]:
    """Everything the templates of a letter may use. `to_unit`: whether the unit itself is written to."""
    to_unit = to == event.carrier.org_id
    name = line(event.carrier.name)
    return {
        **head,
        "title": kind.title,
        "carrier": name,
        "to_unit": to_unit,
        "to": name if to_unit else "异议提出单位",
        **kind.says(event),
    }
