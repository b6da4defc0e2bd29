"""Contacts: who is written to for an organisation, as the newest event about each says."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.store.tables import CONTACT, Contact

MOST_KEYS = 5_000
"""As many keys as one question to the database asks for; SQLite and PostgreSQL take some 32,000 values."""

_ADDRESSING = 0x6D69616F7075  # a number of our own among PostgreSQL's advisory locks


async def while_addressing(connection: AsyncConnection) -> None:
    """Until this transaction ends no contact changes: a letter never misses the one that is arriving right now.

    Many may address letters at the same time. On SQLite the transaction holds the only writer's lock already.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock_shared(_ADDRESSING)))


async def while_changing(connection: AsyncConnection) -> None:
    """Until this transaction ends nobody addresses letters, and all that were addressed before are seen."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_ADDRESSING)))


async def of_organisations(connection: AsyncConnection, org_ids: Collection[str]) -> dict[str, list[RowMapping]]:
    """The contacts of these organisations, in the order of their ids."""
    found: dict[str, list[RowMapping]] = {}
    wanted = sorted(set(org_ids))
    for start in range(0, len(wanted), MOST_KEYS):
        query = (
            select(CONTACT.c.org_id, CONTACT.c.recipient_id, CONTACT.c.name, CONTACT.c.email)
            .where(CONTACT.c.org_id.in_(wanted[start : start + MOST_KEYS]))
            .order_by(CONTACT.c.recipient_id)
        )
        for row in (await connection.execute(query)).mappings():
            found.setdefault(row["org_id"], []).append(row)
    return found


async def present(connection: AsyncConnection, org_id: str, recipient_id: str) -> RowMapping | None:
    """Whom a letter to this recipient goes to now: he himself, or else the organisation's first contact."""
    known = (await of_organisations(connection, [org_id])).get(org_id, [])
    same = [each for each in known if each["recipient_id"] == recipient_id] or known
    return same[0] if same else None


async def put(connection: AsyncConnection, rows: Sequence[Contact]) -> None:
    """Keeps each contact unless a later event about it was heard before; rows name each recipient once."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(CONTACT)
    newer = {name: statement.excluded[name] for name in ("org_id", "role", "name", "email", "changed_at")}
    upsert = statement.on_conflict_do_update(
        index_elements=[CONTACT.c.recipient_id],
        set_=newer,
        where=CONTACT.c.changed_at <= statement.excluded.changed_at,
    )
    if rows:
        await connection.execute(upsert, [row.model_dump() for row in rows])
