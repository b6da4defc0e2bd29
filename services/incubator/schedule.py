"""What happens by itself: rounds open and close, reminders go out, publicity ends.

Ticks are APScheduler's and in memory; what is due is a question to the rows, claimed by a conditional UPDATE, so that
replicas and restarts are safe.
"""

import logging

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services.incubator.store import schedules
from services.incubator.usecases.due import SCHEDULE, Scheduled
from shared.core.clock import SHANGHAI, legal_date
from shared.running.running import Running

BY = "schedule"

log = logging.getLogger(__name__)


async def run_once(running: Running, scheduled: Scheduled) -> int:
    """Does everything that is due, each in a transaction of its own; one that fails leaves the others alone."""
    done, errors = 0, []
    async with running.look() as connection:
        ids = await scheduled.due(connection, legal_date(running.now()))
    for id_ in ids:
        try:
            async with running.unit(BY) as unit:
                await scheduled.work(unit, id_)
            done += 1
        except Exception as error:
            log.exception("%s could not do %s", scheduled.name, id_)
            errors.append(f"{id_}：{error}")
    async with running.unit(BY) as unit:
        await schedules.note(unit, scheduled.name, done, "；".join(errors) or None)
    return done


async def run_due(running: Running) -> int:
    """Everything of the schedule that is due now, in its order; how much was done."""
    return sum([await run_once(running, scheduled) for scheduled in SCHEDULE])


async def tick(running: Running) -> None:
    """Runs the schedule until the service stops."""
    scheduler = AsyncIOScheduler(timezone=SHANGHAI)
    for scheduled in SCHEDULE:
        scheduler.add_job(
            run_once,
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
