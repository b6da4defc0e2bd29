"""Messages as pages list and count them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.domain.states import HELD
from services.notify.store.contacts import KNOWN
from services.notify.store.tables import ATTEMPT, CONTACT, DECISION, MESSAGE

MOST_OF_A_CHAIN = 500

_LISTED = (
    MESSAGE.c.id,
    MESSAGE.c.letter,
    MESSAGE.c.state,
    MESSAGE.c.subject,
    MESSAGE.c.about,
    MESSAGE.c.carrier_id,
    MESSAGE.c.carrier_name,
    MESSAGE.c.org_id,
    MESSAGE.c.person_id,
    MESSAGE.c.recipient_id,
    MESSAGE.c.to_name,
    MESSAGE.c.to_address,
    MESSAGE.c.cause_event_id,
    MESSAGE.c.correlation_id,
    MESSAGE.c.message_id_header,
    MESSAGE.c.created_at,
    MESSAGE.c.handed_over_at,
    MESSAGE.c.attempts,
    MESSAGE.c.last_error,
)


def written(but: Collection[str] = ()) -> Select[Any]:
    """Every letter, without what it says; `but` those of these kinds."""
    return select(*_LISTED).where(MESSAGE.c.letter.not_in(but))


async def holding(connection: AsyncConnection, text: str, most: int, but: Collection[str] = ()) -> Sequence[RowMapping]:
    """Letters in whose subject, recipient, address or carrier's name this text stands, newest first; `but` those of
    these kinds."""
    columns = (MESSAGE.c.subject, MESSAGE.c.to_name, MESSAGE.c.to_address, MESSAGE.c.carrier_name)
    query = written(but).where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    newest = query.order_by(MESSAGE.c.created_at.desc(), MESSAGE.c.id.desc()).limit(most)
    rows: Sequence[RowMapping] = (await connection.execute(newest)).mappings().all()
    return rows


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many letters are in each state."""
    query = select(MESSAGE.c.state, func.count()).group_by(MESSAGE.c.state)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def counts_by_letter(connection: AsyncConnection) -> dict[str, dict[str, int]]:
    """How many letters of each kind are in each state."""
    query = select(MESSAGE.c.letter, MESSAGE.c.state, func.count()).group_by(MESSAGE.c.letter, MESSAGE.c.state)
    found: dict[str, dict[str, int]] = {}
    for letter, state, number in await connection.execute(query):
        found.setdefault(letter, {})[state] = number
    return found


async def chain(connection: AsyncConnection, cause: str | None, story: str | None) -> Sequence[RowMapping]:
    """The letters one event caused, or those of a whole story (one correlation id), oldest first."""
    clauses = [MESSAGE.c.cause_event_id == cause] if cause else []
    clauses += [MESSAGE.c.correlation_id == story] if story else []
    query = select(*_LISTED).where(*clauses).order_by(MESSAGE.c.created_at, MESSAGE.c.id).limit(MOST_OF_A_CHAIN)
    return (await connection.execute(query)).mappings().all()


async def attempts(connection: AsyncConnection, id_: str) -> Sequence[RowMapping]:
    query = select(ATTEMPT).where(ATTEMPT.c.message_id == id_).order_by(ATTEMPT.c.number)
    return (await connection.execute(query)).mappings().all()


async def decisions(connection: AsyncConnection, id_: str) -> Sequence[RowMapping]:
    query = select(DECISION).where(DECISION.c.message_id == id_).order_by(DECISION.c.position)
    return (await connection.execute(query)).mappings().all()


async def held(connection: AsyncConnection) -> Sequence[RowMapping]:
    """Every letter that waits for a person, by kind, oldest first."""
    query = (
        select(*_LISTED).where(MESSAGE.c.state == HELD).order_by(MESSAGE.c.letter, MESSAGE.c.created_at, MESSAGE.c.id)
    )
    return (await connection.execute(query)).mappings().all()


async def contacts(connection: AsyncConnection) -> int:
    """How many contacts are known."""
    return (await connection.execute(select(func.count()).select_from(CONTACT).where(KNOWN))).scalar_one()
