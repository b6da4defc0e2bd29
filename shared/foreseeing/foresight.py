"""What a service says of itself so that its steps can be foreseen."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts import letters
from shared.messaging.unit import Unit

MOST_IDS = 5_000


class Named(NamedTuple):
    """`fen`: the amount it carries, if it carries one."""

    name: str
    fen: int | None = None


class Receiver(NamedTuple):
    """`address`: whether its register knows where to write to."""

    name: str
    address: bool


Receivers = Callable[[AsyncConnection, Collection[letters.Receiver]], Awaitable[Mapping[letters.Receiver, Receiver]]]


@dataclass(frozen=True)
class Ledger:
    """The service's ledger: `whose` is the column of who an entry is about, `seen` what a person sees of one."""

    table: Table
    whose: str
    seen: tuple[str, ...]
    names: Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True)
class Foresight:
    """`changes`: its table of changes; `ledger`: none where no step of the service enters money; `follows`: does, in
    the same transaction, what its own consumers would do with what was published; `nouns`: by noun the column of its id
    and a question for id, name and amount (fen)."""

    changes: Table
    ledger: Ledger | None
    follows: Callable[[Unit], Awaitable[None]]
    nouns: Mapping[str, tuple[Any, Select[Any]]]
    receivers: Receivers

    async def named(
        self, connection: AsyncConnection, wanted: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], Named]:
        """A name for each (noun, id); what no question is kept for is called by its id."""
        found = {each: Named(each[1]) for each in wanted}
        for noun, (key, query) in self.nouns.items():
            ids = sorted({id_ for of, id_ in wanted if of == noun})
            for start in range(0, len(ids), MOST_IDS):
                for id_, name, fen in await connection.execute(query.where(key.in_(ids[start : start + MOST_IDS]))):
                    found[noun, id_] = Named(name or id_, fen)
        return found
