"""Everything under one correlation id: what was told, what was heard, what was computed of it, which letters went."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.ledger.tables import LedgerTables

MOST = 200
"""How many events, entries and letters of one story are shown: a program may put everything under one id."""


class Story(NamedTuple):
    """In the order in which it was written. `told` are events of this service, `causes` those the settlement heard."""

    told: Sequence[RowMapping]
    causes: Sequence[RowMapping]
    entries: Sequence[RowMapping]
    payments: Mapping[str, RowMapping]
    """How far the payment of an entry is, by its id."""
    reversals: Mapping[str, str]
    """The id of the reversing entry, by what it reverses."""
    letters: Sequence[RowMapping]
    names: Mapping[str, str]
    """Of those the letters went to, by the id of the recipient."""
    more: int
    """How many events there are that are not shown."""

    def __bool__(self) -> bool:
        return bool(self.told or self.causes or self.entries or self.letters)


@dataclass(frozen=True)
class Stories:
    """A service's own: its outbox, its letters seen, its ledger. `names`: of those letters went to, by recipient."""

    outbox: Table
    seen: Table
    ledger: LedgerTables
    names: Callable[[AsyncConnection, Collection[str]], Awaitable[Mapping[str, str]]]

    async def story(self, connection: AsyncConnection, id_: str) -> Story:
        outbox, seen = self.outbox, self.seen
        cause, subsidy, payment = self.ledger.cause, self.ledger.subsidy, self.ledger.payment
        told = select(outbox).where(outbox.c.correlation_id == id_).order_by(outbox.c.position)
        causes = select(cause).where(cause.c.story == id_).order_by(cause.c.happened_at, cause.c.event_id)
        entries = select(subsidy).where(subsidy.c.story == id_).order_by(subsidy.c.position)
        letters = select(seen).where(seen.c.story == id_).order_by(seen.c.at, seen.c.letter, seen.c.message_id)
        every = select(func.count(outbox.c.position)).where(outbox.c.correlation_id == id_)
        shown = await _some(connection, told)
        entered = await _some(connection, entries)
        ids = [entry["id"] for entry in entered]
        went = await _some(connection, letters)
        reversed_ = select(subsidy.c.reverses, subsidy.c.id).where(subsidy.c.reverses.in_(ids))
        payments = (await connection.execute(select(payment).where(payment.c.subsidy_id.in_(ids)))).mappings()
        return Story(
            told=shown,
            causes=await _some(connection, causes),
            entries=entered,
            payments={row["subsidy_id"]: row for row in payments},
            reversals={row[0]: row[1] for row in await connection.execute(reversed_)},
            letters=went,
            names=await self.names(connection, {letter["recipient_id"] for letter in went}),
            more=(await connection.execute(every)).scalar_one() - len(shown),
        )

    async def told(self, connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
        """Which events these were and which story each belongs to, those that this service told."""
        outbox = self.outbox
        query = select(outbox.c.event_id, outbox.c.subject, outbox.c.correlation_id).where(outbox.c.event_id.in_(ids))
        return {row["event_id"]: row for row in (await connection.execute(query)).mappings()}

    async def of_event(self, connection: AsyncConnection, event_id: str) -> str | None:
        """The story that an event, or an entry of the ledger, belongs to."""
        cause, subsidy = self.ledger.cause, self.ledger.subsidy
        for query in (
            select(cause.c.story).where(cause.c.event_id == event_id),
            select(self.outbox.c.correlation_id).where(self.outbox.c.event_id == event_id),
            select(subsidy.c.story).where(subsidy.c.id == event_id),
        ):
            found: str | None = (await connection.execute(query)).scalar()
            if found is not None:
                return found
        return None


async def _some(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(MOST))).mappings().all()
    return rows
