"""The grades of a round as a workbook that holds everything: each indicator, each expert, each mark with its reason."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi.responses import Response
from sqlalchemy import RowMapping, Select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import QueryParams

from services.incubator.store import grade_list
from services.incubator.usecases.reviewed import REVIEWING
from shared.core.exact import parse_decimal
from shared.evaluation import Scheme, load_scheme
from shared.reviewing import review_rows
from shared.webkit.listing import Column, Listing
from shared.webkit.takeaway import attached, workbook


async def grade_workbook(
    connection: AsyncConnection, listing: Listing, query: Select[Any], params: QueryParams, round_: RowMapping
) -> Response:
    """All rows that are asked for, and beside each what the list has no room for."""
    scheme = load_scheme(round_["scheme"])
    named = Listing(
        listing.name, (Column("id", "考评编号"), *listing.columns), listing.filters, listing.search, listing.order
    )
    rows = await named.every(connection, query, params)
    scores = await grade_list.scores(connection, round_["id"])
    counted = await review_rows.counted(connection, REVIEWING, round_["id"])
    given = await review_rows.latest_marks(connection, REVIEWING, round_["id"])
    names = await grade_list.expert_names(connection)
    places = max((len(_experts(marks)) for marks in counted.values()), default=0)
    columns = [*named.columns, *_indicator_columns(scheme), *_expert_columns(scheme, places)]
    lines = []
    for row in rows:
        id_ = str(row[0])
        said = {each["indicator"]: each for each in scores.get(id_, ())}
        marks = _marks(scheme, id_, counted.get(id_, {}), given, names, places)
        lines.append((*row, *_said(scheme, said), *marks))
    return attached(f"{listing.name}.xlsx", await asyncio.to_thread(workbook, listing.name, columns, lines))


def _indicator_columns(scheme: Scheme) -> Iterator[Column]:
    for each in scheme.indicators:
        yield Column(f"{each.code}:value", f"{each.label}：数值", "number")
        yield Column(f"{each.code}:score", f"{each.label}：得分", "number")


def _said(scheme: Scheme, said: Mapping[str, Mapping[str, Any]]) -> Iterator[object]:
    for each in scheme.indicators:
        found = said.get(each.code)
        for name in ("value", "score"):
            written = None if found is None else str(found[name])
            yield None if written is None else parse_decimal(written) or written  # a fraction without end stays exact


def _expert_columns(scheme: Scheme, places: int) -> Iterator[Column]:
    for number in range(1, places + 1):
        yield Column(f"expert{number}", f"专家 {number}")
        for each in scheme.expert_indicators:
            yield Column(f"{each.code}:mark{number}", f"专家 {number}：{each.label}评分", "number")
            yield Column(f"{each.code}:why{number}", f"专家 {number}：{each.label}理由")


def _experts(marks: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Who marked a unit, each once, in the order in which marks are held."""
    return sorted({expert for given in marks.values() for expert in given})


def _marks(
    scheme: Scheme,
    id_: str,
    marks: Mapping[str, Mapping[str, str]],
    given: Mapping[tuple[str, str, str], RowMapping],
    names: Mapping[str, str],
    places: int,
) -> Iterator[object]:
    """Each expert's name, and of each indicator his mark and reason; empty where fewer marked than elsewhere."""
    experts = _experts(marks)
    for number in range(places):
        expert = experts[number] if number < len(experts) else None
        yield None if expert is None else names.get(expert, expert)
        for each in scheme.expert_indicators:
            mark = None if expert is None else marks.get(each.code, {}).get(expert)
            own = None if expert is None else given.get((id_, expert, each.code))
            yield None if mark is None else parse_decimal(mark) or mark
            yield None if own is None else own["reason"]
