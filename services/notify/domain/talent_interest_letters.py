"""What the letter about an interest claim that was not accepted says: which year, why, and what its leader may do."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from services.notify.domain.talent_award_letters import of_award
from services.notify.domain.wording import prose
from shared.contracts.talent import TalentInterestAnswered

Values = dict[str, Any]


def answered(event: TalentInterestAnswered) -> Values:
    values = of_award(event)
    return {
        **values,
        "mine_page": f"{values['mine_page']}/interest/{quote(event.claim_id, safe='')}",
        "year": event.year,
        "number": event.number,
        "outcome": event.outcome,
        "outcome_name": OUTCOMES[event.outcome],
        "reason": prose(event.reason),
    }


OUTCOMES = {"returned": "退回补正", "refused": "不予贴息"}
"""What became of a claim."""
SAYS: Mapping[str, Callable[[Any], Values]] = {"talent-interest-answered": answered}
"""What each letter about an interest claim says."""
