"""`miaopu audit`: prove that the audit trail and what it records are as they were written; look up one matter.

It only reads the services' databases.
"""

import asyncio
import sys
from collections.abc import Sequence
from typing import Any

import click

from services.cli.screen import SCREEN, Group, print_json, say, table
from services.known import SERVICES, service_named
from shared.audit import rows
from shared.audit.chain import Entry, instant_text
from shared.audit.verify import Verdict
from shared.audit.verify import verify as prove
from shared.core.errors import DomainError
from shared.core.settings import read_settings
from shared.db.migrate import check
from shared.db.transaction import reading
from shared.running.opening import opened_database
from shared.running.service import Service
from shared.webkit.templates import moment

MOST_SHOWN = 50
"""As many faults of a service as a person reads; --json has them all."""

service_option = click.option("--service", metavar="服务", help="只看这个服务；不写就是全部。")
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON。")


@click.group(cls=Group)
def audit() -> None:
    """审计记录：每个决定、每次状态变化都在只增不改、逐批封存的链里；核验它，查一件事的经过。"""


@audit.command()
@service_option
@click.option(
    "--head", "heads", multiple=True, metavar="服务:编号:校验值", help="以前抄录的一封，链里须仍是它；可写多个。"
)
@json_option
def verify(service: str | None, heads: tuple[str, ...], *, as_json: bool) -> None:
    """重新计算每一封，核对链条，并把各表的行与记录逐一比对；有不符就指出是哪一条、哪一行，退出码 1。"""
    wanted = _wanted(service)
    noted = _noted(heads, wanted)
    verdicts = {each.name: asyncio.run(_proved(each, noted.get(each.name, {}))) for each in wanted}
    if as_json:
        print_json({name: _as_json(verdict) for name, verdict in verdicts.items()})
    else:
        for each in wanted:
            _say(each, verdicts[each.name])
    if any(verdict.faults for verdict in verdicts.values()):
        sys.exit(1)


@audit.command("list")
@click.option("--of", "id_", required=True, metavar="编号", help="载体、填报、考评结果、补助、信件等的编号。")
@service_option
@json_option
def list_(id_: str, service: str | None, *, as_json: bool) -> None:
    """一件事的全部审计记录，由旧到新。"""
    wanted = _wanted(service)
    found = [(each, entry) for each in wanted for entry in asyncio.run(_entries_of(each, id_))]
    if as_json:
        print_json([{"service": each.name, **entry._asdict(), "at": instant_text(entry.at)} for each, entry in found])
        return
    if not found:
        say(f"没有“{id_}”的审计记录")
        return
    shown = table("服务", "序号", "时间", "操作人", "做了什么", "所记的表", "摘要", right=["序号"])
    for each, entry in found:
        cells = (str(entry.position), moment(entry.at), entry.by, entry.act, entry.record or "—", entry.digest[:12])
        shown.add_row(each.name, *cells)
    SCREEN.print(shown)


def _wanted(service: str | None) -> Sequence[Service]:
    wanted = SERVICES if service is None else (service_named(service),)
    return [each for each in wanted if each.trail is not None]


def _noted(heads: Sequence[str], wanted: Sequence[Service]) -> dict[str, dict[int, str]]:
    """The seals noted elsewhere, by service and number."""
    noted: dict[str, dict[int, str]] = {}
    for head in heads:
        name, _, rest = head.partition(":")
        number, _, hash_ = rest.partition(":")
        if name not in {each.name for each in wanted} or not number.isdecimal() or not hash_:
            raise DomainError(
                "bad-head", f"“{head}”写法不对；请照核验时打印的写，例如 incubator:12:9f86d0…（校验值写全）"
            )
        noted.setdefault(name, {})[int(number)] = hash_
    return noted


async def _proved(service: Service, heads: dict[int, str]) -> Verdict:
    async with opened_database(read_settings(), service, there=True) as engine:
        await check(engine, service)
        return await prove(engine, _trail(service), heads)


async def _entries_of(service: Service, id_: str) -> Sequence[Entry]:
    async with opened_database(read_settings(), service, there=True) as engine:
        await check(engine, service)
        async with reading(engine) as connection:
            return await rows.entries_of(connection, _trail(service).tables, id_)


def _trail(service: Service) -> Any:  # noqa: ANN401 - a Trail, as `_wanted` has seen
    return service.trail


def _say(service: Service, verdict: Verdict) -> None:
    whole = f"{service.title}（{service.name}）：{verdict.sealed + verdict.unsealed} 条审计记录"
    sealed = f"已封存 {verdict.sealed} 条、共 {verdict.seals} 封，待封存 {verdict.unsealed} 条"
    if verdict.faults:
        say(f"{whole}，{sealed}；发现 {len(verdict.faults)} 处不符", style="bold red")
        for fault in verdict.faults[:MOST_SHOWN]:
            say(f"  {fault.message}", style="red")
        if len(verdict.faults) > MOST_SHOWN:
            say(f"  ……另有 {len(verdict.faults) - MOST_SHOWN} 处，用 --json 看全部")
        return
    head = f"；最末一封 {service.name}:{verdict.last.number}:{verdict.last.hash}" if verdict.last else ""
    say(f"{whole}，{sealed}；链条完整，{verdict.rows} 行与记录相符{head}")


def _as_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "holds": not verdict.faults,
        "sealed": verdict.sealed,
        "unsealed": verdict.unsealed,
        "seals": verdict.seals,
        "rows": verdict.rows,
        "head": verdict.last and {"number": verdict.last.number, "hash": verdict.last.hash},
        "faults": [fault._asdict() for fault in verdict.faults],
    }
