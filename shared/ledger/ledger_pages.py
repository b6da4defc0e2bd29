"""The ledger's page: entries by filter, what they come to, and the same as a table to take away."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from shared.ledger import entry_list, entry_table
from shared.ledger.entry_list import Wanted
from shared.ledger.showing import Showing
from shared.ledger.words import PAYMENTS, words_for
from shared.policy.explain import article_text
from shared.running.running import Running
from shared.webkit import takeaway
from shared.webkit.access import READERS
from shared.webkit.asked import Asked

PER_PAGE = 50
RANGES = {"every": "全部分录", "standing": "只看现行结果"}
BOM = "\ufeff"
"""What a spreadsheet needs in front to read UTF-8."""


def ledger_pages(running: Running, showing: Showing) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    noun, tables = showing.ledger.noun, showing.ledger.tables

    @router.get("/ledger", dependencies=[READERS], response_class=HTMLResponse)
    async def ledger(request: Request) -> HTMLResponse:
        asked = Asked(request.query_params)
        wanted = wanted_of(showing, asked)
        async with running.look() as connection:
            sums = await entry_list.sums(connection, showing, wanted)
            turn = asked.turn(sum(each.entries for each in sums.values()), PER_PAGE)
            shown = await entry_list.positions(connection, showing, wanted, turn.size, turn.skip)
            rows = await entry_list.at(connection, showing, shown)
            subjects = await showing.subjects(connection, rows)
            years = await showing.years(connection)
            articles = await entry_list.articles(connection, tables)
        return showing.pages.show(
            request,
            "ledger.html",
            showing=showing,
            noun=noun,
            subject_id=tables.subject_name,
            rows=rows,
            subjects=subjects,
            sums=sums,
            net=sums["awarded"].fen + sums["cut"].fen + sums["reversal"].fen,
            turn=turn,
            problems=asked.problems,
            asked=urlencode(list(request.query_params.items())),
            heads=_heads(showing),
            sort=wanted.sort,
            options={
                "year": {str(year): f"{year} 年度" for year in years},
                "article": {article: article_text(article) for article in articles},
                "outcome": {name: each["name"] for name, each in words_for(noun).outcomes.items()},
                "payment": {state: each["name"] for state, each in PAYMENTS.items()},
                "show": RANGES,
            },
        )

    @router.get("/ledger.csv", dependencies=[READERS])
    async def table(request: Request) -> StreamingResponse:
        name = f"ledger-{running.now():%Y%m%d}.csv"
        return StreamingResponse(
            _lines(running, showing, wanted_of(showing, Asked(request.query_params))),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"},
        )

    @router.get("/ledger.xlsx", dependencies=[READERS])
    async def workbook(request: Request) -> Response:
        """The same as an Excel workbook: amounts as numbers, in the order of the page."""
        wanted = wanted_of(showing, Asked(request.query_params))
        rows = []
        async with running.look() as connection:
            every = await entry_list.positions(connection, showing, wanted)
            for start in range(0, len(every), entry_list.AT_ONCE):
                part = await entry_list.at(connection, showing, every[start : start + entry_list.AT_ONCE])
                subjects = await showing.subjects(connection, part)
                rows += [entry_table.values(showing, row, subjects[row[tables.subject_name]]) for row in part]
        content = await asyncio.to_thread(takeaway.workbook, f"{noun}台账", entry_table.columns(showing), rows)
        return takeaway.attached(f"{noun}台账-{running.now():%Y%m%d}.xlsx", content)

    return router


def _heads(showing: Showing) -> Mapping[str, str]:
    """What the list is sorted by, at the heads of its columns."""
    return {
        "position": "序号",
        "date": "日期",
        showing.subject.name: showing.subject.title,
        "article": "事项",
        "outcome": "结果",
        "payment": "拨付",
        "amount": "金额（元）",
    }


def wanted_of(showing: Showing, asked: Asked) -> Wanted:
    own = ((each, asked.choice(each.name, each.options or {})) for each in showing.narrowed)
    return Wanted(
        year=asked.year("year"),
        article=asked.text("article") or None,
        outcome=asked.choice("outcome", words_for(showing.ledger.noun).outcomes),
        text=asked.text("text"),
        from_on=asked.day("from"),
        until_on=asked.day("until"),
        least=asked.fen("least"),
        most=asked.fen("most"),
        payment=asked.choice("payment", PAYMENTS),
        standing=asked.choice("show", RANGES) == "standing",
        narrowed=tuple(each.where(chosen) for each, chosen in own if chosen is not None),
        sort=_sort(showing, asked),
    )


def _sort(showing: Showing, asked: Asked) -> str:
    """The column asked for, `-` for the greatest first; anything else is the newest first."""
    sort = asked.text("sort")
    return sort if sort.removeprefix("-") in entry_list.sorts(showing) else entry_list.NEWEST


async def _lines(running: Running, showing: Showing, wanted: Wanted) -> AsyncIterator[str]:
    """The table in parts: however many entries there are, few are in memory and none holds up a writer."""
    yield BOM + _written([entry_table.heads(showing)])
    position = 0
    while True:
        # a reader who leaves in the middle of a look does not cut it off: its connection goes back whole
        position, lines = await asyncio.shield(asyncio.ensure_future(_part(running, showing, wanted, position)))
        if not lines:
            return
        yield _written(lines)


async def _part(running: Running, showing: Showing, wanted: Wanted, position: int) -> tuple[int, list[tuple[str, ...]]]:
    subject = showing.ledger.tables.subject_name
    async with running.look() as connection:
        rows = await entry_list.after(connection, showing, wanted, position)
        subjects = await showing.subjects(connection, rows)
    if not rows:
        return position, []
    return rows[-1]["position"], [entry_table.line(showing, row, subjects[row[subject]]) for row in rows]


def _written(lines: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()
