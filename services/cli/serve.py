"""`miaopu up`, `serve`, `migrate` and `move`: the system at work, on one machine or as separate processes."""

import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from services.alone import run_alone
from services.cli.demo import play
from services.cli.screen import Command, say
from services.demo.run import is_demo
from services.known import SERVICES, service_named
from services.onebox import run
from shared.core.errors import DomainError
from shared.core.settings import Settings, read_settings
from shared.db.copying import copy_rows
from shared.db.migrate import Migrated, upgrade
from shared.identity.opening import SCHEMA as IDENTITY
from shared.observability.logging import set_up_logging
from shared.running.folder import held
from shared.running.opening import opened_database


@click.command(cls=Command)
def up() -> None:
    """在本机运行全部：消息服务器、各服务、网站、邮件收集；数据在 MIAOPU_DATA。没有演完的演示接着演。"""
    settings = read_settings()
    set_up_logging(as_json=False, level=logging.WARNING)
    if is_demo(settings):
        play(settings, once=False)
        return
    run(settings, lambda url: _started("苗圃", url, settings))
    say("苗圃已经停止")


@click.command(cls=Command)
@click.argument("service", metavar="服务")
def serve(service: str) -> None:
    """单独运行一个服务（incubator 或 notify）：要有 MIAOPU_NATS_URL，数据库结构须已升级。"""
    wanted = service_named(service)
    settings = read_settings()
    set_up_logging(as_json=not sys.stderr.isatty())
    run_alone(wanted, settings, lambda url: _started(wanted.title, url, settings))
    say(f"{wanted.title}已经停止")


@click.command(cls=Command)
@click.argument("service", metavar="[服务]", required=False)
def migrate(service: str | None) -> None:
    """升级数据库结构；不写服务名就升级全部服务。升级前请先备份。"""
    wanted: tuple[Migrated, ...] = (*SERVICES, IDENTITY)
    if service is not None:
        wanted = (IDENTITY if service == IDENTITY.name else service_named(service),)
    settings = read_settings()
    set_up_logging(as_json=False, level=logging.WARNING)
    if settings.database_url is not None:
        asyncio.run(_migrate(wanted, settings))
        return
    with held(settings.data):  # nobody works on these files meanwhile
        asyncio.run(_migrate(wanted, settings))


@click.command(cls=Command)
@click.argument("folder", metavar="数据目录", type=click.Path(exists=True, file_okay=False, path_type=Path))
def move(folder: Path) -> None:
    """把数据目录里的 SQLite 数据搬进 MIAOPU_DATABASE_URL；原来的文件不动。两边都须已升级，搬之前先停止。"""
    settings = read_settings()
    if settings.database_url is None:
        raise DomainError("database-url-missing", "请设 MIAOPU_DATABASE_URL，指明搬到哪个数据库")
    set_up_logging(as_json=False, level=logging.WARNING)
    with held(folder):
        asyncio.run(_move(settings.model_copy(update={"data": folder, "database_url": None}), settings))


async def _move(old: Settings, new: Settings) -> None:
    every: tuple[Migrated, ...] = (*SERVICES, IDENTITY)
    for service in every:
        async with opened_database(old, service) as source, opened_database(new, service) as target:
            copied = await copy_rows(source, target, service)
        say(f"{service.title}（{service.name}）：{len(copied)} 张表，{sum(copied.values())} 行")


async def _migrate(wanted: Sequence[Migrated], settings: Settings) -> None:
    for service in wanted:
        async with opened_database(settings, service) as engine:
            step = await upgrade(engine, service)
        done = "已是最新" if step.before == step.after else f"{step.before or '（空）'} → {step.after}"
        say(f"{service.title}（{service.name}）：{done}")


def _started(what: str, url: str, settings: Settings) -> None:
    say(f"{what}已经启动：{url}", style="bold green")
    if settings.open_to_others and settings.base_url.startswith("http://"):
        say(
            "注意：别的机器也能连到这个地址，密码在路上没有加密。请放在 HTTPS 的代理后面（见 deploy/proxy.conf）。",
            style="yellow",
        )
    say("按 Ctrl-C 停止。", style="dim")
