"""Messages: written once, moved from state to state by conditional updates, taken up by one sender at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.domain import states
from services.notify.store.contacts import MOST_KEYS
from services.notify.store.tables import ATTEMPT, DECISION, MESSAGE
from shared.contracts.letters import Receiver
from shared.core.errors import DomainError

_TOLD = (
    MESSAGE.c.id,
    MESSAGE.c.letter,
    MESSAGE.c.event_type,
    MESSAGE.c.cause_event_id,
    MESSAGE.c.correlation_id,
    MESSAGE.c.traceparent,
    MESSAGE.c.org_id,
    MESSAGE.c.person_id,
    MESSAGE.c.recipient_id,
    MESSAGE.c.attempts,
    MESSAGE.c.put_off,
)
"""What an event about a message says, and what decides its next step."""


async def answered(connection: AsyncConnection, causes: Collection[str]) -> set[tuple[str, str, Receiver]]:
    """What was written about these events: (event, letter, receiver). An event is answered once, ever."""
    found: set[tuple[str, str, Receiver]] = set()
    wanted = sorted(set(causes))
    for start in range(0, len(wanted), MOST_KEYS):
        query = select(MESSAGE.c.cause_event_id, MESSAGE.c.letter, MESSAGE.c.org_id, MESSAGE.c.person_id).where(
            MESSAGE.c.cause_event_id.in_(wanted[start : start + MOST_KEYS])
        )
        found |= {(cause, letter, Receiver(*to)) for cause, letter, *to in await connection.execute(query)}
    return found


async def write(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(MESSAGE), rows)


def _told_by(owner: str) -> ColumnElement[bool]:
    """Letters about events of one service: its receivers are of its registers."""
    return MESSAGE.c.event_type.startswith(f"{owner}.", autoescape=True)


async def without_address(
    connection: AsyncConnection, owner: str, receivers: Collection[Receiver]
) -> Sequence[RowMapping]:
    """The letters of a service to these organisations and persons that wait for an address, oldest first."""
    found: list[RowMapping] = []
    for column, wanted in (
        (MESSAGE.c.org_id, sorted({each.org_id for each in receivers if each.org_id is not None})),
        (MESSAGE.c.person_id, sorted({each.person_id for each in receivers if each.person_id is not None})),
    ):
        for start in range(0, len(wanted), MOST_KEYS):
            query = (
                select(*_TOLD)
                .where(
                    column.in_(wanted[start : start + MOST_KEYS]), MESSAGE.c.state == states.NO_ADDRESS, _told_by(owner)
                )
                .order_by(MESSAGE.c.created_at, MESSAGE.c.id)
            )
            found += (await connection.execute(query)).mappings()
    return found


async def without_contact(
    connection: AsyncConnection, owner: str, recipient_ids: Collection[str]
) -> Sequence[RowMapping]:
    """Takes the address off a service's letters to these recipients that have not gone: they wait for a new one. What
    some sender has in hand goes where it was going."""
    moved: list[RowMapping] = []
    wanted = sorted(set(recipient_ids))
    for start in range(0, len(wanted), MOST_KEYS):
        change = (
            update(MESSAGE)
            .where(
                MESSAGE.c.recipient_id.in_(wanted[start : start + MOST_KEYS]),
                MESSAGE.c.state.in_((states.HELD, states.QUEUED)),
                MESSAGE.c.leased_until.is_(None),
                _told_by(owner),
            )
            .values(state=states.NO_ADDRESS, to_name=None, to_address=None)
            .returning(*_TOLD)
        )
        moved += (await connection.execute(change)).mappings()
    return moved


async def forget(connection: AsyncConnection, owner: str, recipient_ids: Collection[str]) -> None:
    """Takes name and address off a service's letters to these recipients that have gone, or came back. What some sender
    has in hand is seen to when it comes back."""
    wanted = sorted(set(recipient_ids))
    for start in range(0, len(wanted), MOST_KEYS):
        change = update(MESSAGE).where(
            MESSAGE.c.recipient_id.in_(wanted[start : start + MOST_KEYS]), MESSAGE.c.to_address.is_not(None),
            MESSAGE.c.leased_until.is_(None), _told_by(owner),
        )  # fmt: skip
        await connection.execute(change.values(to_name=None, to_address=None))


async def erase_words(
    connection: AsyncConnection, stories: Sequence[str], types: Collection[str], **instead: str
) -> None:
    """Leaves of every letter about these types of events in these stories only what is said instead."""
    for start in range(0, len(stories), MOST_KEYS):
        told = MESSAGE.c.correlation_id.in_(stories[start : start + MOST_KEYS])
        change = update(MESSAGE).where(told, MESSAGE.c.event_type.in_(types))
        await connection.execute(change.values(**instead))


async def address(connection: AsyncConnection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Gives letters without one an address; each row holds id, state, name and email."""
    change = (
        update(MESSAGE)
        .where(MESSAGE.c.id == bindparam("of"), MESSAGE.c.state == states.NO_ADDRESS)
        .values(state=bindparam("into"), to_name=bindparam("name"), to_address=bindparam("email"))
    )
    given = [dict(row) for row in rows]
    if given:
        await connection.execute(change, given)


async def move(
    connection: AsyncConnection, ids: Collection[str], before: Collection[str], **after: object
) -> Sequence[RowMapping]:
    """Moves those of these letters that are in one of the states `before`; what was moved."""
    moved: list[RowMapping] = []
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), MOST_KEYS):
        change = (
            update(MESSAGE)
            .where(MESSAGE.c.id.in_(wanted[start : start + MOST_KEYS]), MESSAGE.c.state.in_(before))
            .values(**after)
            .returning(*_TOLD)
        )
        moved += (await connection.execute(change)).mappings()
    return moved


async def one(connection: AsyncConnection, id_: str) -> RowMapping:
    """A letter whole, or a DomainError."""
    found = (await connection.execute(select(MESSAGE).where(MESSAGE.c.id == id_))).mappings().one_or_none()
    if found is None:
        raise DomainError("no-such-message", f"没有编号为 {id_} 的信件", status=404)
    return found


async def held(connection: AsyncConnection, letter: str | None) -> list[str]:
    """The letters that wait for a person, of one kind or of all."""
    query = select(MESSAGE.c.id).where(MESSAGE.c.state == states.HELD)
    if letter is not None:
        query = query.where(MESSAGE.c.letter == letter)
    return list((await connection.execute(query.order_by(MESSAGE.c.created_at, MESSAGE.c.id))).scalars())


async def decided(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await connection.execute(insert(DECISION), rows)


# ---------- taken up by a sender; `now` and `until` are on the machine's clock ----------


def _free(now: datetime) -> Any:  # noqa: ANN401 - a clause of SQL
    return or_(MESSAGE.c.leased_until.is_(None), MESSAGE.c.leased_until <= now)


def _due(now: datetime) -> Any:  # noqa: ANN401 - a clause of SQL
    return (MESSAGE.c.state == states.QUEUED) & (MESSAGE.c.due_at <= now) & _free(now)


async def any_due(connection: AsyncConnection, now: datetime) -> bool:
    query = select(MESSAGE.c.id).where(_due(now)).order_by(MESSAGE.c.due_at, MESSAGE.c.created_at).limit(1)
    return (await connection.execute(query)).first() is not None


async def claim(
    connection: AsyncConnection, most: int, mail_from: str, now: datetime, until: datetime
) -> Sequence[RowMapping]:
    """Takes up to `most` due letters until `until`, oldest first; whoever else claims at the same time gets others."""
    due = (
        select(MESSAGE.c.id)
        .where(_due(now))
        .order_by(MESSAGE.c.due_at, MESSAGE.c.created_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    ids = list((await connection.execute(due)).scalars())
    if not ids:
        return []
    take = (
        update(MESSAGE)
        .where(MESSAGE.c.id.in_(ids), _due(now))
        .values(leased_until=until, mail_from=func.coalesce(MESSAGE.c.mail_from, mail_from))
        .returning(MESSAGE)
    )
    taken = {row["id"]: row for row in (await connection.execute(take)).mappings()}
    return [taken[id_] for id_ in ids if id_ in taken]


async def lease(connection: AsyncConnection, ids: Collection[str], mine: datetime, until: datetime | None) -> set[str]:
    """Keeps letters this sender holds (until `mine`) for longer, or lets them go; those it did hold."""
    change = (
        update(MESSAGE)
        .where(MESSAGE.c.id.in_(ids), MESSAGE.c.state == states.QUEUED, MESSAGE.c.leased_until == mine)
        .values(leased_until=until)
        .returning(MESSAGE.c.id)
    )
    return set((await connection.execute(change)).scalars())


async def settle(
    connection: AsyncConnection, id_: str, mine: datetime | None, after: Mapping[str, object]
) -> RowMapping | None:
    """Moves a queued letter after an attempt and ends its lease; with `mine` only if it still is that lease's."""
    change = update(MESSAGE).where(MESSAGE.c.id == id_, MESSAGE.c.state == states.QUEUED)
    if mine is not None:
        change = change.where(MESSAGE.c.leased_until == mine)
    change = change.values(attempts=MESSAGE.c.attempts + 1, leased_until=None, **after)
    return (await connection.execute(change.returning(*_TOLD))).mappings().one_or_none()


async def attempted(connection: AsyncConnection, row: Mapping[str, Any]) -> None:
    await connection.execute(insert(ATTEMPT), [dict(row)])
