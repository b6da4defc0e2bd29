"""Every letter sent to my recommending units: what it is about and where that is shown."""

from collections.abc import Collection
from urllib.parse import unquote

from sqlalchemy import RowMapping

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.looks import to
from shared.correspondence.letters import told
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who


def _recipients(who: Who) -> Collection[str]:
    return who.scopes(Role.UNIT)


def _about(row: RowMapping) -> str:
    """The programme the letter is about; who applied is on the page it leads to."""
    programme = told(row).get("programme")
    return str(programme["name"]) if isinstance(programme, dict) and "name" in programme else ""


def _about_page(row: RowMapping) -> str | None:
    if row["subject"] is None or row["subject"].split(".")[1] != "application":
        return None
    about = unquote(row["headers"].get("ce-subject", ""))
    return to("unit/applications", about) if about else None


UNIT_LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.UNIT}),
    _recipients,
    _about,
    _about_page,
    lambda _: [("我的推荐", "/talent/unit")],
    "还没有信件；有申报等待推荐时就会来信，同时列在这里",
    place="/unit/letters",
)
unit_letter_pages = UNIT_LETTERS.pages
