"""`miaopu parked`: events that could not be handled: look at them, have them handled again, or give them up.

It speaks to the services' databases only. A redrive is a wish the service itself fulfils, at once if it runs, else when
it starts: the event reaches nobody but the consumer that parked it.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli.screen import SCREEN, Group, print_json, say, table
from services.known import SERVICES, service_named
from shared.audit.parked import check_heard, settle_parked
from shared.core.clock import clock_of
from shared.core.errors import DomainError
from shared.core.settings import read_settings
from shared.db.migrate import check
from shared.db.transaction import reading, transaction
from shared.messaging import parking
from shared.running.opening import opened_database
from shared.running.service import Service
from shared.webkit.repair import body_text
from shared.webkit.templates import moment

LOOK_SECONDS = 0.3

service_argument = click.argument("service", metavar="服务")
numbers_argument = click.argument("numbers", metavar="[编号]...", nargs=-1, type=int)
every = click.option("--all", "every", is_flag=True, help="全部已搁置的。")
code_option = click.option("--code", help="与 --all 一起：只要这种错误代码的。")
by_option = click.option("--by", required=True, help="谁在处理。")
reason_option = click.option("--reason", required=True, help="为什么。")
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")


@click.group(cls=Group)
def parked() -> None:
    """搁置事件：没能处理的事件原样保存，查看、重新处理或放弃。"""


@parked.command("list")
@click.argument("service", metavar="[服务]", required=False)
@click.option("--state", type=click.Choice(list(parking.STATES)), default=parking.PARKED, help="只看这种状态的。")
@json_option
def list_(service: str | None, state: str, *, as_json: bool) -> None:
    """列出搁置事件；不写服务名就列出全部服务的。"""
    wanted = SERVICES if service is None else (service_named(service),)
    found = [row for each in wanted for row in asyncio.run(_listed(each, state))]
    if as_json:
        print_json(found)
        return
    if not found:
        say(f"没有{parking.STATES[state]}的事件")
        return
    shown = table("服务", "编号", "接收方", "主题", "代码", "错误", "次数", "搁置时间", right=["编号", "次数"])
    for row in found:
        cells = (row["service"], row["id"], row["consumer"], row["subject"], row["code"], row["error"], row["attempts"])
        shown.add_row(*map(str, cells), row["parked_at"])
    SCREEN.print(shown)


@parked.command()
@service_argument
@click.argument("number", metavar="编号", type=int)
@json_option
def show(service: str, number: int, *, as_json: bool) -> None:
    """一个搁置事件的全部：错误、消息头和正文。"""
    row = asyncio.run(_shown(service_named(service), number))
    if as_json:
        print_json(row)
        return
    say(f"{row['service']} {row['id']} 号：{parking.STATES[row['state']]}", style="bold")
    say(row["error"], style="red")
    names = {"subject": "主题", "consumer": "接收方", "code": "代码", "attempts": "次数", "parked_at": "搁置时间"}
    for name, words in {**names, "settled_by": "处理人", "settled_at": "处理时间", "reason": "理由"}.items():
        say(f"{words}　{row[name] if row[name] is not None else '—'}")
    for name, value in row["headers"].items():
        say(f"  {name}: {value}", style="dim")
    say(row["body"])


@parked.command()
@service_argument
@numbers_argument
@every
@code_option
@by_option
@reason_option
@click.option("--wait", default=15.0, help="等结果的秒数；0 表示不等。")
def redrive(
    service: str, numbers: tuple[int, ...], *, every: bool, code: str | None, by: str, reason: str, wait: float
) -> None:
    """由原来的接收方重新处理；发布方不再发布，别的接收方不受影响。"""
    wanted = service_named(service)
    settled = asyncio.run(_settle(wanted, numbers, every, code, parking.REDRIVING, by, reason))
    say(f"已登记 {len(settled)} 个事件，由服务 {service} 重新处理")
    if wait <= 0 or not settled:
        return
    states = asyncio.run(_awaited(wanted, settled, wait))
    for number, (state, error) in states.items():
        failed = f"：{error}" if state == parking.PARKED else ""
        say(f"{number} 号：{'又没有成功' if failed else parking.STATES[state]}{failed}", style="red" if failed else "")
    if any(state == parking.REDRIVING for state, _ in states.values()):
        say(f"还在等待：服务 {service} 运行时会处理", style="yellow")
    if any(state == parking.PARKED for state, _ in states.values()):
        raise DomainError("failed-again", "有事件重新处理仍未成功，已经放回搁置")


@parked.command()
@service_argument
@numbers_argument
@every
@code_option
@by_option
@reason_option
def discard(service: str, numbers: tuple[int, ...], *, every: bool, code: str | None, by: str, reason: str) -> None:
    """放弃：不再处理，但留下事件、处理人和理由。"""
    settled = asyncio.run(_settle(service_named(service), numbers, every, code, parking.DISCARDED, by, reason))
    say(f"已放弃 {len(settled)} 个事件")


def _plain(service: Service, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row as the database answers it
    known = {str(name): value for name, value in row.items()}
    times = {name: None if row[name] is None else moment(row[name]) for name in ("parked_at", "settled_at")}
    return {"service": service.name, **known, **times, "body": body_text(bytes(row["body"]))}


async def _listed(service: Service, state: str) -> list[dict[str, Any]]:
    async with opened_database(read_settings(), service, there=True) as engine:
        await check(engine, service)
        async with reading(engine) as connection:
            return [_plain(service, row) for row in await parking.listed(connection, service.spine, state)]


async def _shown(service: Service, number: int) -> dict[str, Any]:
    async with opened_database(read_settings(), service, there=True) as engine:
        await check(engine, service)
        async with reading(engine) as connection:
            return _plain(service, await parking.shown(connection, service.spine, number))


async def _settle(
    service: Service, numbers: Sequence[int], every: bool, code: str | None, state: str, by: str, reason: str
) -> list[int]:
    """All of them or none."""
    if bool(numbers) == every:
        raise DomainError("which-events", "请写明编号，或用 --all 处理全部已搁置的，二者选一")
    settings = read_settings()
    async with opened_database(settings, service, there=True) as engine:
        await check(engine, service)
        async with transaction(engine) as connection:
            now = clock_of(settings.data)()
            rows = {row["id"]: row for row in await parking.listed(connection, service.spine)}
            wanted = [id_ for id_, row in rows.items() if code in (None, row["code"])] if every else list(numbers)
            if state == parking.REDRIVING:
                known = {consumer.durable for consumer in service.consumers}
                await check_heard(connection, service.spine, wanted, known)
            for number in wanted:
                await settle_parked(connection, service.spine, service.trail, number, state, by, reason, now)
            return wanted


async def _awaited(service: Service, numbers: Sequence[int], seconds: float) -> dict[int, tuple[str, str]]:
    """What became of them by then."""
    until = time.monotonic() + seconds
    async with opened_database(read_settings(), service, there=True) as engine:
        while True:
            found = await _states(engine, service, numbers)
            waiting = any(state == parking.REDRIVING for state, _ in found.values())
            if not waiting or time.monotonic() > until:
                return found
            await asyncio.sleep(LOOK_SECONDS)


async def _states(engine: AsyncEngine, service: Service, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
    async with reading(engine) as connection:
        rows = [await parking.shown(connection, service.spine, number) for number in numbers]
    return {row["id"]: (row["state"], row["error"]) for row in rows}
