"""The letters sent to somebody, each with the event it tells: questions for the list of letters."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.letters import LETTERS
from shared.core.clock import legal_date

HELD = "held"
"""A letter nobody has released yet is not sent: its receiver learns of it when it is."""
OFFICE_STATES = {
    "handed_over": {"name": "已交付", "tone": "good"},
    "queued": {"name": "待发送", "tone": "fair"},
    "held": {"name": "待放行", "tone": "wait"},
    "no_address": {"name": "无地址", "tone": "calm"},
    "failed": {"name": "发送失败", "tone": "bad"},
    "bounced": {"name": "被退回", "tone": "bad"},
}
"""Where a letter is, as the office calls it, and in which tone that is shown."""
TITLES = {letter.name: letter.title for letter in LETTERS}
"""As the letters' owner calls them; one it has added since is shown by its own name."""


@dataclass(frozen=True)
class Correspondence:
    """A service's own: where letters have got to, and its outbox with the events they tell."""

    seen: Table
    outbox: Table
    service: str
    """Letters about another service's events are none of its receivers', whatever those are called."""

    @property
    def _own(self) -> ColumnElement[bool]:
        others = [letter.name for letter in LETTERS if letter.event.owner() != self.service]
        return and_(self.seen.c.state != HELD, self.seen.c.letter.not_in(others))

    def to(self, recipients: Collection[str]) -> Select[Any]:
        """The letters that are on their way to these recipients, or have come or failed."""
        return (
            select(self.seen, self.outbox.c.subject, self.outbox.c.headers, self.outbox.c.body)
            .outerjoin(self.outbox, self.outbox.c.event_id == self.seen.c.cause_event_id)
            .where(self.seen.c.recipient_id.in_(recipients), self._own)
        )

    async def years(self, connection: AsyncConnection, recipients: Collection[str]) -> list[int]:
        """The years letters were sent in, the newest first."""
        query = select(func.min(self.seen.c.at), func.max(self.seen.c.at)).where(
            self.seen.c.recipient_id.in_(recipients), self._own
        )
        first, last = (await connection.execute(query)).one()
        return [] if first is None else list(range(legal_date(last).year, legal_date(first).year - 1, -1))

    async def kinds(self, connection: AsyncConnection, recipients: Collection[str]) -> list[str]:
        """The kinds of letter that were sent to them."""
        query = (
            select(self.seen.c.letter)
            .where(self.seen.c.recipient_id.in_(recipients), self._own)
            .distinct()
            .order_by(self.seen.c.letter)
        )
        return list((await connection.execute(query)).scalars())


def told(row: RowMapping) -> dict[str, Any]:
    """The event behind the letter; empty if another program told it."""
    return {} if row["body"] is None else dict(orjson.loads(bytes(row["body"])))


def letter_title(letter: str) -> str:
    return TITLES.get(letter, letter)
