"""Running one schedule once: by its tick, or by a person who does not want to wait for it."""

import logging
from http import HTTPStatus
from typing import NamedTuple

from services.incubator.store import schedules
from services.incubator.usecases.due import SCHEDULE, Scheduled
from shared.core.clock import legal_date
from shared.core.errors import DomainError
from shared.running.running import Running

BY = "schedule"

log = logging.getLogger(__name__)


class Ran(NamedTuple):
    """The ids that were done, and what is wrong with each that could not be."""

    done: tuple[str, ...]
    errors: tuple[str, ...]


async def run(running: Running, scheduled: Scheduled, by: str) -> Ran:
    """Does everything that is due, each in a transaction of its own; one that fails leaves the others alone, and one
    that somebody else did in between is no failure."""
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
        await schedules.note(unit, scheduled.name, len(done), "；".join(errors) or None)
    return Ran(tuple(done), tuple(errors))


async def _done_by_somebody_else(running: Running, scheduled: Scheduled, id_: str, error: Exception) -> bool:
    """Whether it was refused because a person, or this schedule in another process, did it first: it is due no more."""
    if not isinstance(error, DomainError) or error.status != HTTPStatus.CONFLICT:
        return False
    async with running.look() as connection:
        return id_ not in await scheduled.due(connection, legal_date(running.now()))


async def run_once(running: Running, scheduled: Scheduled) -> int:
    """As its tick does; how much was done."""
    return len((await run(running, scheduled, BY)).done)


def schedule_named(name: str) -> Scheduled:
    found = next((each for each in SCHEDULE if each.name == name), None)
    if found is None:
        raise DomainError("no-such-schedule", f"没有名为 {name} 的定时任务", status=404)
    return found
