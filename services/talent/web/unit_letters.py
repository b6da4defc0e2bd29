"""Every letter sent to my recommending units: what it is about and where that is shown."""

from collections.abc import Collection
from functools import partial

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.letter_subjects import page_of, programme_of
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who


def _recipients(who: Who) -> Collection[str]:
    return who.scopes(Role.UNIT)


UNIT_LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.UNIT}),
    _recipients,
    programme_of,
    partial(page_of, of="unit"),
    lambda _: [("我的推荐", "/talent/unit")],
    "还没有信件；有申报等待推荐时就会来信，同时列在这里",
    place="/unit/letters",
)
unit_letter_pages = UNIT_LETTERS.pages
