"""What the letters say to whoever asked that what is known of him be erased: received, or why not yet."""

from collections.abc import Callable, Mapping
from typing import Any

from services.notify.domain.wording import day, prose
from shared.contracts.talent import TalentErasureAsked, TalentErasureDeclined

Values = dict[str, Any]
_PAGE = {"mine_page": "/talent/mine/data", "to_unit": False}


def asked(event: TalentErasureAsked) -> Values:
    return {**_PAGE, "date": day(event.date)}


def declined(event: TalentErasureDeclined) -> Values:
    return {**_PAGE, "date": day(event.date), "reason": prose(event.reason)}


SAYS: Mapping[str, Callable[[Any], Values]] = {
    "talent-erasure-asked": asked,
    "talent-erasure-declined": declined,
}
"""What each letter about a request to be erased says."""
