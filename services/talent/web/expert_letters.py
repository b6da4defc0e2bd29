"""Every letter sent to me as an expert of the talent programmes: the year's programme, and where my reviews are."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.store.review_tables import REVIEWS
from services.talent.web.letter_subjects import programme_of
from shared.contracts.contact import reviewer_person
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who

PLACE = "/talent/reviews"
"""What experts are told of stands on one page of theirs."""


async def as_expert(connection: AsyncConnection, who: Who) -> Collection[str]:
    """The expert whose login this is. The grant does not say of which register, so this one is asked; one whose address
    it was never told is known by his grant alone."""
    expert, granted = REVIEWS.expert.c, who.scopes(Role.EXPERT)
    registered = select(expert.id, expert.account, expert.contact_email)
    query = registered.where(expert.id.in_(granted) | (expert.account == who.account))
    rows = (await connection.execute(query)).all()
    own = {row.id for row in rows if row.account == who.account}
    others = {row.id for row in rows if row.account != who.account and row.contact_email}
    return {*map(reviewer_person, {*granted, *own} - others)}


EXPERT_LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.EXPERT}),
    lambda _: (),
    programme_of,
    lambda _: PLACE,
    lambda _: [("人才计划评审", PLACE)],
    "还没有信件；请您评审或评审有变动时就会来信，同时列在这里",
    place="/reviews/letters",
    also=as_expert,
)
expert_letter_pages = EXPERT_LETTERS.pages
