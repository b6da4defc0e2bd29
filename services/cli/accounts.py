"""`miaopu account`: the accounts of an installation, for whoever has its machine. The site has the same for the
administrator."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.cli.screen import SCREEN, Command, Group, say, table
from shared.core.clock import system_now
from shared.core.settings import Settings, read_settings
from shared.db.migrate import upgrade
from shared.db.transaction import transaction
from shared.identity import accounts, links, sessions
from shared.identity.opening import SCHEMA
from shared.identity.roles import SCOPES, TITLES, Role
from shared.identity.who import Grant
from shared.running.opening import opened_database

BY = "command"
Answer = TypeVar("Answer")


@click.group(cls=Group)
def account() -> None:
    """账号：新建、查看、授予角色、停用、给程序发令牌。"""


@account.command(cls=Command)
@click.argument("name", metavar="账号")
@click.option("--person", required=True, metavar="姓名", help="这个账号是谁的。")
@click.option("--email", required=True, metavar="邮箱", help="忘记密码时寄到这里。")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="授予的角色。")
@click.option("--scope", default="", metavar="范围", help="角色的范围：运营机构写单位编号，区县初审写区县名称。")
def add(name: str, person: str, email: str, role: str, scope: str) -> None:
    """新建一个账号，显示设置密码的链接（七天内有效，只能用一次）。"""
    settings = read_settings()

    async def work(connection: AsyncConnection) -> str:
        return await accounts.make(connection, name, person, email, [Grant(Role(role), scope)], BY, system_now())

    _show_link(settings, name, _done(settings, work))


@account.command(cls=Command)
@click.argument("name", metavar="账号")
def link(name: str) -> None:
    """重新给一个设置密码的链接；以前的链接作废。"""
    settings = read_settings()

    async def work(connection: AsyncConnection) -> str:
        await accounts.found(connection, name)
        return await links.make(connection, name, system_now())

    _show_link(settings, name, _done(settings, work))


@account.command(name="list", cls=Command)
def list_() -> None:
    """列出全部账号和角色。"""

    async def work(connection: AsyncConnection) -> list[tuple[str, str, str, str]]:
        rows = await accounts.listed(connection)
        return [
            (row["id"], row["name"], _roles(await accounts.grants_of(connection, row["id"])), _state(row))
            for row in rows
        ]

    shown = table("账号", "姓名", "角色", "状态")
    for row in _done(read_settings(), work):
        shown.add_row(*row)
    SCREEN.print(shown)


@account.command(cls=Command)
@click.argument("name", metavar="账号")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="角色。")
@click.option("--scope", default="", metavar="范围", help="角色的范围。")
@click.option("--take-back", is_flag=True, help="收回这个角色。")
def grant(name: str, role: str, scope: str, *, take_back: bool) -> None:
    """授予或收回一个角色。"""

    async def work(connection: AsyncConnection) -> None:
        if take_back:
            await accounts.take_back(connection, name, Grant(Role(role), scope))
        else:
            await accounts.grant(connection, name, Grant(Role(role), scope), BY, system_now())

    _done(read_settings(), work)
    of = f"（{SCOPES[Role(role)]} {scope}）" if scope else ""
    say(f"账号 {name}：{'收回' if take_back else '授予'}{TITLES[Role(role)]}{of}")


@account.command(cls=Command)
@click.argument("name", metavar="账号")
@click.option("--enable", is_flag=True, help="恢复停用的账号。")
def disable(name: str, *, enable: bool) -> None:
    """停用一个账号，正在登录的立即退出。"""

    async def work(connection: AsyncConnection) -> None:
        if enable:
            await accounts.enable(connection, name)
        else:
            await accounts.disable(connection, name, system_now())

    _done(read_settings(), work)
    say(f"账号 {name} 已{'恢复' if enable else '停用'}")


@account.command(cls=Command)
@click.argument("name", metavar="账号")
@click.argument("program", metavar="程序")
def token(name: str, program: str) -> None:
    """给程序发一个令牌，以这个账号调用数据接口（Authorization: Bearer），一年内有效；只显示这一次。"""

    async def work(connection: AsyncConnection) -> str:
        await accounts.found(connection, name)
        return (await sessions.begin_program(connection, name, program, system_now())).token

    click.echo(_done(read_settings(), work))


def _done(settings: Settings, work: Callable[[AsyncConnection], Awaitable[Answer]]) -> Answer:
    async def do() -> Answer:
        async with opened_database(settings, SCHEMA) as engine:
            await upgrade(engine, SCHEMA)
            async with transaction(engine) as connection:
                return await work(connection)

    return asyncio.run(do())


def _show_link(settings: Settings, name: str, made: str) -> None:
    say(f"请让 {name} 打开下面的链接设置密码：")
    click.echo(f"{settings.base_url}/account/password?token={made}")


def _roles(grants: tuple[Grant, ...]) -> str:
    return "、".join(TITLES[each.role] + (f"（{each.scope}）" if each.scope else "") for each in grants) or "没有"


def _state(row: RowMapping) -> str:
    if row["disabled_at"] is not None:
        return "已停用"
    return "未设密码" if row["unset"] else "可用"
