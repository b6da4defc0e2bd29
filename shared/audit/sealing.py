"""Sealing: what was entered is chained in batches. Several sealers may run; each seal's number is taken once.

On PostgreSQL a position is given out before its transaction commits, so a lower one may still come into sight after a
higher. A batch therefore ends at the newest entry in sight, and is sealed only once everybody who was writing entries
then has ended: whoever inserts holds the table's ROW EXCLUSIVE lock from before its first position until its end.
Nobody waits for the sealer. On SQLite there is one writer, and the sealer is it.
"""

import asyncio
import logging

from sqlalchemy import insert, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.audit.chain import seal_of
from shared.audit.rows import entries, highest, last_seal
from shared.audit.tables import AuditTables
from shared.core.clock import Now
from shared.db.transaction import reading, transaction

BATCH = 1_000
"""The most entries one seal covers."""
EVERY_SECONDS = 60.0
LOOK_SECONDS = 0.1
PATIENCE_SECONDS = 10.0
"""How long a round waits for those who write; one who takes longer is waited for again in the next round."""
WRITERS = text(
    "select virtualtransaction from pg_locks where relation = to_regclass(:entry)"
    " and database = (select oid from pg_database where datname = current_database())"
    " and mode = 'RowExclusiveLock' and granted"
)

log = logging.getLogger(__name__)


class Sealer:
    def __init__(self, engine: AsyncEngine, tables: AuditTables, now: Now) -> None:
        self.engine = engine
        self.tables = tables
        self.now = now

    async def run(self, stop: asyncio.Event) -> None:
        """Seals from time to time until `stop` is set, and once more then, without waiting for anybody."""
        while not stop.is_set():
            try:
                await self.seal()
            except (SQLAlchemyError, OSError) as error:
                log.warning("the audit trail could not be sealed; tried again: %r", error)
            try:
                await asyncio.wait_for(stop.wait(), EVERY_SECONDS)
            except TimeoutError:
                continue
        try:
            await self.seal(patience=0)
        except (SQLAlchemyError, OSError) as error:
            log.warning("the audit trail could not be sealed at the end; the next start does it: %r", error)

    async def seal(self, patience: float = PATIENCE_SECONDS) -> int:
        """Seals everything entered so far; how many seals this sealer made. 0 as well if somebody writes too long."""
        until = await self._settled(patience)
        if until is None:
            return 0
        made = 0
        while (sealed := await self._seal_batch(until)) is not None:
            made += sealed
        return made

    async def _settled(self, patience: float) -> int | None:
        """Up to which position everything is decided: it is in sight, or it never will be. None: nothing to seal."""
        async with reading(self.engine) as connection:
            newest, last = await highest(connection, self.tables), await last_seal(connection, self.tables)
        if newest is None or (last is not None and last.last >= newest):
            return None
        if self.engine.dialect.name != "postgresql":
            return newest
        writing = await self._writers()
        deadline = asyncio.get_running_loop().time() + patience
        while writing:
            if asyncio.get_running_loop().time() >= deadline:
                return None
            await asyncio.sleep(LOOK_SECONDS)
            writing &= await self._writers()
        return newest

    async def _writers(self) -> set[str]:
        """The transactions that may be entering something right now."""
        async with reading(self.engine) as connection:
            found = await connection.execute(WRITERS, {"entry": self.tables.entry.name})
            return set(found.scalars())

    async def _seal_batch(self, until: int) -> int | None:
        """Seals the next batch up to there: 1, or 0 if another sealer was first; None when nothing is left."""
        async with transaction(self.engine) as connection:
            before = await last_seal(connection, self.tables)
            batch = await entries(connection, self.tables, before and before.last, until, BATCH)
            if not batch:
                return None
            seal = seal_of(batch, before, self.now())._asdict()
            if connection.dialect.name == "sqlite":  # nobody else writes meanwhile
                await connection.execute(insert(self.tables.seal), [seal])
                return 1
            made = postgresql.insert(self.tables.seal).values(seal).on_conflict_do_nothing(index_elements=["number"])
            return (await connection.execute(made)).rowcount
