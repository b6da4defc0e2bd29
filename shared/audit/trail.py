"""Writing the trail: entries in the transaction of what they record, so that both are there or neither."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit.chain import instant_text
from shared.audit.matching import erasure_of
from shared.audit.tables import AuditTables
from shared.core.canonical import sha256, sha256_of


class Step(NamedTuple):
    """An entry that is to be written; `record` names the table whose row the digest was taken of."""

    act: str
    of: str
    digest: str
    record: str | None = None


@dataclass(frozen=True)
class Recorded:
    """A table whose rows the trail proves: what of a row is decided (`columns`), and the id it happened to (`of`).

    `latest`: the row moves, and the newest entry of its id says how it has to be now; without it a row is written once
    and has an entry of its own. `complete`: a row without an entry is a fault.
    """

    table: Table
    of: str
    columns: tuple[str, ...]
    latest: bool = False
    complete: bool = True

    def digest(self, row: Mapping[Any, Any]) -> str:
        return digest_of(self.table.name, {name: row[name] for name in self.columns})

    def erased(self, of: str) -> Step:
        """What was recorded of this id before need not be there any more: personal data was erased from its rows. The
        entries that follow say how the rows are from now on; the older ones stay, as hashes."""
        return Step(erasure_of(self.table.name), of, digest_of(self.table.name, {"erased": of}), self.table.name)

    def step(self, act: str, row: Mapping[Any, Any]) -> Step:
        return Step(act, str(row[self.of]), self.digest(row), self.table.name)


@dataclass(frozen=True)
class Trail:
    """A service's trail and the tables it proves."""

    tables: AuditTables
    records: tuple[Recorded, ...]


def digest_of(what: str, decided: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of everything that was decided, reasons and names included."""
    return sha256_of({"what": what, "decided": {name: _plain(value) for name, value in decided.items()}})


def _plain(value: Any) -> Any:  # noqa: ANN401 - what a row holds
    """The same whichever database it was read from."""
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return sha256(bytes(value)) if isinstance(value, bytes | memoryview) else value


def decision(act: str, of: str, **decided: Any) -> Step:  # noqa: ANN401 - what was decided
    """A step that leaves no row behind that could be compared."""
    return Step(act, of, digest_of(act, decided))


async def enter(connection: AsyncConnection, tables: AuditTables, by: str, at: datetime, steps: Iterable[Step]) -> None:
    """Writes entries in bulk, in the transaction that did what they say."""
    rows = [{"at": at, "by": by, **step._asdict()} for step in steps]
    if rows:
        await connection.execute(insert(tables.entry), rows)
