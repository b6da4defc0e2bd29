"""The ranking as a workbook that holds everything: each total, each criterion, each expert's mark with its reason, what
the panel and objections made of totals, what was seen on site."""

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.talent.domain import lifecycles
from services.talent.store import selections
from services.talent.web.ranking_view import Line, Ranking, ranking
from shared.programme.selection import PLACE_NAMES
from shared.webkit.listing import Column, Kind
from shared.webkit.takeaway import workbook_of

Sheet = tuple[str, Sequence[Column], Iterable[Sequence[object]]]


KINDS: dict[str, Kind] = {
    "公示第一天": "day", "公示最后一天": "day", "日期": "day", "时间": "moment", "登记时间": "moment", "名次": "number",
}  # fmt: skip


def _columns(*titles: str) -> list[Column]:
    return [Column(f"c{place}", title, KINDS.get(title, "text")) for place, title in enumerate(titles)]


async def workbook(connection: AsyncConnection, programme_id: str) -> bytes:
    ranked = await ranking(connection, programme_id)
    decided = await selections.every_decision(connection, programme_id)
    visits = await selections.visits_of(connection, [each.row["application_id"] for each in ranked.lines])
    sheets = [_totals(ranked), _marks(ranked), _decisions(ranked, decided), _visits(ranked, visits)]
    return await asyncio.to_thread(workbook_of, sheets)


def _who(line: Line) -> tuple[object, ...]:
    return line.row["application_id"], line.applicant, line.row["unit"], line.row["project"]


WHO = ("申报编号", "申报人", "推荐单位", "项目")


def _totals(ranked: Ranking) -> Sheet:
    labels = [each.label for each in ranked.lines[0].criteria] if ranked.lines else []
    columns = _columns(
        "名次",
        *WHO,
        "得分",
        "专家评分合计",
        *labels,
        "位置",
        "状态",
        "公示第一天",
        "公示最后一天",
        "同分选定或增补的理由",
    )
    rows = [
        (
            each.row["rank"], *_who(each), each.row["total"], each.row["computed"],
            *(one.score for one in each.criteria),
            PLACE_NAMES[each.place] if each.place else "", lifecycles.APPLICATION.states[each.row["state"]],
            each.row["public_from"], each.row["public_until"], each.row["chosen_for"],
        )
        for each in ranked.lines
    ]  # fmt: skip
    return "排名", columns, rows


def _marks(ranked: Ranking) -> Sheet:
    rows = [
        (*_who(each), criterion.label, criterion.full, given.expert, given.mark, given.reason)
        for each in ranked.lines
        for criterion in each.criteria
        for given in criterion.given
    ]
    return "专家评分", _columns(*WHO, "指标", "满分", "专家", "分数", "理由"), rows


def _decisions(ranked: Ranking, decided: dict[str, list[RowMapping]]) -> Sheet:
    rows = [
        (*_who(each), one["before"], one["after"] or "不参加排名", one["reason"], one["by"], one["at"])
        for each in ranked.lines
        for one in decided.get(each.row["application_id"], ())
    ]
    return "得分的改动", _columns(*WHO, "原得分", "改为", "理由", "经办", "时间"), rows


def _visits(ranked: Ranking, visits: dict[str, list[RowMapping]]) -> Sheet:
    rows = [
        (*_who(each), one["on_date"], one["visitors"], one["findings"], one["by"], one["at"])
        for each in ranked.lines
        for one in visits.get(each.row["application_id"], ())
    ]
    return "现场考察", _columns(*WHO, "日期", "考察人", "情况", "登记人", "登记时间"), rows
