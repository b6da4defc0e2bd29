"""A hundred thousand applications at the office: its pages beside a bare query (`make bench`; `--json` for one line).

One process (`miaopu serve talent`) on PostgreSQL, asked for one page after another as somebody at a desk does; each is
asked for in turn with the SQL somebody would write by hand for the same rows, over a connection of its own, so that
both meet the same machine. Aim: no page takes over one second at p95.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import quote

import asyncpg  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from services.talent.service import SERVICE as TALENT
from shared.core.settings import Settings
from shared.messaging.server import EmbeddedServer
from shared.webkit.asking import COOKIE
from tests.bench.applications_city import DISTRICTS, PROGRAMME, UNITS, city
from tests.bench.deadline import address_in, browsers
from tests.bench.deadline_city import postgres

APPLICATIONS, TIMES = 100_000, 30
AIM_MS = 1000
PER_PAGE = 50
LIST, CALL = "/talent/applications", f"/talent/calls/{PROGRAMME}"


class Look(NamedTuple):
    """A page, and the SQL for the same rows: `bare` answers them, `counts` how many there are of them."""

    says: str
    path: str
    bare: str
    counts: str = ""


FROM = """from application a left join applicant p on p.id = a.applicant_id left join recommending_unit u on u.id = a.unit_id
left join hand_in h on h.application_id = a.id and h.number = a.handed_in"""
COLUMNS = "a.id, a.programme_id, a.state, a.project, a.handed_in, a.handed_in_at, p.name, u.name, u.district, h.receipt"
NEWEST = "a.handed_in_at desc nulls last, a.id"


def listed(says: str, query: str, where: str = "", order: str = NEWEST, page: int = 1) -> Look:
    where = f"where {where}" if where else ""
    wanted = "&".join(each for each in (query, f"page={page}" if page > 1 else "") if each)
    skipped = f" offset {(page - 1) * PER_PAGE}" if page > 1 else ""
    return Look(
        says, f"{LIST}?{wanted}", f"select {COLUMNS} {FROM} {where} order by {order} limit {PER_PAGE}{skipped}",
        f"select count(*) from application a left join applicant p on p.id = a.applicant_id {where}",
    )  # fmt: skip


def looks(applications: int) -> Sequence[Look]:
    last = -(-applications // PER_PAGE)
    receipt = f"YS18-{applications // 2:06}"
    unit, district = f"T-{UNITS // 2:03}", DISTRICTS[4]
    of_district = f"a.unit_id in (select id from recommending_unit where district = '{district}')"
    name = "p.name like '%李伟%'"
    found = f"a.project like '%催化%' or exists (select from hand_in f where f.application_id = a.id and f.receipt like '%催化%') or p.name like '%催化%'"
    return (
        listed("全部申报，第一页", ""),
        listed("按状态筛选", "state=recommended", "a.state = 'recommended'"),
        listed("按单位筛选", f"unit={unit}", f"a.unit_id = '{unit}'"),
        listed("按区县筛选", f"district={quote(district)}", of_district),
        listed("搜姓名", f"text={quote('李伟')}", name),
        listed("搜项目（十分之一）", f"text={quote('催化')}", found),
        listed("搜回执号", f"text={receipt}", f"a.id in (select application_id from hand_in where receipt like '%{receipt}%')"),
        listed("搜不到的词", f"text={quote('没有这个')}", "p.name like '%没有这个%' or a.project like '%没有这个%'"),
        listed("按申报人排序", "sort=applicant", order=f"p.name, {NEWEST}"),
        listed("按项目倒序", "sort=-project", order=f"a.project desc, {NEWEST}"),
        listed("按单位排序", "sort=unit", order=f"u.name, {NEWEST}"),
        listed("按回执号倒序", "sort=-receipt", order=f"h.receipt desc, {NEWEST}"),
        listed("筛选并排序", f"state=accepted&unit={unit}&sort=applicant",
               f"a.state = 'accepted' and a.unit_id = '{unit}'", f"p.name, {NEWEST}"),
        listed(f"第 {max(last * 3 // 4, 1):,} 页", "", page=max(last * 3 // 4, 1)),
        listed("最后一页", "", page=last),
        Look("申报批次", "/talent/calls",
             "select c.*, (select count(*) from application a where a.programme_id = c.programme_id) from call c"),
        Look("批次进度", CALL, f"select unit_id, state, count(*) from application where programme_id = '{PROGRAMME}' "
             "group by unit_id, state"),
        Look("排名和入选", f"{CALL}/ranking",
             "select r.application_id, r.rank, r.total, r.computed, r.scores, a.state, a.project, p.name, u.name "
             "from result r join application a on a.id = r.application_id join applicant p on p.id = a.applicant_id "
             f"left join recommending_unit u on u.id = a.unit_id where r.programme_id = '{PROGRAMME}' "
             f"order by r.rank, r.application_id limit {PER_PAGE}",
             f"select count(*) from result where programme_id = '{PROGRAMME}'"),
    )  # fmt: skip


async def measured(applications: int, times: int) -> dict[str, Any]:
    with TemporaryDirectory(prefix="miaopu-applications-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            database = stack.enter_context(postgres(Path(folder)))
            settings = Settings(data=Path(folder) / "data", database_url=database)
            settings.data.mkdir()
            server = EmbeddedServer(settings.data)
            await server.start()
            stack.push_async_callback(server.stop)
            began = perf_counter()
            cookie = await city(settings, database, applications)
            filled = perf_counter() - began
            process = _service(settings, database, server)
            try:
                url = await asyncio.to_thread(address_in, process)
                found = await _measure(url, cookie, database, looks(applications), times)
            finally:
                process.terminate()
                process.wait()
            return {"applications": applications, "times": times, "filled_seconds": round(filled, 1), **found}


def _service(settings: Settings, database: str, server: EmbeddedServer) -> "subprocess.Popen[str]":
    given = {
        "MIAOPU_DATA": str(settings.data),
        "MIAOPU_DATABASE_URL": database,
        "MIAOPU_PORT": "0",
        "MIAOPU_SECRET": "the secret of this measurement alone, and of no site",
        "MIAOPU_NATS_URL": server.url(TALENT.name),
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from services.cli import main; main()", "serve", TALENT.name],
        env={**os.environ, **given}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


async def _measure(url: str, cookie: str, database: str, asked: Sequence[Look], times: int) -> dict[str, Any]:
    """Each page and its bare query in turn, and all of them again, so that a noisy minute falls to all alike."""
    pages: dict[str, list[float]] = {look.says: [] for look in asked}
    bare: dict[str, list[float]] = {look.says: [] for look in asked}
    wrong: dict[str, str] = {}
    connection = await asyncpg.connect(database, server_settings={"search_path": TALENT.name})
    try:
        async with browsers(url) as client:
            for _ in range(times):
                for look in asked:
                    start = perf_counter()
                    answer = await client.get(look.path, headers={"cookie": f"{COOKIE}={cookie}"})
                    pages[look.says].append(perf_counter() - start)
                    if answer.status_code != 200:
                        wrong[look.says] = f"{answer.status_code} {answer.text[:200]}"
                    start = perf_counter()
                    for query in filter(None, (look.counts, look.bare)):
                        await connection.fetch(query)
                    bare[look.says].append(perf_counter() - start)
    finally:
        await connection.close()
    return {"wrong": wrong, "pages": {look.says: _told(pages[look.says], bare[look.says]) for look in asked}}


def _told(page: list[float], bare: list[float]) -> dict[str, float]:
    (half, most), (bare_half, bare_most) = _quantiles(page), _quantiles(bare)
    return {
        "p50_ms": half, "p95_ms": most, "bare_p50_ms": bare_half, "bare_p95_ms": bare_most,
        "of_bare_p50": round(half / max(bare_half, 0.1), 1),
    }  # fmt: skip


def _quantiles(seconds: list[float]) -> tuple[float, float]:
    inorder = sorted(seconds)
    return round(inorder[len(inorder) // 2] * 1000, 1), round(inorder[int(len(inorder) * 0.95)] * 1000, 1)


def show(result: dict[str, Any]) -> None:
    table = Table(title=f"{result['applications']:,} 份申报：每页 {result['times']} 次，p95 目标 {AIM_MS} 毫秒")
    for head in ("", "p50 毫秒", "p95 毫秒", "裸查询 p50", "裸查询 p95", "p50 之比"):
        table.add_column(head, justify="right" if head else "left")
    for says, took in result["pages"].items():
        late = "red" if took["p95_ms"] > AIM_MS else None
        table.add_row(says, *(f"{number:,}" for number in took.values()), style=late)
    console = Console()
    console.print(table)
    for says, told in result["wrong"].items():
        console.print(f"{says}：{told}", markup=False, style="red")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--applications", type=int, default=APPLICATIONS)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--json", action="store_true")
    asked_for = parser.parse_args()
    result = asyncio.run(measured(asked_for.applications, asked_for.times))
    if asked_for.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        show(result)
