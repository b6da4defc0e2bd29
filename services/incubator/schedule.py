"""What happens by itself: rounds open and close, reminders go out, publicity ends.

Ticks are APScheduler's and in memory; what is due is a question to the rows, claimed by a conditional UPDATE, so that
replicas and restarts are safe.
"""

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from services.incubator.usecases.due import SCHEDULE
from services.incubator.usecases.schedule_runs import run_once
from shared.core.clock import SHANGHAI
from shared.running.running import Running

__all__ = ["run_due", "run_once", "tick"]


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
