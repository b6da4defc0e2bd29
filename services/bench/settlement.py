"""Measures the settlement in one process and as separate processes, each in a data folder of its own."""

import asyncio
import os
import resource
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from services.bench import flow
from services.bench.flow import NOTIFY
from services.incubator.service import SERVICE as INCUBATOR
from shared.core.clock import system_now
from shared.core.errors import DomainError
from shared.core.settings import Settings
from shared.db.migrate import upgrade
from shared.identity.opening import SCHEMA as IDENTITY
from shared.messaging.connection import connected
from shared.messaging.server import EmbeddedServer
from shared.running.opening import opened, opened_database
from shared.running.process import background, settle_in
from shared.running.running import Running

IDLE_TIMES = 40
STOP_SECONDS = 60.0
PEAK = "from services.bench.settlement import peak_of; import sys; peak_of(int(sys.argv[1]))"


def one_process(units: int) -> dict[str, Any]:
    """Everything in this process: units a second from finalised to queued, and the idle latency."""
    settle_in()
    with TemporaryDirectory(prefix="miaopu-bench-") as folder:
        return asyncio.run(_one_process(Path(folder), units))


async def _one_process(folder: Path, units: int) -> dict[str, Any]:
    settings = Settings(data=folder)
    server = EmbeddedServer(folder)
    await server.start()
    try:
        async with background() as works, AsyncExitStack() as stack:
            runnings = [
                await stack.enter_async_context(
                    opened(service, settings, server.url(service.name), system_now, works.fail, migrates=True)
                )
                for service in (INCUBATOR, NOTIFY)
            ]
            busy = [works.start(running.run(), running.service.name) for running in runnings]
            measured = await _measure(runnings, units)
            works.end()
            for running in runnings:
                running.stop.set()
            await works.finished(STOP_SECONDS, *busy)
            return measured
    finally:
        await server.stop()


async def _measure(runnings: list[Running], units: int) -> dict[str, Any]:
    incubator, notify = (running.engine for running in runnings)
    jetstream = runnings[0].jetstream
    await flow.write_contacts(notify, 0, units + IDLE_TIMES)
    start = perf_counter()
    await flow.finalise(incubator, 0, units)
    for running in runnings:
        running.committed()
    await flow.until_told(jetstream, units)
    seconds = perf_counter() - start
    idle = sorted(await flow.idle_seconds(incubator, jetstream, units, IDLE_TIMES))
    await _check(notify, units + IDLE_TIMES)
    return _told(units, seconds, idle)


async def _check(notify: AsyncEngine, units: int) -> None:
    """A measurement counts only if the work was done."""
    there = await flow.letters(notify)
    if there != units:
        raise DomainError("bench-failed", f"应有 {units} 封信件，实有 {there} 封", status=500)


def _surface(error: Exception) -> None:
    raise error


def _told(units: int, seconds: float, idle: list[float]) -> dict[str, Any]:
    return {
        "units": units,
        "seconds": round(seconds, 3),
        "units_per_second": round(units / seconds),
        "idle_p50_ms": round(idle[len(idle) // 2] * 1000, 1),
        "idle_p95_ms": round(idle[int(len(idle) * 0.95)] * 1000, 1),
    }


def separate_processes(units: int) -> dict[str, Any]:
    """The two services as processes of their own beside a message server; this process only writes and looks."""
    with TemporaryDirectory(prefix="miaopu-bench-") as folder:
        return asyncio.run(_separate(Path(folder), units))


async def _separate(folder: Path, units: int) -> dict[str, Any]:
    settings = Settings(data=folder)
    server = EmbeddedServer(folder)
    await server.start()
    processes = []
    try:
        async with opened_database(settings, INCUBATOR) as incubator, opened_database(settings, NOTIFY) as notify:
            await upgrade(incubator, INCUBATOR)
            await upgrade(notify, NOTIFY)
            async with opened_database(settings, IDENTITY) as identity:
                await upgrade(identity, IDENTITY)
            await flow.write_contacts(notify, 0, units + IDLE_TIMES)
            processes.append(await _spawn(INCUBATOR.name, folder, server.url(INCUBATOR.name)))
            processes.append(await _spawn(NOTIFY.name, folder, server.url(NOTIFY.name)))
            start = perf_counter()
            await flow.finalise(incubator, 0, units)
            async with connected(server.url(INCUBATOR.name), _surface) as client:
                jetstream = client.jetstream()
                await flow.until_told(jetstream, units)
                seconds = perf_counter() - start
                idle = sorted(await flow.idle_seconds(incubator, jetstream, units, IDLE_TIMES))
            await _check(notify, units + IDLE_TIMES)
            return _told(units, seconds, idle)
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            await process.wait()
        await server.stop()


async def _spawn(service: str, folder: Path, nats_url: str) -> asyncio.subprocess.Process:
    """One service as `miaopu serve` runs it, once it says that its site is up."""
    given = {"MIAOPU_DATA": str(folder), "MIAOPU_NATS_URL": nats_url, "MIAOPU_PORT": "0"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.bench.alone", service,
        env={**os.environ, **given}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    if process.stdout is None or not await process.stdout.readline():
        raise DomainError("bench-failed", f"{service} 没有启动", status=500)
    return process


def peak_megabytes(units: int) -> float:
    """The peak memory of a process that settles this many, its message server not counted."""
    shown = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", PEAK, str(units)], capture_output=True, check=True
    )
    return float(shown.stdout)


def peak_of(units: int) -> None:
    """Settles in this process and prints its peak memory in megabytes."""
    one_process(units)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)  # noqa: T201 - what the parent reads
