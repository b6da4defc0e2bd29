"""What is done to a city while a year's grades are settled in it, and awards begin, are assessed and paid."""

import asyncio
from collections.abc import Sequence

from tests.faults import worker
from tests.faults.play import POSTGRESQL, SQLITE, Fault, Kill, Play
from tests.faults.postgres import Postgres

DOWN_SECONDS = 2.0
LETTERS_BEFORE_DEATH = 8
DEATHS = 8
NAMES = {"incubator": "孵化服务", "talent": "人才服务", "notify": "通知服务"}
PLACES = {
    worker.BEFORE_COMMIT: "提交之前",
    worker.BEFORE_PUBLISH: "提交之后、发布之前",
    worker.BEFORE_MARK: "发布之后、标记之前",
    worker.BEFORE_ACK: "处理之后、确认之前",
    worker.BEFORE_NOTE: "邮件被收下之后、记录之前",
}


async def kill_nats(play: Play) -> None:
    async with play.city.without_server():
        await asyncio.sleep(DOWN_SECONDS)


async def restart_without_nats(play: Play) -> None:
    """A clean stop has to be one even then, and whoever starts waits for the server."""
    async with play.city.without_server():
        await play.city.restart_services()


def _postgres(play: Play) -> Postgres:
    if play.postgres is None:
        raise RuntimeError("this run needs PostgreSQL")
    return play.postgres


async def cut_postgres_off(play: Play) -> None:
    async with _postgres(play).cut_off():
        await asyncio.sleep(DOWN_SECONDS)


async def restart_without_postgres(play: Play) -> None:
    async with _postgres(play).cut_off():
        await play.city.restart_services()


async def refuse_mail(play: Play) -> None:
    await play.city.mails.stop()
    await asyncio.sleep(DOWN_SECONDS)
    await play.city.mails.start()


async def kill_anything(play: Play) -> None:
    """Any process, at any moment; one that is just starting as well."""
    for _ in range(DEATHS):
        await asyncio.sleep(play.chance.uniform(0.2, 3.0))
        play.chance.choice(play.city.workers).kill()


def _kill(service: str, place: str, database: str, incubators: int = 1, talents: int = 1) -> Fault:
    time = LETTERS_BEFORE_DEATH if place == worker.BEFORE_NOTE else 2
    says = f"{NAMES[service]}在{PLACES[place]}被 kill -9"
    return Fault(f"{service}-{place}", says, database, (Kill(service, place, time),), incubators, talents=talents)


FAULTS: Sequence[Fault] = (
    _kill("incubator", worker.BEFORE_COMMIT, SQLITE, incubators=2),
    _kill("incubator", worker.BEFORE_PUBLISH, POSTGRESQL),
    _kill("incubator", worker.BEFORE_MARK, SQLITE),
    _kill("incubator", worker.BEFORE_ACK, POSTGRESQL, incubators=2),
    _kill("talent", worker.BEFORE_COMMIT, POSTGRESQL, talents=2),
    _kill("talent", worker.BEFORE_PUBLISH, SQLITE),
    _kill("talent", worker.BEFORE_MARK, POSTGRESQL),
    _kill("talent", worker.BEFORE_ACK, SQLITE, talents=2),
    _kill("notify", worker.BEFORE_COMMIT, POSTGRESQL),
    _kill("notify", worker.BEFORE_PUBLISH, SQLITE),
    _kill("notify", worker.BEFORE_MARK, POSTGRESQL),
    _kill("notify", worker.BEFORE_ACK, SQLITE),
    _kill("notify", worker.BEFORE_NOTE, POSTGRESQL),
    Fault(
        "any",
        f"随机进程在任意时刻被 kill -9，共 {DEATHS} 次",
        SQLITE,
        incubators=2,
        acts=(kill_anything,),
        seconds=12.0,
    ),
    Fault("nats", "消息服务器被 kill -9，之后重启", SQLITE, acts=(kill_nats,)),
    Fault("nats-away", "消息服务器停着时停止并重启各服务", POSTGRESQL, acts=(restart_without_nats,)),
    Fault(
        "postgres",
        "PostgreSQL 如断电般停止，之后重启",
        POSTGRESQL,
        incubators=2,
        talents=2,
        acts=(cut_postgres_off,),
    ),
    Fault(
        "postgres-away", "PostgreSQL 停着时停止并重启各服务", POSTGRESQL, acts=(restart_without_postgres,), unnoted=1
    ),
    Fault("smtp", "邮件服务器拒绝连接、暂拒、不应答、收下后断线", SQLITE, acts=(refuse_mail,), troubled_mail=True),
    Fault("twice", "每个事件投递两次、次序随机，每种核算两个进程", POSTGRESQL, incubators=2, talents=2, twice=True),
)
BY_KEY = {fault.key: fault for fault in FAULTS}
