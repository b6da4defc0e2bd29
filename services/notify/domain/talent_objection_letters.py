"""What the letters about an objection to a selection say, to who objected and to whose selection it is.

Who objects is kept confidential, and so is who was selected: a letter names the objection and the application by their
numbers alone.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from services.notify.domain.evaluation_letters import OUTCOMES
from services.notify.domain.wording import day, line, prose
from shared.contracts.talent import TalentObjectionDecided, TalentObjectionFiled

Values = dict[str, Any]


def _of(event: TalentObjectionFiled | TalentObjectionDecided) -> Values:
    return {
        "receipt": line(event.objection_id),
        "programme": line(event.programme.name),
        "application": line(event.receipt or event.application_id),
        "mine_page": f"/talent/mine/applications/{quote(event.application_id, safe='')}",
    }


def received(event: TalentObjectionFiled) -> Values:
    return {**_of(event), "decide_by": day(event.decide_by)}


def decided(event: TalentObjectionDecided) -> Values:
    return {
        **_of(event),
        "outcome": event.outcome,
        "outcome_name": OUTCOMES[event.outcome],
        "reason": prose(event.reason),
    }


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-objection-received": received,
    "talent-objection-decided": decided,
}
"""What each letter about an objection to a selection says."""
