"""A service's desk as it says it once: its matters, who looks at them, and what its page shows around them."""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import legal_date
from shared.desk.rows import Asking, Query, Waits, counted
from shared.identity.roles import Role
from shared.identity.who import Who
from shared.running.running import Running
from shared.webkit.templates import Pages

MOST_SAID = 40
Words = Callable[[RowMapping], str]


class Matter(NamedTuple):
    """`title` what is to be done; `place` the line of the navigation it counts at; `href` where one of them is done;
    `says` more about one of them; `unit` who it is about, if that is not what the row says."""

    title: str
    roles: frozenset[Role]
    query: Query
    place: str
    href: Words
    says: Words = lambda _: ""
    unit: Words = lambda row: row["unit"] or ""


class Narrowing(NamedTuple):
    """A column a desk is narrowed by, what it is called, and its values by name. `offered`: to whom."""

    column: str
    title: str
    options: Callable[[AsyncConnection], Awaitable[Mapping[str, str]]]
    offered: Callable[[Who], bool] = lambda _: True


class Looked(NamedTuple):
    """A desk as somebody looks at it: what its page may show around the list."""

    who: Who
    today: date
    waits: Sequence[Waits]


@dataclass(frozen=True)
class Desk:
    """`lookers` may open it; whoever has none of the matters' roles sees what is anybody's. `within`: whose things are
    a person's, None for all. `template` extends desk_page.html, and gets what `around` answers."""

    address: str
    matters: Mapping[str, Matter]
    lookers: frozenset[Role]
    within: Callable[[Who], tuple[str, ...] | None]
    narrowings: tuple[Narrowing, ...]
    pages: Pages
    template: str
    around: Callable[[AsyncConnection, Looked], Awaitable[Mapping[str, Any]]]

    @property
    def roles(self) -> frozenset[Role]:
        """Those for whom something waits here."""
        return frozenset().union(*(matter.roles for matter in self.matters.values()))

    def of(self, who: Who) -> dict[str, Matter]:
        """What is this person's to do; whoever only looks sees what is anybody's."""
        mine = who.roles & self.roles
        return {name: matter for name, matter in self.matters.items() if not mine or matter.roles & mine}

    def queries(self, matters: Collection[str]) -> dict[str, Query]:
        return {name: self.matters[name].query for name in matters}

    def asking(self, who: Who, today: date) -> Asking:
        return Asking(who.account, today, self.within(who))

    async def badges(self, running: Running, who: Who) -> Mapping[str, int]:
        """How many things wait for this person at each line of the navigation: one question to the database."""
        if not who.may_be(*self.roles):
            return {}
        queries = self.queries(self.of(who))
        async with running.look() as connection:
            counts = await counted(connection, queries, self.asking(who, legal_date(running.now())))
        found = Counter({self.address: sum(counts.values())})
        for name, count in counts.items():
            found[self.matters[name].place] += count
        return found


class Elsewhere(NamedTuple):
    """Another service's desk, and how many things wait for this person there."""

    title: str
    address: str
    waits: int


def elsewhere(desks: Mapping[str, Desk], own: Desk, who: Who, badges: Mapping[str, int]) -> list[Elsewhere]:
    """The desks of the other services this person has work at. `desks`: by what people call the service."""
    return [
        Elsewhere(title, desk.address, badges.get(desk.address, 0))
        for title, desk in desks.items()
        if desk is not own and who.may_be(*desk.roles)
    ]


def said(row: RowMapping) -> str:
    """What somebody wrote, as far as a line holds it."""
    text: str = row["said"] or ""
    return text if len(text) <= MOST_SAID else f"{text[:MOST_SAID]}……"


def always(address: str) -> Words:
    """The same address for each of them."""
    return lambda _: address


def several(unit: str) -> Words:
    """A row that stands for several: how many of what."""
    return lambda row: f"{row['number']} {unit}"


def tone(days: int) -> str:
    """How long is long: a day is some time, five are too many."""
    return "bad" if days >= 5 else "wait" if days >= 1 else "calm"
