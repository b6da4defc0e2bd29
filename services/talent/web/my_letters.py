"""Every letter sent to me as an applicant: what it is about and where that is shown."""

from collections.abc import Collection
from functools import partial

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.letter_subjects import page_of, programme_of
from shared.contracts.contact import applicant_person
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who


def _recipients(who: Who) -> Collection[str]:
    return {*map(applicant_person, who.scopes(Role.APPLICANT))}


LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.APPLICANT}),
    _recipients,
    programme_of,
    partial(page_of, of="mine"),
    lambda _: [("我的申报", "/talent/mine")],
    "还没有信件；申报一有进展就会来信，同时列在这里",
)
letter_pages = LETTERS.pages
