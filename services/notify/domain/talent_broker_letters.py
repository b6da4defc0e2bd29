"""What the letters to a technology broker say: his registration and each claim decided, why, and what he may do next.

A broker may be a company or a person and is written to as either; no event holds his name.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from services.notify.domain.wording import day, line, prose
from shared.contracts.talent import TalentBrokerDecided, TalentBrokerEnded, TalentDealDecided

Values = dict[str, Any]
MINE = "/talent/mine/broker"


def _of(reason: str | None) -> Values:
    return {"mine_page": MINE, "to_unit": False, "reason": prose(reason) if reason else ""}


def decided(event: TalentBrokerDecided) -> Values:
    return {**_of(event.reason), "registered": event.outcome == "registered", "date": day(event.date)}


def ended(event: TalentBrokerEnded) -> Values:
    return {**_of(event.reason), "date": day(event.date)}


def deal_decided(event: TalentDealDecided) -> Values:
    return {
        **_of(event.reason),
        "contract_no": line(event.contract_no),
        "number": event.number,
        "outcome": event.outcome,
        "outcome_name": OUTCOMES[event.outcome],
        "mine_page": f"/talent/mine/deals/{quote(event.deal_id, safe='')}",
    }


OUTCOMES = {"confirmed": "核定", "returned": "退回补正", "refused": "不予奖励"}
"""What became of a claim."""
SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-broker-decided": decided,
    "talent-broker-ended": ended,
    "talent-deal-decided": deal_decided,
}
"""What each letter to a technology broker says."""
