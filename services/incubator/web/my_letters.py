"""Every letter sent to my organisations, or to me as an expert: what it is about and where that is shown."""

from collections.abc import Collection
from urllib.parse import unquote

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.correspondence import CORRESPONDENCE
from services.incubator.usecases.reviewed import REVIEWING
from services.incubator.web.looks import to
from services.incubator.web.wording import kind_name
from shared.contracts.contact import expert_person
from shared.correspondence.letters import told
from shared.correspondence.pages import MyLetters
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.reviewing import expert_rows

PLACES = {"report": "mine/reports", "evaluation": "mine/results", "subsidy": "mine/subsidies"}
"""Where the page is of what an event of this noun is about."""
REVIEWED = ("review", "reviews")
"""What experts are told of stands on one page of theirs."""


def _recipients(who: Who) -> Collection[str]:
    """As whom letters reach whoever is logged in: the organisations he acts for."""
    return who.scopes(Role.OPERATOR)


async def as_expert(connection: AsyncConnection, who: Who) -> Collection[str]:
    """The expert whose login this is: the grant does not say of which register, so this one is asked."""
    expert = await expert_rows.by_account(connection, REVIEWING, who.account) if who.may_be(Role.EXPERT) else None
    return () if expert is None else {expert_person(expert["id"])}


def _about(row: RowMapping) -> str:
    """The carrier the letter is about; an event of a unit as a whole names the unit, one to an expert the round."""
    said = told(row)
    named = said.get("carrier") or said.get("organisation") or {}
    if not named and "person_id" in said:
        return f"{said.get('year')} 年度{kind_name(said.get('kind'))}考评"
    return str(named.get("name", "")) if isinstance(named, dict) else ""


def _about_page(row: RowMapping) -> str | None:
    """My page of what the letter is about: an objection of somebody else leads to my result."""
    if row["subject"] is None:
        return None
    about, said = unquote(row["headers"].get("ce-subject", "")), told(row)
    noun = row["subject"].split(".")[1]
    if noun == "objection":
        own = said.get("objector_id") == row["recipient_id"]
        return to("mine/objections", about) if own else to("mine/results", str(said.get("evaluation_id", "")))
    if noun in PLACES and about:
        return to(PLACES[noun], about)
    if noun in REVIEWED:
        return "/incubator/reviews"
    carrier = said.get("carrier")
    return to("mine/carriers", str(carrier["id"])) if isinstance(carrier, dict) and "id" in carrier else None


LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.OPERATOR, Role.EXPERT}),
    _recipients,
    _about,
    _about_page,
    lambda who: (
        [("我的载体", "/incubator/mine")] if who.may_be(Role.OPERATOR) else [("我的评审", "/incubator/reviews")]
    ),
    "还没有信件；填报、考评、补助一有进展就会来信，同时列在这里",
    also=as_expert,
)
letter_pages = LETTERS.pages
