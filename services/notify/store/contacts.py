"""Contacts: who is written to for an organisation, and persons who are written to themselves, as the newest event about
each says."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from services.notify.store.tables import CONTACT, Contact
from shared.contracts.letters import Receiver

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


KNOWN = CONTACT.c.email != ""
"""Those that were not erased."""


async def of_receivers(
    connection: AsyncConnection, owner: str, receivers: Collection[Receiver]
) -> dict[Receiver, list[RowMapping]]:
    """The contacts of these organisations and persons as one service has them, in the order of their ids."""
    found: dict[Receiver, list[RowMapping]] = {}
    for column, wanted in (
        (CONTACT.c.org_id, sorted({each.org_id for each in receivers if each.org_id is not None})),
        (CONTACT.c.person_id, sorted({each.person_id for each in receivers if each.person_id is not None})),
    ):
        for start in range(0, len(wanted), MOST_KEYS):
            query = (
                select(CONTACT.c.org_id, CONTACT.c.person_id, CONTACT.c.recipient_id, CONTACT.c.name, CONTACT.c.email)
                .where(CONTACT.c.owner == owner, column.in_(wanted[start : start + MOST_KEYS]), KNOWN)
                .order_by(CONTACT.c.recipient_id)
            )
            for row in (await connection.execute(query)).mappings():
                found.setdefault(receiver_of(row), []).append(row)
    return found


def receiver_of(row: RowMapping | Mapping[str, Any]) -> Receiver:
    """Whose contact this is, or whom a letter is to."""
    return Receiver(row["org_id"], row["person_id"])


def owner_of(row: RowMapping | Mapping[str, Any]) -> str:
    """The service whose event a letter tells, in whose registers its receiver is."""
    return str(row["event_type"]).partition(".")[0]


async def present(connection: AsyncConnection, letter: RowMapping) -> RowMapping | None:
    """Whom a letter goes to now: its recipient himself, or else the organisation's first contact."""
    receiver, recipient_id = receiver_of(letter), letter["recipient_id"]
    known = (await of_receivers(connection, owner_of(letter), [receiver])).get(receiver, [])
    same = [each for each in known if each["recipient_id"] == recipient_id] or known
    return same[0] if same else None


async def links(connection: AsyncConnection, owner: str, recipient_ids: Collection[str]) -> dict[str, str]:
    """The links that go into the mails to these recipients, of those who have one."""
    found: dict[str, str] = {}
    wanted = sorted(set(recipient_ids))
    for start in range(0, len(wanted), MOST_KEYS):
        query = select(CONTACT.c.recipient_id, CONTACT.c.link).where(
            CONTACT.c.owner == owner, CONTACT.c.recipient_id.in_(wanted[start : start + MOST_KEYS]), KNOWN,
            CONTACT.c.link.is_not(None),
        )  # fmt: skip
        found |= {row[0]: row[1] for row in await connection.execute(query)}
    return found


async def login_of(connection: AsyncConnection, owner: str, receiver: Receiver) -> str | None:
    """The login that reads the letters to an organisation or a person, where the service told one."""
    own = (CONTACT.c.org_id == receiver.org_id) if receiver.org_id else (CONTACT.c.person_id == receiver.person_id)
    query = select(CONTACT.c.account).where(CONTACT.c.owner == owner, own, KNOWN, CONTACT.c.account.is_not(None))
    found: str | None = (await connection.execute(query.limit(1))).scalar_one_or_none()
    return found


async def erased(connection: AsyncConnection, owner: str, recipient_ids: Sequence[str]) -> list[str]:
    """Those of a service's recipients that are erased, as the newest event about each says."""
    found: list[str] = []
    for start in range(0, len(recipient_ids), MOST_KEYS):
        asked = CONTACT.c.recipient_id.in_(recipient_ids[start : start + MOST_KEYS])
        query = select(CONTACT.c.recipient_id).where(CONTACT.c.owner == owner, asked, ~KNOWN)
        found += (await connection.execute(query)).scalars()
    return found


async def put(connection: AsyncConnection, rows: Sequence[Contact]) -> None:
    """Keeps each contact unless a later event about it was heard before; rows name each recipient of a service once."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(CONTACT)
    kept = ("org_id", "person_id", "role", "name", "email", "account", "link", "changed_at")
    newer = {name: statement.excluded[name] for name in kept}
    upsert = statement.on_conflict_do_update(
        index_elements=[CONTACT.c.owner, CONTACT.c.recipient_id],
        set_=newer,
        where=CONTACT.c.changed_at <= statement.excluded.changed_at,
    )
    if rows:
        await connection.execute(upsert, [row.model_dump() for row in rows])
