"""Every letter sent to me as an applicant: what it is about and where that is shown."""

from collections.abc import Collection
from urllib.parse import unquote

from sqlalchemy import RowMapping

from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.looks import to
from shared.contracts.contact import applicant_person
from shared.correspondence.letters import told
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who


def _recipients(who: Who) -> Collection[str]:
    return {*map(applicant_person, who.scopes(Role.APPLICANT))}


def _about(row: RowMapping) -> str:
    """The year's programme the letter is about."""
    named = told(row).get("programme") or {}
    return str(named.get("name", "")) if isinstance(named, dict) else ""


def _about_page(row: RowMapping) -> str | None:
    """My page of the application."""
    if row["subject"] is None:
        return None
    about, noun = unquote(row["headers"].get("ce-subject", "")), row["subject"].split(".")[1]
    return to("mine/applications", about) if noun == "application" and about else None


LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.APPLICANT}),
    _recipients,
    _about,
    _about_page,
    lambda _: [("我的申报", "/talent/mine")],
    "还没有信件；申报一有进展就会来信，同时列在这里",
)
letter_pages = LETTERS.pages
