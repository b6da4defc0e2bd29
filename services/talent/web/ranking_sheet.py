"""The ranking as a workbook that holds everything: each total, each criterion, each expert's mark with its reason, what
the panel and objections made of totals, what was seen on site."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import ranked, selections
from services.talent.usecases.standing import standing
from services.talent.web.ranking_view import Line, every
from shared.contracts.talent.spoken import ERASED
from shared.programme.selection import PLACE_NAMES
from shared.webkit.called import called
from shared.webkit.listing import Column, Kind
from shared.webkit.takeaway import workbook_of

Row = tuple[object, ...]
Sheet = tuple[str, Sequence[Column], Iterator[Row]]


KINDS: dict[str, Kind] = {
    "公示第一天": "day", "公示最后一天": "day", "日期": "day", "时间": "moment", "登记时间": "moment", "名次": "number",
}  # fmt: skip


def _columns(*titles: str) -> list[Column]:
    return [Column(f"c{place}", title, KINDS.get(title, "text")) for place, title in enumerate(titles)]


async def workbook(connection: AsyncConnection, programme_id: str) -> bytes:
    """Written as it is read, some hundred lines at once: a call may have more than one wants to hold."""
    stands = await standing(connection, programme_id)
    first = await ranked.lines(connection, programme_id, 0, 1)
    labels = [each["label"] for row in first for each in row["scores"]]
    decided = await selections.every_decision(connection, programme_id)
    visits = await selections.every_visit(connection, programme_id)
    loop = asyncio.get_running_loop()

    def lines(row_of: Callable[[Line], Iterable[Row]], *, marks: bool) -> Iterator[Row]:
        batches = every(connection, stands, marks=marks)
        while batch := asyncio.run_coroutine_threadsafe(_next(batches), loop).result():
            for line in batch:
                yield from row_of(line)

    sheets: list[Sheet] = [
        ("排名", _columns("名次", *WHO, "得分", "专家评分合计", *labels, *STANDS), lines(_total, marks=False)),
        ("专家评分", _columns(*WHO, "指标", "满分", "专家", "分数", "理由"), lines(_marks, marks=True)),
        ("得分的改动", _columns(*WHO, "原得分", "改为", "理由", "经办", "时间"), map(_decision, decided)),
        ("现场考察", _columns(*WHO, "日期", "考察人", "情况", "登记人", "登记时间"), map(_visit, visits)),
    ]
    return await asyncio.to_thread(workbook_of, sheets)


async def _next(batches: AsyncIterator[Sequence[Line]]) -> Sequence[Line]:
    """Nothing once there are no more."""
    try:
        return await anext(batches)
    except StopAsyncIteration:
        return ()


WHO = ("申报编号", "申报人", "推荐单位", "项目")
STANDS = ("位置", "状态", "公示第一天", "公示最后一天", "同分选定或增补的理由")


def _who(row: RowMapping) -> Row:
    return row["application_id"], row["applicant"] or ERASED, row["unit"], row["project"]


def _total(line: Line) -> Iterator[Row]:
    row = line.row
    yield (
        row["rank"], *_who(row), row["total"], row["computed"], *(one.score for one in line.criteria),
        PLACE_NAMES[line.place] if line.place else "", lifecycles.APPLICATION.states[row["state"]],
        row["public_from"], row["public_until"], row["chosen_for"],
    )  # fmt: skip


def _marks(line: Line) -> Iterator[Row]:
    for each in line.criteria:
        for given in each.given:
            yield (*_who(line.row), each.label, each.full, given.expert, given.mark, given.reason)


def _decision(row: RowMapping) -> Row:
    return (*_who(row), row["before"], row["after"] or "不参加排名", row["reason"], called(row["by"]), row["at"])


def _visit(row: RowMapping) -> Row:
    return (*_who(row), row["on_date"], row["visitors"], row["findings"], called(row["by"]), row["at"])
