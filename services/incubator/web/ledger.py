"""The ledger's page: entries by filter, what they come to, and the same as a table to take away."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from services.incubator.store import ledger_list, overview
from services.incubator.store.ledger_list import UNREGISTERED, LedgerFilter
from services.incubator.web import ledger_table, naming
from services.incubator.web.looks import PAGES
from services.incubator.web.wording import OUTCOMES, PAYMENTS, POLICY
from shared.policy.explain import article_text
from shared.running.running import Running
from shared.webkit import takeaway
from shared.webkit.access import READERS
from shared.webkit.asked import Asked

PER_PAGE = 50
HEADS = {
    "position": "序号",
    "date": "日期",
    "carrier": "载体",
    "article": "事项",
    "outcome": "结果",
    "payment": "拨付",
    "amount": "金额（元）",
}
"""What the list is sorted by, at the heads of its columns."""
RANGES = {"every": "全部分录", "standing": "只看现行结果"}
BOM = "\ufeff"
"""What a spreadsheet needs in front to read UTF-8."""


def ledger_pages(running: Running) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/ledger", dependencies=[READERS], response_class=HTMLResponse)
    async def ledger(request: Request) -> HTMLResponse:
        asked = Asked(request.query_params)
        wanted = filter_of(asked)
        async with running.look() as connection:
            sums = await ledger_list.sums(connection, wanted)
            turn = asked.turn(sum(each.entries for each in sums.values()), PER_PAGE)
            shown = await ledger_list.positions(connection, wanted, turn.size, turn.skip)
            rows = await ledger_list.at(connection, shown)
            names = await naming.carriers_named(connection, rows)
            years = await overview.years(connection)
            articles = await ledger_list.articles(connection)
        return PAGES.show(
            request,
            "ledger.html",
            rows=rows,
            names=names,
            sums=sums,
            net=sums["awarded"].fen + sums["cut"].fen + sums["reversal"].fen,
            turn=turn,
            problems=asked.problems,
            asked=urlencode(list(request.query_params.items())),
            heads=HEADS,
            sort=wanted.sort,
            options={
                "year": {str(year): f"{year} 年度" for year in years},
                "article": {article: article_text(article) for article in articles},
                "outcome": {outcome: shown.name for outcome, shown in OUTCOMES.items()},
                "kind": {**POLICY.kinds, UNREGISTERED: "未登记的载体"},
                "payment": {state: shown.name for state, shown in PAYMENTS.items()},
                "show": RANGES,
            },
        )

    @router.get("/ledger.csv", dependencies=[READERS])
    async def table(request: Request) -> StreamingResponse:
        name = f"ledger-{running.now():%Y%m%d}.csv"
        return StreamingResponse(
            _lines(running, filter_of(Asked(request.query_params))),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
        )

    @router.get("/ledger.xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        """The same as an Excel workbook: amounts as numbers, in the order of the page."""
        wanted = filter_of(Asked(request.query_params))
        columns, rows = ledger_table.COLUMNS, []
        async with running.look() as connection:
            every = await ledger_list.positions(connection, wanted)
            for start in range(0, len(every), ledger_list.AT_ONCE):
                part = await ledger_list.at(connection, every[start : start + ledger_list.AT_ONCE])
                names = await naming.carriers_named(connection, part)
                rows += [ledger_table.values(row, names[row["carrier_id"]]) for row in part]
        content = await asyncio.to_thread(takeaway.workbook, "补助台账", columns, rows)
        return takeaway.attached(f"补助台账-{running.now():%Y%m%d}.xlsx", content)

    return router


def filter_of(asked: Asked) -> LedgerFilter:
    return LedgerFilter(
        year=asked.year("year"),
        article=asked.text("article") or None,
        outcome=asked.choice("outcome", OUTCOMES),
        kind=asked.choice("kind", (*POLICY.kinds, UNREGISTERED)),
        text=asked.text("text"),
        from_on=asked.day("from"),
        until_on=asked.day("until"),
        least=asked.fen("least"),
        most=asked.fen("most"),
        payment=asked.choice("payment", PAYMENTS),
        standing=asked.choice("show", RANGES) == "standing",
        sort=_sort(asked),
    )


def _sort(asked: Asked) -> str:
    """The column asked for, `-` for the greatest first; anything else is the newest first."""
    sort = asked.text("sort")
    return sort if sort.removeprefix("-") in ledger_list.SORTS else ledger_list.NEWEST


async def _lines(running: Running, wanted: LedgerFilter) -> AsyncIterator[str]:
    """The table in parts: however many entries there are, few are in memory and none holds up a writer."""
    yield BOM + _written([ledger_table.HEADS])
    position = 0
    while True:
        # a reader who leaves in the middle of a look does not cut it off: its connection goes back whole
        position, lines = await asyncio.shield(asyncio.ensure_future(_part(running, wanted, position)))
        if not lines:
            return
        yield _written(lines)


async def _part(running: Running, wanted: LedgerFilter, position: int) -> tuple[int, list[tuple[str, ...]]]:
    async with running.look() as connection:
        rows = await ledger_list.after(connection, wanted, position)
        names = await naming.carriers_named(connection, rows)
    if not rows:
        return position, []
    return rows[-1]["position"], [ledger_table.line(row, names[row["carrier_id"]]) for row in rows]


def _written(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
