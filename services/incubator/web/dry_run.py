"""The page of a dry run: what a round comes to as things stand, on the screen and as a workbook; nothing is kept."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.incubator.store import changes
from services.incubator.store.tables import ROUND
from services.incubator.usecases.dry_run import DryRun, awarded, dry_run
from services.incubator.web.looks import PAGES
from services.incubator.web.round_setup import PLANNERS
from services.incubator.web.wording import GRADES, OUTCOMES, level_name
from shared.core.errors import DomainError
from shared.core.money import in_yuan
from shared.ledger.explaining import article_name, because, matter
from shared.running.running import Running
from shared.webkit.access import READERS, Known
from shared.webkit.listing import Column
from shared.webkit.takeaway import attached, workbook_of
from shared.webkit.templates import fen

NOT_SENT = "试算：没有保存，没有发出任何信件"
UNITS = (
    Column("rank", "名次", "number"), Column("carrier_id", "编号"), Column("name", "载体"), Column("district", "区县"),
    Column("level", "级别"), Column("total", "总分", "number"), Column("grade", "等次"), Column("reason", "等次的理由"),
    Column("article", "条文"), Column("matter", "事项"), Column("outcome", "结果"), Column("amount", "金额", "yuan"),
    Column("ceiling", "待决定的最高金额", "yuan"), Column("because", "说明"),
)  # fmt: skip
SUMS = (Column("what", "项目"), Column("value", "内容"))
LETTERS = (Column("title", "信件"), Column("count", "封数", "number"), Column("unreached", "没有邮箱地址的收信单位"))


def dry_run_pages(running: Running) -> APIRouter:
    router = APIRouter(prefix="/rounds", include_in_schema=False)

    @router.get("/{round_id}/dry-run", dependencies=[READERS], response_class=HTMLResponse)
    async def before(request: Request, round_id: str) -> HTMLResponse:
        async with running.look() as connection:
            row = await changes.found(connection, ROUND, round_id, "考评批次")
        return PAGES.show(request, "dry_run.html", round=row, run=None, error=None)

    @router.post("/{round_id}/dry-run", dependencies=[PLANNERS])
    async def run(request: Request, who: Known, round_id: str) -> Response:
        async with running.look() as connection:
            row = await changes.found(connection, ROUND, round_id, "考评批次")
        try:
            result = await dry_run(running, who.account, round_id)
        except DomainError as error:
            return PAGES.show(request, "dry_run.html", error.status, round=row, run=None, error=error)
        if (await request.form()).get("do") == "xlsx":
            return attached(f"试算-{round_id}.xlsx", await asyncio.to_thread(workbook, result))
        return PAGES.show(request, "dry_run.html", round=row, run=result, error=None)

    return router


def workbook(run: DryRun) -> bytes:
    """Everything the page shows."""
    return workbook_of(
        [
            ("试算", SUMS, _sums(run)),
            ("排名和金额", UNITS, _units(run)),
            ("信件", LETTERS, [(title, count, "、".join(without)) for title, count, without in run.letters]),
        ]
    )


def _sums(run: DryRun) -> Iterator[tuple[str, object]]:
    yield "说明", NOT_SENT
    yield "批次", run.round["id"]
    yield "试算日期", run.today.isoformat()
    yield "金额合计（元）", in_yuan(run.total_fen)
    yield "待决定的最高金额（元）", in_yuan(run.waiting_fen)
    if run.budget is not None:
        yield f"{run.budget.year} 年预算（元）", in_yuan(run.budget.amount_fen)
        yield "已批准和已拨付（元）", in_yuan(run.budget.approved_fen)
        yield "余额（元）", in_yuan(run.left_fen or 0)
    for assumed in run.assumed:
        yield "假定", assumed


def _units(run: DryRun) -> Iterator[tuple[object, ...]]:
    """A row for each amount of each unit; a unit without any has one row."""
    for each in run.ranking:
        row = each.row
        unit = (
            each.rank, row["carrier_id"], row["name"], row["district"], level_name(row["level"]),
            None if row["total"] is None else Decimal(row["total"]),
            GRADES[row["grade"]].name if row["grade"] else "", row["reason"] or "",
        )  # fmt: skip
        for entry in each.entries:
            yield (*unit, article_name(entry["article"]), matter(entry), OUTCOMES[entry["outcome"]].name,
                   in_yuan(awarded(entry)), fen(entry["ceiling_fen"]), because(entry))  # fmt: skip
        if not each.entries:
            yield (*unit, None, None, None, 0, None, None)
