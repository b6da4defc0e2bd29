"""The chain page of this service: one story of a talent from event to letter (see shared.chain)."""

from collections.abc import Callable, Sequence
from functools import partial

import orjson
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.stories import STORIES, applicants
from services.talent.web import bookkeeping
from services.talent.web.happenings import happened
from services.talent.web.looks import PAGES, to
from shared.chain import pages
from shared.chain.stories import Story
from shared.chain.timeline import Happening, Telling
from shared.contracts.talent import (
    TalentBrokerClaimed,
    TalentGrantBlocked,
    TalentGrantComputed,
    TalentGrantDeclined,
    TalentGrantReversed,
    TalentInstalmentReleased,
    TalentInterestClaimed,
)
from shared.ledger.showing import Behind, Subject

FROM_OBJECTORS = ("talent-objection-received", "talent-objection-decided")
PLACES = {
    "award": ("入选项目", "awards"), "contract": ("入选项目", "awards"), "assessment": ("考核", "assessments"),
    "interest": ("贴息申请", "interest"),
}  # fmt: skip
"""Where the office sees what an event is about, by its noun."""


def _addressees(story: Story) -> Callable[[RowMapping], str]:
    """Whoever objected stays unnamed: only the talent himself is named, once it is decided."""
    talents = {str(orjson.loads(bytes(row["body"])).get("person_id", "")) for row in story.told}

    def addressee(letter: RowMapping) -> str:
        recipient: str = letter["recipient_id"]
        received, decided = FROM_OBJECTORS
        if letter["letter"] == received or (letter["letter"] == decided and recipient not in talents):
            return "异议人（身份保密）"
        return story.names.get(recipient, recipient)

    return addressee


async def _subjects(connection: AsyncConnection, story: Story) -> Sequence[Subject]:
    """The applications a story is of, and the projects and deals whose money it is."""
    told = {str(orjson.loads(bytes(row["body"])).get("application_id", "")) for row in story.told}
    people = await applicants(connection, told)
    found = [Subject(name, (), "", to("applications", id_)) for id_, name in people.items()]
    return [*found, *(await bookkeeping.subjects(connection, story.entries)).values()]


def _shown_at(happening: Happening) -> Behind | None:
    title, place = PLACES.get(happening.type.split(".")[1], ("", ""))
    return Behind(title, to(place, happening.about)) if place else None


TELLING = Telling(
    entered={
        each.type_ for each in (TalentGrantComputed, TalentGrantDeclined, TalentGrantBlocked, TalentGrantReversed)
    },
    happened=happened,
    addressees=_addressees,
    settled={TalentInstalmentReleased.type_, TalentInterestClaimed.type_, TalentBrokerClaimed.type_},
    waits="等待核算资助",
)
CHAIN = pages.Chain(
    STORIES, TELLING, PAGES, "/talent", "ledger", _subjects, _shown_at, (("申报", "/talent/applications"),)
)
chain_pages = partial(pages.chain_pages, CHAIN)
