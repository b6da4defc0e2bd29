"""What a service does by itself, by dates.

Ticks are APScheduler's and in memory; what is due is a question to the rows, claimed by a conditional UPDATE, so that
replicas and restarts are safe.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any, NamedTuple

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import RowMapping, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.clock import SHANGHAI, legal_date
from shared.core.errors import DomainError
from shared.messaging.unit import Unit
from shared.running.running import Running

BY = "schedule"
"""Who is recorded where nobody asked."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Scheduled:
    """`name` is its key, `says` what it does, `due` the ids it is due for at present, `work` does one of them."""

    name: str
    says: str
    seconds: int
    due: Callable[[AsyncConnection, date], Awaitable[list[str]]]
    work: Callable[[Unit, str], Awaitable[object]]


class Ran(NamedTuple):
    """The ids that were done, and what is wrong with each that could not be."""

    done: tuple[str, ...]
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Schedule:
    """A service's own: its table of runs, and all that it does by itself, in the order in which it is done."""

    table: Table
    all: tuple[Scheduled, ...]

    def named(self, name: str) -> Scheduled:
        found = next((each for each in self.all if each.name == name), None)
        if found is None:
            raise DomainError("no-such-schedule", f"没有名为 {name} 的定时任务", status=404)
        return found

    async def run(self, running: Running, scheduled: Scheduled, by: str = BY) -> Ran:
        """Does everything that is due, each in a transaction of its own; one that fails leaves the others alone, and
        one that somebody else did in between is no failure."""
        done, errors = [], []
        async with running.look() as connection:
            ids = await scheduled.due(connection, legal_date(running.now()))
        for id_ in ids:
            try:
                async with running.unit(by) as unit:
                    await scheduled.work(unit, id_)
                done.append(id_)
            except Exception as error:
                if await _done_by_somebody_else(running, scheduled, id_, error):
                    continue
                log.exception("%s could not do %s", scheduled.name, id_)
                errors.append(f"{id_}：{error}")
        async with running.unit(by) as unit:
            await self._note(unit, scheduled.name, len(done), "；".join(errors) or None)
        return Ran(tuple(done), tuple(errors))

    async def run_due(self, running: Running) -> int:
        """Everything that is due now; how much was done."""
        return sum([len((await self.run(running, scheduled)).done) for scheduled in self.all])

    async def tick(self, running: Running) -> None:
        """Runs the schedule until the service stops."""
        scheduler = AsyncIOScheduler(timezone=SHANGHAI)
        for scheduled in self.all:
            scheduler.add_job(
                self.run,
                IntervalTrigger(seconds=scheduled.seconds, timezone=SHANGHAI),
                args=(running, scheduled),
                id=scheduled.name,
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
            )
        scheduler.start()
        try:
            await running.stop.wait()
        finally:
            scheduler.shutdown(wait=False)

    async def runs(self, connection: AsyncConnection) -> Mapping[str, RowMapping]:
        """The last run of each, by name."""
        return {row["name"]: row for row in (await connection.execute(select(self.table))).mappings()}

    async def _note(self, unit: Unit, name: str, did: int, error: str | None) -> None:
        """Notes a run; what was done last stays known over the runs that found nothing to do."""
        row: dict[str, object] = {"name": name, "last_at": unit.now, "did": did, "error": error}
        if did:
            row["last_did_at"] = unit.now
        dialect: Any = sqlite if unit.connection.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(self.table).values(row)
        again = {key: statement.excluded[key] for key in row if key != "name"}
        await unit.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=again))


async def _done_by_somebody_else(running: Running, scheduled: Scheduled, id_: str, error: Exception) -> bool:
    """Whether it was refused because a person, or this schedule in another process, did it first: it is due no more."""
    if not isinstance(error, DomainError) or error.status != HTTPStatus.CONFLICT:
        return False
    async with running.look() as connection:
        return id_ not in await scheduled.due(connection, legal_date(running.now()))
