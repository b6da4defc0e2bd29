"""What a service offers to the public pages."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.webkit.listing import Listing


class PublicWords(NamedTuple):
    """`matter`: what is public, `measure`: how those on a list are counted; `own`: where those on it object besides."""

    matter: str = "等次"
    measure: str = "家单位"
    own: str = "名单上的单位也可以登录后在“我的载体”里提出。"


class PublicRound(NamedTuple):
    """A list of results anybody may see. `public_until`: the inclusive last day an objection is taken;
    `finalised_on`: the day the results became final, None while they are not."""

    id: str
    year: int
    title: str
    document_no: str
    public_from: date
    public_until: date
    finalised_on: date | None
    units: int
    decide_within: int
    """Working days within which an objection is decided."""
    lasts: str
    """How long it is public, and in which days that is counted."""
    words: PublicWords = PublicWords()

    def state(self, today: date) -> tuple[str, str]:
        """What the list is called on this day, and its tone."""
        if self.finalised_on is not None:
            return "结果", "good"
        return ("公示中", "wait") if today <= self.public_until else ("公示期满", "fair")


Question = tuple[Listing, Select[Any]]
"""A list as it is shown, and the rows that may be seen."""


@dataclass(frozen=True)
class PublicSource:
    """`rounds`: those that are public on this day, the newest first. `units`: who is on the list of one, in the words
    the law lets be public. `paid`: the money that was paid, if the service pays any."""

    rounds: Callable[[AsyncConnection, date], Awaitable[Sequence[PublicRound]]]
    units: Callable[[str], Question]
    paid: Callable[[AsyncConnection], Awaitable[Question]] | None = None
