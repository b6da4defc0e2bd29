"""The night of the deadline: operators save their drafts and hand in, at once (`make bench`; `--json` for one line).

Two processes (`miaopu serve incubator`, `notify`) on PostgreSQL, a message server, and this process as all the browsers.
Each operator opens his form, saves it a few times with a pause between, as the page does while somebody types, and then
everybody hands in at the same moment. Beside it, in the same run, the same bodies at the same pace go to a site that
does nothing but INSERT them (tests/bench/bare_site.py). Machines are noisy: only the ratios of one run say anything.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import httpx
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from services.incubator.service import SERVICE as INCUBATOR
from services.incubator.store.tables import REPORT
from services.notify.service import SERVICE as NOTIFY
from shared.core.settings import Settings
from shared.db.transaction import reading
from shared.messaging.server import EmbeddedServer
from shared.running.opening import opened_database
from shared.webkit.asking import COOKIE
from tests.bench.deadline_city import Operator, city, postgres

SAVES = 4
PAUSE_SECONDS = 2.0
"""Between two saves of one operator; the page saves 0.8 s after the last key."""
TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')
FORM = {
    "typed:seats": "100", "typed:seats_used": "95", "typed:mentors": "9", "typed:agencies": "8",
    "typed:new_teams": "25", "typed:commercialised": "5", "typed:activities.hosted": "8",
    "typed:activities.undertaken": "2", "typed:activities.hosted_jointly": "1",
    "typed:activities.undertaken_jointly": "1", "typed:registered.company": "8", "typed:registered.sole_trader": "1",
    "typed:talent.college": "1", "typed:talent.bachelor": "3", "typed:talent.master": "2", "typed:talent.doctor": "1",
    "typed:financing": "2400000.00", "typed:tax": "240000.00",
}  # fmt: skip


class Times:
    """How long each kind of request took, in seconds, and what went wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = {}
        self.errors: list[str] = []

    async def of(self, kind: str, request: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response | None:
        start = perf_counter()
        try:
            answer = await request()
        except httpx.HTTPError as error:
            self.errors.append(f"{kind}: {error!r}")
            return None
        self.seconds.setdefault(kind, []).append(perf_counter() - start)
        if answer.status_code >= 400:
            self.errors.append(f"{kind}: {answer.status_code} {answer.text[:200]}")
            return None
        return answer

    def told(self) -> dict[str, Any]:
        found: dict[str, Any] = {"errors": len(self.errors), "first_errors": self.errors[:3]}
        for kind, seconds in self.seconds.items():
            inorder = sorted(seconds)
            found[kind] = {
                "requests": len(inorder),
                "p50_ms": round(inorder[len(inorder) // 2] * 1000, 1),
                "p95_ms": round(inorder[int(len(inorder) * 0.95)] * 1000, 1),
            }
        return found


async def measured(operators: int) -> dict[str, Any]:
    """Both sites, one after the other, on the same database server."""
    with TemporaryDirectory(prefix="miaopu-deadline-", ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            database = stack.enter_context(postgres(Path(folder)))
            result: dict[str, Any] = {"operators": operators, "saves_each": SAVES}
            result["miaopu"] = await _miaopu(Path(folder), database, operators)
            result["bare"] = await _bare(database, operators)
            result["save_of_bare_p50"] = round(
                result["miaopu"]["save"]["p50_ms"] / max(result["bare"]["save"]["p50_ms"], 0.1), 1
            )
            return result


async def _miaopu(folder: Path, database: str, operators: int) -> dict[str, Any]:
    settings = Settings(data=folder / "data", database_url=database)
    settings.data.mkdir()
    server = EmbeddedServer(settings.data)
    await server.start()
    processes = []
    try:
        people = await city(settings, operators)
        given = {
            "MIAOPU_DATA": str(settings.data),
            "MIAOPU_DATABASE_URL": database,
            "MIAOPU_PORT": "0",
            "MIAOPU_SECRET": "the secret of this measurement alone, and of no site",
        }
        urls = []
        for service in (INCUBATOR, NOTIFY):
            process = subprocess.Popen(  # noqa: ASYNC220 - started before anything is measured
                [sys.executable, "-c", "from services.cli import main; main()", "serve", service.name],
                env={**os.environ, **given, "MIAOPU_NATS_URL": server.url(service.name)},
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
            processes.append(process)
            urls.append(await asyncio.to_thread(address_in, process))
        times = Times()
        async with browsers(urls[0]) as client:
            waiting = asyncio.Barrier(len(people))
            start = perf_counter()
            await asyncio.gather(*(_evening(client, each, times, waiting) for each in people))
            seconds = perf_counter() - start
        async with opened_database(settings, INCUBATOR) as engine:
            handed_in = await _handed_in(engine)
        return {**times.told(), "handed_in": handed_in, "seconds": round(seconds, 1)}
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()
        await server.stop()


def address_in(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://\S+", line)
        if found:
            return found[0]
    raise RuntimeError("the service did not start")


@asynccontextmanager
async def browsers(url: str) -> AsyncIterator[httpx.AsyncClient]:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        yield client


async def _evening(client: httpx.AsyncClient, who: Operator, times: Times, waiting: asyncio.Barrier) -> None:
    """One operator's evening: open, save with pauses, hand in when everybody does."""
    path, cookie = f"/incubator/mine/reports/{who.report}", {"cookie": f"{COOKIE}={who.cookie}"}
    page = await times.of("open", lambda: client.get(path, headers=cookie))
    found = TOKEN.search(page.text) if page else None
    headers = {**cookie, "x-form-token": found[1] if found else "", "accept": "application/json"}
    version = 0
    for number in range(SAVES):
        await asyncio.sleep(PAUSE_SECONDS * (0.5 + who.number % 10 / 10))
        body = {**FORM, "typed:operating_cost": f"{900_000 + number}.00", "based_on": str(version)}
        saved = await times.of("save", lambda body=body: client.post(path, data=body, headers=headers))  # type: ignore[misc]
        version = saved.json()["version"] if saved else version
    await waiting.wait()
    last = {
        **FORM, "typed:operating_cost": "900000.00", "based_on": str(version), "do": "submit", "signed_by": "王运营",
        "committed": "yes",
    }  # fmt: skip
    signed = {name: value for name, value in headers.items() if name != "accept"}
    await times.of("submit", lambda: client.post(path, data=last, headers=signed))


async def _handed_in(engine: AsyncEngine) -> int:
    async with reading(engine) as connection:
        count = select(func.count()).select_from(REPORT).where(REPORT.c.state == "submitted")
        return (await connection.execute(count)).scalar_one()


async def _bare(database: str, operators: int) -> dict[str, Any]:
    process = subprocess.Popen(  # noqa: ASYNC220 - started before anything is measured
        [sys.executable, "-m", "tests.bench.bare_site", database], stdout=subprocess.PIPE, text=True
    )
    try:
        url = await asyncio.to_thread(address_in, process)
        times = Times()
        async with browsers(url) as client:
            waiting = asyncio.Barrier(operators)
            await asyncio.gather(*(_bare_evening(client, number, times, waiting) for number in range(operators)))
        return times.told()
    finally:
        process.terminate()
        process.wait()


async def _bare_evening(client: httpx.AsyncClient, number: int, times: Times, waiting: asyncio.Barrier) -> None:
    for _ in range(SAVES):
        await asyncio.sleep(PAUSE_SECONDS * (0.5 + number % 10 / 10))
        await times.of("save", lambda: client.post(f"/save/{number}", data=FORM))
    await waiting.wait()
    await times.of("submit", lambda: client.post(f"/save/{number}", data=FORM))


def show(result: dict[str, Any]) -> None:
    table = Table(title=f"截止之夜：{result['operators']} 位填报人，每人保存 {SAVES} 次，同时提交")
    for head in ("", "次数", "p50 毫秒", "p95 毫秒"):
        table.add_column(head, justify="left" if not head else "right")
    for site, name in (("miaopu", "苗圃"), ("bare", "只有一条 INSERT 的网站")):
        for kind, said in (("open", "打开表单"), ("save", "保存草稿"), ("submit", "提交")):
            if kind in result[site]:
                took = result[site][kind]
                table.add_row(f"{name}：{said}", str(took["requests"]), str(took["p50_ms"]), str(took["p95_ms"]))
    console = Console()
    console.print(table)
    console.print(
        f"错误：苗圃 {result['miaopu']['errors']}，对照 {result['bare']['errors']}；已提交 {result['miaopu']['handed_in']}"
    )
    for each in (*result["miaopu"]["first_errors"], *result["bare"]["first_errors"]):
        console.print(each, markup=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--operators", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = asyncio.run(measured(asked.operators))
    if asked.json:
        print(json.dumps(found, ensure_ascii=False))
    else:
        show(found)
