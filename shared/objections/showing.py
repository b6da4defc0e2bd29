"""What a service says of the pages of its objections, once; and how the days that are left are said."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.evidence.tables import EvidenceTables
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.objections.area import Area
from shared.objections.life import FILED, OBJECTION
from shared.webkit.templates import Pages

SOON = 2
"""Days before the last in which an objection is marked as due soon."""
_TONES = {FILED: "wait", "upheld": "good"}


class Said(NamedTuple):
    """A state in words, and its tone."""

    name: str
    tone: str


STATES = {state: Said(name, _TONES.get(state, "calm")) for state, name in OBJECTION.states.items()}


class About(NamedTuple):
    """`unit`: whose result it is, as people call it; `said`: which result; `result`: the page on which those whom it
    concerns see it."""

    unit: str
    said: str
    result: str


class Choice(NamedTuple):
    """A result that is public until a day, inclusive, and can be objected to: whose it is, and which."""

    id: str
    name: str
    said: str
    until: date


@dataclass(frozen=True)
class Words:
    """`home` and `result`: what the place of those whom results concern, and the page of one result, are called;
    `meanwhile`: what is not done while an objection waits; `paper`: what is said above the form for one on paper;
    `too_early`: where else to turn while nothing is public; `which` and `objector`: what that form asks for."""

    home: str
    result: str
    meanwhile: str
    paper: str
    too_early: str
    which: str = "对哪一家的结果"
    objector: str = "异议单位"


@dataclass(frozen=True)
class Showing:
    """`root` is the service's own address, `home` where those whom results concern begin, `role` what they are;
    `called` makes of a scope of that role the id somebody objects under."""

    area: Area[Any]
    evidence: EvidenceTables
    pages: Pages
    root: str
    home: str
    role: Role
    words: Words
    about: Callable[[AsyncConnection, str], Awaitable[About]]
    public: Callable[[AsyncConnection], Awaitable[Sequence[Choice]]]
    known: Callable[[AsyncConnection], Awaitable[Sequence[str]]]
    """The names in the register, of which who objects is mostly one."""
    called: Callable[[str], str] = str

    def objectors(self, who: Who) -> tuple[str, ...]:
        """The ids whoever is logged in objects under."""
        return tuple(map(self.called, who.scopes(self.role)))

    def receipt(self, id_: str) -> str:
        """Where whoever filed it sees it."""
        return f"{self.root}/mine/objections/{quote(id_, safe='')}"

    def page(self, id_: str) -> str:
        """Where the office handles it."""
        return f"{self.root}/objections/{quote(id_, safe='')}"


def days_left(row: Mapping[Any, Any], today: date) -> Said:
    """What is left until an objection has to be decided; nothing once it is decided."""
    if row["state"] != FILED:
        return Said("", "calm")
    days = (row["decide_by"] - today).days
    if days < 0:
        return Said(f"超期 {-days} 天", "bad")
    return Said("今天到期" if days == 0 else f"剩 {days} 天", "wait" if days <= SOON else "good")
