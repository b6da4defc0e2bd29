"""What this service says of a story on its line (see shared.chain.timeline), and to whom its letters went."""

from collections.abc import Callable, Container, Mapping

import orjson
from sqlalchemy import RowMapping

from services.incubator.web.happenings import happened
from shared.chain.stories import Story
from shared.chain.timeline import Telling
from shared.contracts.incubator import SubsidyBlocked, SubsidyComputed, SubsidyDeclined, SubsidyReversed


def addressee(letter: RowMapping, own: Container[str], names: Mapping[str, str]) -> str:
    """Who a letter went to. Whoever objected stays unnamed: only the unit itself is named, once it is decided."""
    recipient: str = letter["recipient_id"]
    if letter["letter"] == "objection-received" or (letter["letter"] == "objection-decided" and recipient not in own):
        return "异议人（身份保密）"
    return names.get(recipient, recipient)


def _organisation(row: RowMapping) -> str:
    """The organisation behind the carrier an event is about."""
    return str((orjson.loads(bytes(row["body"])).get("carrier") or {}).get("org_id", ""))


def _addressees(story: Story) -> Callable[[RowMapping], str]:
    own = {entry["organisation_id"] for entry in story.entries} | {_organisation(row) for row in story.told}
    return lambda letter: addressee(letter, own, story.names)


TELLING = Telling(
    entered={each.type_ for each in (SubsidyComputed, SubsidyDeclined, SubsidyBlocked, SubsidyReversed)},
    happened=happened,
    addressees=_addressees,
    settled={"incubator.evaluation.finalised.v1"},
    waits="等待核算补助",
)
