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
from urllib.parse import quote, urlencode

import asyncpg  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from services.talent.service import SERVICE as TALENT
from shared.core.clock import system_now
from shared.core.settings import Settings
from shared.messaging.server import EmbeddedServer
from shared.webkit.asking import COOKIE
from tests.bench.applications_city import DISTRICTS, PROGRAMME, UNITS, City, city, id_of
from tests.bench.deadline import address_in, browsers
from tests.bench.deadline_city import postgres

APPLICATIONS, TIMES = 100_000, 30
AIM_MS = 1000
PER_PAGE = 50
PATIENCE_SECONDS = 60.0
"""A page that has taken so long altogether is not asked for again."""
LIST, CALL = "/talent/applications", f"/talent/calls/{PROGRAMME}"


class Look(NamedTuple):
    """A page, and the SQL for the same rows: `bare` answers them, `counts` how many there are of them."""

    says: str
    path: str
    bare: str
    counts: str = ""
    given: tuple[str, ...] = ()
    """What stands in both in place of $1 and so on."""


FROM = """from application a left join applicant p on p.id = a.applicant_id left join recommending_unit u on u.id = a.unit_id
left join hand_in h on h.application_id = a.id and h.number = a.handed_in"""
COLUMNS = "a.id, a.programme_id, a.state, a.project, a.handed_in, a.handed_in_at, p.name, u.name, u.district, h.receipt"
NEWEST = "a.handed_in_at desc nulls last, a.id"
FOUND = "(p.name like '%' || $1 || '%' or a.project like '%' || $1 || '%' or h.receipt like '%' || $1 || '%')"
RANKED = """select r.application_id, r.rank, r.total, r.computed, r.scores, a.state, a.project, p.name, u.name from result r
join application a on a.id = r.application_id join applicant p on p.id = a.applicant_id
left join recommending_unit u on u.id = a.unit_id where r.programme_id = $1"""
BY_RANK = "order by r.rank, r.application_id limit 50"
RANKED_COUNT = "select count(*) from result where programme_id = $1"


def _sql(*parts: str) -> str:
    return " ".join(parts)


def listed(
    says: str,
    asked: dict[str, str],
    where: str = "true",
    order: str = NEWEST,
    page: int = 1,
    given: tuple[str, ...] = (),
) -> Look:
    """The list with what is asked of it in its address, and the same by hand."""
    skipped = f"offset {(page - 1) * PER_PAGE}"
    return Look(
        says,
        f"{LIST}?{urlencode({**asked, 'page': str(page)})}",
        _sql("select", COLUMNS, FROM, "where", where, "order by", order, "limit", str(PER_PAGE), skipped),
        _sql("select count(*)", FROM, "where", where),
        given,
    )


def looks(applications: int) -> Sequence[Look]:
    last = -(-applications // PER_PAGE)
    deep = max(last * 3 // 4, 1)
    receipt = f"RC-20180312-{applications // 2:08X}"
    unit, district, search = f"T-{UNITS // 2:03}", DISTRICTS[4], "/search?text="
    by_name = f"p.name, {NEWEST}"
    own = ("a.state = 'accepted' and a.unit_id = $1", by_name)
    return (
        listed("全部申报，第一页", {}),
        listed("按状态筛选", {"state": "recommended"}, "a.state = $1", given=("recommended",)),
        listed("按单位筛选", {"unit": unit}, "a.unit_id = $1", given=(unit,)),
        listed("按区县筛选", {"district": district}, "u.district = $1", given=(district,)),
        *(
            listed(f"搜{says}", {"text": text}, FOUND, given=(text,))
            for says, text in (("姓名", "李伟"), ("项目，十份里有一份", "催化"), ("回执号", receipt), ("没有的词", "没有这个"))
        ),
        listed("按申报人排序", {"sort": "applicant"}, order=by_name),
        listed("按项目倒序", {"sort": "-project"}, order=f"a.project desc, {NEWEST}"),
        listed("按单位排序", {"sort": "unit"}, order=f"u.name, {NEWEST}"),
        listed("按回执号倒序", {"sort": "-receipt"}, order=f"h.receipt desc, {NEWEST}"),
        listed("筛选并排序", {"state": "accepted", "unit": unit, "sort": "applicant"}, *own, given=(unit,)),
        listed(f"第 {deep:,} 页", {}, page=deep),
        listed("最后一页", {}, page=last),
        Look("全站搜索", f"{search}{quote('催化')}", _sql("select", COLUMNS, FROM, "where", FOUND, "limit 10"), "", ("催化",)),
        Look("申报批次", "/talent/calls", "select c.*, (select count(*) from application a where a.programme_id = "
             "c.programme_id) from call c"),
        Look("批次进度", CALL, "select unit_id, state, count(*) from application where programme_id = $1 group by unit_id, "
             "state", "", (PROGRAMME,)),
        *_ranking(applications),
        Look("工作台", "/talent/desk", "select programme_id, state, count(*) from application group by programme_id, state"),
    )  # fmt: skip


def _ranking(applications: int) -> Sequence[Look]:
    """The ranking of the accepted ones: its first page, one in its depth, its last, another number tried, one line."""
    city, page = City(applications, system_now()), f"{CALL}/ranking"
    deep, one = max(len(city.totals) * 3 // 4 // PER_PAGE, 1), id_of(next(iter(city.totals)))
    skipped = f"{BY_RANK} offset {(deep - 1) * PER_PAGE}"
    given = (PROGRAMME,)
    return (
        Look("排名和入选", page, _sql(RANKED, BY_RANK), RANKED_COUNT, given),
        Look(f"排名第 {deep:,} 页", f"{page}?page={deep}", _sql(RANKED, skipped), RANKED_COUNT, given),
        Look("排名最后一页", f"{page}?page=999999", _sql(RANKED, BY_RANK.replace("r.rank", "r.rank desc")), RANKED_COUNT, given),
        Look("试算另一个名额", f"{page}?number={min(applications // 10, 10_000)}", _sql(RANKED, BY_RANK), RANKED_COUNT, given),
        Look("一份的评审和得分", f"{page}/{quote(one)}", _sql(RANKED, "and r.application_id = $2"), "", (PROGRAMME, one)),
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
                    if sum(pages[look.says]) > PATIENCE_SECONDS:
                        continue
                    start = perf_counter()
                    answer = await client.get(look.path, headers={"cookie": f"{COOKIE}={cookie}"})
                    pages[look.says].append(perf_counter() - start)
                    if answer.status_code != 200:
                        wrong[look.says] = f"{answer.status_code} {answer.text[:200]}"
                    start = perf_counter()
                    for query in filter(None, (look.counts, look.bare)):
                        await connection.fetch(query, *look.given)
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
