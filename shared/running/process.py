"""How a process lives and ends: works in the background, of which none may fail unseen, and a clean stop when told."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
AT_ONCE = 130
"""The exit code of a process that was told twice and did not wait."""

log = logging.getLogger(__name__)

last_things: list[Callable[[], None]] = []
"""What is done even when there is no time: children are killed."""


class Background:
    """Works that last as long as the process. The first to fail, or to end by itself, cancels whoever opened this."""

    def __init__(self) -> None:
        self._opener = asyncio.current_task()
        self._works: list[asyncio.Task[None]] = []
        self._ending = False
        self.failure: BaseException | None = None
        self.cancelled = False

    def start(self, work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name)
        self._works.append(task)
        task.add_done_callback(self._ended)
        return task

    def fail(self, error: BaseException) -> None:
        """Ends the process with this error, the first there is."""
        if self.failure is not None:
            log.warning("after %r, also: %r", self.failure, error)
            return
        self.failure = _innermost(error)
        if not self._ending and self._opener is not None:
            self.cancelled = self._opener.cancel()

    def end(self) -> None:
        """From now on works may end."""
        self._ending = True

    async def finished(self, seconds: float, *works: asyncio.Task[None]) -> None:
        """Waits for works that were told to stop; one that does not in time is cut off, and what it had in hand comes
        again. How they ended was seen when they did.
        """
        if not works:
            return
        _, late = await asyncio.wait(works, timeout=seconds)
        for task in late:
            log.warning("%s did not finish in %.0f s and is cut off", task.get_name(), seconds)
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            self.fail(error)
        elif not self._ending:
            self.fail(RuntimeError(f"{task.get_name()} ended by itself"))


@asynccontextmanager
async def background() -> AsyncIterator[Background]:
    """Whoever opens this is cancelled when a work fails, ends what it has opened, and the work's error is raised."""
    works = Background()
    try:
        yield works
    except asyncio.CancelledError:
        if works.failure is None:
            raise
    if works.failure is not None:
        opener = asyncio.current_task()
        if works.cancelled and opener is not None:
            opener.uncancel()  # that was us
        raise works.failure


LOOKS_FOR_CYCLES = (50_000, 20, 100)
"""How many new objects there are before the collector looks at the young, the older, the oldest."""


def settle_in() -> None:
    """For a process that serves for long: what is loaded now stays, and batches of a thousand rows are no litter.

    With the interpreter's own thresholds (700 objects) the collector walks through everything that lives several times
    for each batch, a third of the time a batch takes; almost nothing it looks at is a cycle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*LOOKS_FOR_CYCLES)


def run_until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs until it is done, or until SIGINT or SIGTERM: the first cancels it, which it takes for a clean stop.

    A second one ends the process at once.
    """
    settle_in()
    asyncio.run(_until_told(work))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    told = False

    def tell() -> None:
        nonlocal told
        if told:
            for last in last_things:
                last()
            os._exit(AT_ONCE)
        told = True
        task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, tell)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise


def _innermost(error: BaseException) -> BaseException:
    """The error itself, out of the groups that hold nothing else."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
