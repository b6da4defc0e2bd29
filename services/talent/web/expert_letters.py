"""Every letter sent to me as an expert of the talent programmes: the year's programme, and where my reviews are."""

from collections.abc import Collection

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.letter_subjects import programme_of
from shared.contracts.contact import reviewer_person
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who

REVIEWS = "/talent/reviews"
"""What experts are told of stands on one page of theirs."""


def _recipients(who: Who) -> Collection[str]:
    return {*map(reviewer_person, who.scopes(Role.EXPERT))}


EXPERT_LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.EXPERT}),
    _recipients,
    programme_of,
    lambda _: REVIEWS,
    lambda _: [("人才计划评审", REVIEWS)],
    "还没有信件；请您评审或评审有变动时就会来信，同时列在这里",
    place="/reviews/letters",
)
expert_letter_pages = EXPERT_LETTERS.pages
