"""What each letter says of its event. Which event is told by which letter, and to whom, the contract promises
(shared.contracts.letters).

Nothing is told of an approval: the letter about the payment follows. A letter that takes something back waits until a
person has read it; every other goes by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.notify.domain import evaluation_letters as evaluations
from services.notify.domain import register_letters as registers
from services.notify.domain import report_letters as reports
from services.notify.domain import review_letters as reviews
from services.notify.domain import subsidy_letters as subsidies
from services.notify.domain import talent_assessment_letters as talent_assessments
from services.notify.domain import talent_award_letters as talent_awards
from services.notify.domain import talent_broker_letters as talent_brokers
from services.notify.domain import talent_erasure_letters as talent_erasures
from services.notify.domain import talent_grant_letters as talent_grants
from services.notify.domain import talent_interest_letters as talent_interest
from services.notify.domain import talent_letters as talents
from services.notify.domain import talent_objection_letters as talent_objections
from services.notify.domain import talent_review_letters as talent_reviews
from services.notify.domain import title_letters as titles
from services.notify.domain.wording import day, line
from shared.contracts.event import Event
from shared.contracts.incubator import Carrier
from shared.contracts.letters import (
    APPLICANT,
    AS_UNITS,
    ASKED_EMPLOYER,
    ASKED_TALENT,
    BROKER,
    EMPLOYER,
    EXPERT,
    GRANTEE,
    LETTERS,
    MEMBER,
    NEW_EMPLOYER,
    NEW_TALENT,
    OBJECTOR,
    OVERRULED,
    PAYEE,
    RECOMMENDER,
    TALENT,
    UNIT,
    Letter,
    Receiver,
    receiver,
)
from shared.core.dates import add_days

REPLY_DAYS = 15
"""Within how many days a letter asks its reader to look and answer. No right ends with them."""

Told = Event
"""An event some letter tells; the contract says which those are."""

_TO = {
    UNIT: "载体运营单位",
    OBJECTOR: "异议人",
    EXPERT: "评审专家",
    APPLICANT: "申报人",
    MEMBER: "团队成员",
    RECOMMENDER: "推荐单位",
    OVERRULED: "推荐单位",
    TALENT: "入选人",
    EMPLOYER: "所在单位",
    NEW_TALENT: "接任的负责人",
    NEW_EMPLOYER: "新的所在单位",
    ASKED_TALENT: "拟接任的负责人",
    ASKED_EMPLOYER: "拟变更到的单位",
    GRANTEE: "受资助人",
    PAYEE: "收款单位",
    BROKER: "技术经纪人",
}
_SALUTATIONS = {
    EXPERT: "尊敬的评审专家",
    APPLICANT: "尊敬的申报人",
    MEMBER: "您好",
    RECOMMENDER: "推荐单位",
    OVERRULED: "推荐单位",
    TALENT: "尊敬的项目负责人",
    EMPLOYER: "项目所在单位",
    NEW_TALENT: "尊敬的项目负责人",
    NEW_EMPLOYER: "项目所在单位",
    ASKED_TALENT: "尊敬的科技人员",
    ASKED_EMPLOYER: "拟接收项目的单位",
    GRANTEE: "您好",
    PAYEE: "收款单位",
    BROKER: "技术经纪人",
}
"""How those are addressed whom an event does not name; who objects stays unknown to all but the office."""
_OFFICES = {"incubator": "孵化载体项目办公室", "talent": "科技人才项目办公室"}
"""Who signs, by the service that told the event."""


@dataclass(frozen=True, eq=False)
class LetterKind:
    """One kind of letter: what the contract promises of it, and what it says of its event."""

    letter: Letter
    says: Callable[[Any], dict[str, Any]]

    @property
    def name(self) -> str:
        return self.letter.name

    @property
    def title(self) -> str:
        return self.letter.title

    @property
    def event(self) -> type[Any]:
        return self.letter.event

    @property
    def waits(self) -> bool:
        return self.letter.waits

    @property
    def when(self) -> Mapping[str, object]:
        return self.letter.when

    @property
    def goes_to(self) -> str:
        return "、".join(_TO[each] for each in self.letter.to)

    def tells(self, event: Event) -> bool:
        return self.letter.tells(event)

    def receivers(self, event: Event) -> list[Receiver]:
        """Who is written to about this event, each once."""
        return self.letter.receivers(event)

    def roles(self, event: Event, to: Receiver) -> tuple[str, ...]:
        """As whom he is written to: one may be several, who objects to what is his own."""
        return tuple(each for each in self.letter.to if receiver(each, event) == to)


SAYS: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "round-opened": reports.due,
    "report-closing-soon": reports.due,
    "report-received": reports.received,
    "report-returned": reports.returned,
    "report-accepted": reports.accepted,
    "evaluation-publicised": evaluations.publicised,
    "objection-received": evaluations.objection_received,
    "objection-decided": evaluations.objection_decided,
    "evaluation-result": evaluations.result,
    "evaluation-corrected": evaluations.corrected,
    "subsidy-computed": subsidies.computed,
    "subsidy-declined": subsidies.declined,
    "subsidy-blocked": subsidies.blocked,
    "subsidy-cut": subsidies.cut,
    "subsidy-paid": subsidies.paid,
    "subsidy-reversed": subsidies.reversed_,
    "carrier-recognised": titles.title,
    "carrier-withdrawn": titles.withdrawn,
    "application-returned": titles.returned,
    "application-refused": titles.refused,
    "rectification-ordered": titles.rectification_ordered,
    "rectification-closed": titles.rectification_closed,
    "withdrawal-declined": titles.withdrawal_declined,
    "organisation-barred": titles.barred,
    "organisation-readmitted": titles.readmitted,
    "change-decided": registers.change_decided,
    "hnte-refused": registers.hnte_refused,
    "review-invited": reviews.invited,
    "review-reassigned": reviews.reassigned,
    "review-reminder": reviews.reminder,
    **talents.SAYS,
    **talent_reviews.SAYS,
    **talent_objections.SAYS,
    **talent_awards.SAYS,
    **talent_assessments.SAYS,
    **talent_grants.SAYS,
    **talent_brokers.SAYS,
    **talent_interest.SAYS,
    **talent_erasures.SAYS,
}
"""What each letter the contract promises (shared.contracts.letters) says."""
KINDS = tuple(LetterKind(letter, SAYS[letter.name]) for letter in LETTERS)
BY_NAME = {kind.name: kind for kind in KINDS}
HEARD = tuple(dict.fromkeys(kind.event for kind in KINDS))


def heard_from(owner: str) -> tuple[type[Any], ...]:
    """The events of one service that some letter tells."""
    return tuple(event for event in HEARD if event.owner() == owner)


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


def carrier_of(event: Told) -> Carrier | None:
    """The carrier an event is about, if it is about one."""
    carrier: Carrier | None = getattr(event, "carrier", None)
    return carrier


def about(event: Told) -> str | None:
    """What an event is about as people call it: its carrier, or a year's programme and the number of the contract or of
    the receipt. Nobody's name."""
    if (carrier := carrier_of(event)) is not None:
        return carrier.name
    matter = getattr(event, "matter", event)  # money says what it is for
    programme = getattr(matter, "programme", None)
    numbers = (getattr(matter, name, None) for name in ("contract_no", "receipt", "number"))
    number = next((each for each in numbers if isinstance(each, str)), "")
    return line(f"{programme.name if programme is not None else ''} {number}") or None


def _salutation(roles: tuple[str, ...], to: Receiver) -> str:
    """How he is addressed who is not called by his name: no event holds a person's, few an organisation's."""
    called = [_SALUTATIONS[each] for each in roles if each in _SALUTATIONS]
    return called[0] if called else "异议提出单位" if to.org_id else "您好"


def values(kind: LetterKind, event: Told, to: Receiver, head: Mapping[str, str]) -> dict[str, Any]:
    """Everything the templates of a letter may use. `to_unit`: whether the unit itself is written to,
    the carrier's or the one that recommends."""
    carrier = carrier_of(event)
    unit = getattr(event, "org_id", None) if carrier is None else carrier.org_id
    roles = kind.roles(event, to)
    to_unit = to.org_id is not None and (to.org_id == unit or not AS_UNITS.isdisjoint(roles))
    name = "" if carrier is None else line(carrier.name)
    return {
        **head,
        "title": kind.title,
        "office": _OFFICES[event.owner()],
        "carrier": name,
        "to_unit": to_unit,
        "to_applicant": APPLICANT in roles,
        "takes_over": NEW_TALENT in roles or NEW_EMPLOYER in roles,
        "to": name if carrier is not None and to_unit else _salutation(roles, to),
        **kind.says(event),
    }
