"""Every letter sent to me as an applicant or as a technology broker: what it is about and where that is shown."""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.store import brokers
from services.talent.store.correspondence import CORRESPONDENCE
from services.talent.web.letter_subjects import page_of, programme_of
from shared.contracts.contact import applicant_person
from shared.correspondence.letters import letter_title
from shared.correspondence.pages import STATES, TONES, MyLetters, letter_page
from shared.identity.roles import Role
from shared.identity.who import Who


def _recipients(who: Who) -> Collection[str]:
    return {*map(applicant_person, who.scopes(Role.APPLICANT))}


async def as_broker(connection: AsyncConnection, who: Who) -> Collection[str]:
    """The broker whose login this is: the office may enter any account, so the register is asked."""
    broker = await brokers.of_account(connection, who.account)
    return () if broker is None else {broker["id"]}


def newest(rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """The newest letters as the first page of whoever is logged in shows them."""
    return [
        {
            "at": row["at"], "title": letter_title(row["letter"]), "about": programme_of(row),
            "href": letter_page(row), "state": STATES.get(row["state"], row["state"]),
            "tone": TONES.get(row["state"], "calm"),
        }
        for row in rows
    ]  # fmt: skip


LETTERS = MyLetters(
    CORRESPONDENCE,
    frozenset({Role.APPLICANT}),
    _recipients,
    programme_of,
    partial(page_of, of="mine"),
    lambda _: [("我的申报", "/talent/mine")],
    "还没有信件；申报、技术经纪一有进展就会来信，同时列在这里",
    also=as_broker,
)
letter_pages = LETTERS.pages
