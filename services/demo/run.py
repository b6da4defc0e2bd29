"""The demo in one process: everything at work on the demo's clock, the year played to its end, the site left up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from services.demo.clock_page import clock_page
from services.demo.outcome import outcome
from services.demo.play import BEGIN, Play, Told
from services.onebox import Box, onebox
from shared.core.clock import CLOCK, DemoClock
from shared.core.settings import Settings
from shared.running.process import run_until_told

MARK_SECONDS = 2.0
"""How often the clock writes down how far it has come, so that a restart does not go back further."""


class Watching:
    """What somebody who watches is told; each does nothing unless it is replaced."""

    def up(self, url: str) -> None:
        """The site answers at `url`."""

    def step(self, told: Told) -> None:
        """A step begins."""

    def done(self, result: dict[str, Any], url: str) -> None:
        """The year is over; `result` as `outcome` has it."""


def is_demo(settings: Settings) -> bool:
    """Whether a demo was begun in this folder: whatever is started there lives on its clock."""
    return (settings.data / CLOCK).exists()


def run_demo(settings: Settings, watching: Watching, *, once: bool) -> None:
    """Plays what is left of the demo, then stays up until SIGINT or SIGTERM; with `once` it ends by itself."""
    run_until_told(_work(settings, watching, once=once))


async def _work(settings: Settings, watching: Watching, *, once: bool) -> None:
    async with demo_box(settings) as (box, clock):
        watching.up(box.url)
        play = Play(settings.data, clock, box.runnings, watching.step)
        await play.run()
        watching.done(await outcome(box.runnings), box.url)
        if not once:
            await box.serve_until_stopped()


@asynccontextmanager
async def demo_box(settings: Settings) -> AsyncIterator[tuple[Box, DemoClock]]:
    """Everything at work on the demo's clock, which is written down as it goes."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    clock = DemoClock(settings.data / CLOCK, BEGIN)
    async with onebox(settings, now=clock.now, demo=partial(clock_page, clock)) as box:
        clock.mark()
        marking = asyncio.create_task(_mark(clock))
        try:
            yield box, clock
        finally:
            marking.cancel()
            clock.mark()


async def _mark(clock: DemoClock) -> None:
    while True:
        await asyncio.sleep(MARK_SECONDS)
        clock.mark()
