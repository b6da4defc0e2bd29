"""What can be done with evidence: add, take back, list, open, verify. Whether somebody may is the caller's to say."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import RowMapping, Table, Text, cast, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.evidence.kinds import KINDS, Kind
from shared.evidence.refusals import MB, MOST_BYTES_OF_OWNER, refused
from shared.evidence.states import DELETED, GONE, INFECTED, KEPT, UNCHECKED, WAITING
from shared.evidence.store import Arrived, Store
from shared.evidence.tables import EvidenceTables
from shared.messaging.unit import Unit

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When a new file is due to be checked, whatever the site's clock says."""


class Owner(NamedTuple):
    """What a file belongs to: kind and id of a report, an objection, an application."""

    kind: str
    id: str


class Opened(NamedTuple):
    """A file that may be downloaded."""

    path: Path
    name: str
    kind: Kind


class Verified(NamedTuple):
    """Of `files` that should be there, the ids of those whose content is missing or changed; contents no file has."""

    files: int
    lost: tuple[str, ...]
    changed: tuple[str, ...]
    unclaimed: tuple[str, ...]


async def while_contents_change(connection: AsyncConnection, table: Table) -> None:
    """Until this transaction ends nobody else puts or erases a content of this service, nor fills an owner's room.

    On SQLite the transaction holds the only writer's lock already.
    """
    if connection.dialect.name == "postgresql":
        key = func.hashtextextended(cast(func.current_schema(), Text) + f".{table.name}", 0)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def add_file(unit: Unit, tables: EvidenceTables, store: Store, arrived: Arrived, owner: Owner) -> str:
    """Puts a file that has arrived in its place and answers its id. The same content sent twice is one file.

    The content is in its place before the row is committed: a transaction that fails leaves at most a content no row
    asks for, never a row without its content.
    """
    table = tables.evidence
    await while_contents_change(unit.connection, table)
    of_owner = (table.c.owner_kind == owner.kind) & (table.c.owner_id == owner.id) & table.c.state.in_(KEPT)
    there = select(table.c.id).where(of_owner, table.c.sha256 == arrived.sha256).limit(1)
    same: str | None = (await unit.connection.execute(there)).scalar_one_or_none()
    taken = int((await unit.connection.execute(select(func.sum(table.c.bytes)).where(of_owner))).scalar_one() or 0)
    if same is None and taken + arrived.bytes > MOST_BYTES_OF_OWNER:
        raise refused("evidence-too-much", f"已有 {_mb(taken)}，“{arrived.name}”有 {_mb(arrived.bytes)}：")
    await asyncio.to_thread(store.put, arrived)
    if same is not None:
        return same
    id_ = uuid4().hex
    row = {
        "id": id_,
        **{f"owner_{name}": value for name, value in owner._asdict().items()},
        "name": arrived.name,
        "kind": arrived.kind.extensions[0],
        "bytes": arrived.bytes,
        "sha256": arrived.sha256,
        "by": unit.by,
        "at": unit.now,
        "state": WAITING if store.checks else UNCHECKED,
        "check_at": AT_ONCE,
        "check_failures": 0,
    }
    await unit.connection.execute(insert(table), [row])
    return id_


async def remove_file(unit: Unit, tables: EvidenceTables, id_: str) -> None:
    """Takes a file back. The row stays; `erase_gone` erases the content once that is committed."""
    table = tables.evidence
    change = (
        update(table)
        .where(table.c.id == id_, table.c.state != DELETED)
        .values(state=DELETED, removed_by=unit.by, removed_at=unit.now, check_at=None)
    )
    if (await unit.connection.execute(change)).rowcount == 0:
        await file_of(unit.connection, tables, id_)
        raise refused("evidence-deleted")


async def files_of(connection: AsyncConnection, tables: EvidenceTables, owner: Owner) -> Sequence[RowMapping]:
    """An owner's files in the order they came, also those found infected; not those taken back."""
    table = tables.evidence
    query = select(table).where(
        table.c.owner_kind == owner.kind, table.c.owner_id == owner.id, table.c.state != DELETED
    )
    return (await connection.execute(query.order_by(table.c.at, table.c.id))).mappings().all()


async def file_of(connection: AsyncConnection, tables: EvidenceTables, id_: str) -> RowMapping:
    """A file's row in whatever state, or a DomainError. Its owner says who may see it."""
    query = select(tables.evidence).where(tables.evidence.c.id == id_)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise refused("no-such-evidence")
    return row


async def open_file(connection: AsyncConnection, tables: EvidenceTables, store: Store, id_: str) -> Opened:
    """A file to be downloaded. DomainError: it waits for its check, was infected, was taken back, or is lost."""
    row = await file_of(connection, tables, id_)
    refusals = {WAITING: "evidence-waiting", INFECTED: "evidence-infected", DELETED: "evidence-deleted"}
    if code := refusals.get(row["state"]):
        raise refused(code)
    path = store.path_of(row["sha256"])
    if not await asyncio.to_thread(path.is_file):
        raise refused("evidence-lost")
    return Opened(path, row["name"], KINDS[row["kind"]])


async def verify(connection: AsyncConnection, tables: EvidenceTables, store: Store) -> Verified:
    """Reads every content there should be and compares it with its hash."""
    table = tables.evidence
    query = select(table.c.id, table.c.sha256).where(table.c.state.in_(KEPT)).order_by(table.c.at, table.c.id)
    rows = (await connection.execute(query)).all()
    whole = {hash_: await asyncio.to_thread(store.is_whole, hash_) for hash_ in {row.sha256 for row in rows}}
    return Verified(
        len(rows),
        tuple(row.id for row in rows if whole[row.sha256] is None),
        tuple(row.id for row in rows if whole[row.sha256] is False),
        tuple(sorted(set(await asyncio.to_thread(lambda: list(store.contents()))) - whole.keys())),
    )


async def any_gone(connection: AsyncConnection, tables: EvidenceTables) -> bool:
    """Whether `erase_gone` has something to do."""
    table = tables.evidence
    query = select(table.c.id).where(table.c.state.in_(GONE), table.c.erased_at.is_(None)).limit(1)
    return (await connection.execute(query)).first() is not None


async def erase_gone(unit: Unit, tables: EvidenceTables, store: Store, most: int = 200) -> int:
    """Erases contents no file needs any more: taken back or infected, and committed as such; of how many files."""
    table = tables.evidence
    await while_contents_change(unit.connection, table)
    gone = select(table.c.id, table.c.sha256).where(table.c.state.in_(GONE), table.c.erased_at.is_(None)).limit(most)
    rows = (await unit.connection.execute(gone)).all()
    hashes = {row.sha256 for row in rows}
    needed = select(table.c.sha256).where(table.c.sha256.in_(hashes), table.c.state.in_(KEPT))
    for hash_ in hashes - set((await unit.connection.execute(needed)).scalars()):
        await asyncio.to_thread(store.erase, hash_)
    done = update(table).where(table.c.id.in_([row.id for row in rows])).values(erased_at=unit.now)
    await unit.connection.execute(done)
    return len(rows)


def _mb(size: int) -> str:
    return f"{size / MB:.1f} MB"
