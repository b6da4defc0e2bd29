"""Everything under one correlation id: what was told, what was heard, what was computed of it, which letters went."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import RowMapping, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.incubator.store.review_tables import EXPERT
from services.incubator.store.tables import CAUSE, MESSAGE_SEEN, ORGANISATION, PAYMENT, SPINE, SUBSIDY
from shared.contracts.contact import expert_of, expert_person

MOST = 200
"""How many events, entries and letters of one story are shown: a program may put everything under one id."""
OUTBOX = SPINE.outbox


class Story(NamedTuple):
    """In the order in which it was written. `told` are events of this service, `causes` those the settlement heard."""

    told: Sequence[RowMapping]
    causes: Sequence[RowMapping]
    entries: Sequence[RowMapping]
    payments: dict[str, RowMapping]
    """How far the payment of an entry is, by its id."""
    reversals: dict[str, str]
    """The id of the reversing entry, by what it reverses."""
    letters: Sequence[RowMapping]
    organisations: dict[str, str]
    """Names of those the letters went to, organisations and experts, by the id of the recipient."""
    more: int
    """How many events there are that are not shown."""

    def __bool__(self) -> bool:
        return bool(self.told or self.causes or self.entries or self.letters)


async def story(connection: AsyncConnection, id_: str) -> Story:
    told = select(OUTBOX).where(OUTBOX.c.correlation_id == id_).order_by(OUTBOX.c.position)
    causes = select(CAUSE).where(CAUSE.c.story == id_).order_by(CAUSE.c.happened_at, CAUSE.c.event_id)
    entries = select(SUBSIDY).where(SUBSIDY.c.story == id_).order_by(SUBSIDY.c.position)
    letters = (
        select(MESSAGE_SEEN)
        .where(MESSAGE_SEEN.c.story == id_)
        .order_by(MESSAGE_SEEN.c.at, MESSAGE_SEEN.c.letter, MESSAGE_SEEN.c.message_id)
    )
    every = select(func.count(OUTBOX.c.position)).where(OUTBOX.c.correlation_id == id_)
    shown = await _some(connection, told)
    entered = await _some(connection, entries)
    ids = [entry["id"] for entry in entered]
    went = await _some(connection, letters)
    reversed_ = select(SUBSIDY.c.reverses, SUBSIDY.c.id).where(SUBSIDY.c.reverses.in_(ids))
    payments = (await connection.execute(select(PAYMENT).where(PAYMENT.c.subsidy_id.in_(ids)))).mappings()
    return Story(
        told=shown,
        causes=await _some(connection, causes),
        entries=entered,
        payments={row["subsidy_id"]: row for row in payments},
        reversals={row[0]: row[1] for row in await connection.execute(reversed_)},
        letters=went,
        organisations=await receivers(connection, {letter["recipient_id"] for letter in went}),
        more=(await connection.execute(every)).scalar_one() - len(shown),
    )


async def _some(connection: AsyncConnection, query: Select[Any]) -> Sequence[RowMapping]:
    rows: Sequence[RowMapping] = (await connection.execute(query.limit(MOST))).mappings().all()
    return rows


async def organisations(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The names of those that are registered, by id."""
    query = select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(ids))
    return {row.id: row.name for row in await connection.execute(query)}


async def receivers(connection: AsyncConnection, ids: Collection[str]) -> dict[str, str]:
    """The names of the organisations and experts letters went to, by the id of the recipient."""
    experts = [expert for id_ in ids if (expert := expert_of(id_)) is not None]
    query = select(EXPERT.c.id, EXPERT.c.name).where(EXPERT.c.id.in_(experts))
    persons = {expert_person(row.id): row.name for row in await connection.execute(query)}
    return persons | await organisations(connection, ids)


async def told(connection: AsyncConnection, ids: Collection[str]) -> dict[str, RowMapping]:
    """Which events these were and which story each belongs to, those that this service told."""
    query = select(OUTBOX.c.event_id, OUTBOX.c.subject, OUTBOX.c.correlation_id).where(OUTBOX.c.event_id.in_(ids))
    return {row["event_id"]: row for row in (await connection.execute(query)).mappings()}


async def of_event(connection: AsyncConnection, event_id: str) -> str | None:
    """The story that an event, or an entry of the ledger, belongs to."""
    for query in (
        select(CAUSE.c.story).where(CAUSE.c.event_id == event_id),
        select(OUTBOX.c.correlation_id).where(OUTBOX.c.event_id == event_id),
        select(SUBSIDY.c.story).where(SUBSIDY.c.id == event_id),
    ):
        found: str | None = (await connection.execute(query)).scalar()
        if found is not None:
            return found
    return None
