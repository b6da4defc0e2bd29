"""Whether the process lives, and whether it can work: what a supervisor and a load balancer ask."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from shared.messaging import watch
from shared.running.running import Running

PATIENCE_SECONDS = 3.0


class Reason(NamedTuple):
    """Why a service cannot work: `what` for programs, `message` for people."""

    service: str
    what: str
    message: str


async def reasons(runnings: Sequence[Running]) -> list[Reason]:
    """Everything that keeps these services from working; none means ready."""
    found = await asyncio.gather(*(_of(running) for running in runnings))
    return [reason for each in found for reason in each]


async def _of(running: Running) -> list[Reason]:
    name = running.service.name
    database, server = await asyncio.gather(_database(running), watch.answers(running.jetstream))
    found = [] if database is None else [Reason(name, "database", f"数据库没有回答：{database}")]
    if not server:
        found.append(Reason(name, "nats", "消息服务器没有回答"))
    return found + _work(running)


async def _database(running: Running) -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), running.look() as connection:
            await connection.execute(text("select 1"))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        return type(error).__name__
    return None


def _work(running: Running) -> list[Reason]:
    name = running.service.name
    if running.stop.is_set():
        return [Reason(name, "stopping", "服务正在停止")]
    wanted = ["relay", *(hearing.consumer.durable for hearing in running.hearings)]
    missing = [each for each in wanted if each not in running.working or running.working[each].done()]
    return [Reason(name, each, f"{each} 没有在运行") for each in missing]
