"""Lists: searched, filtered, sorted, paged; the workbook holds every row that is asked for and no formula."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Column as Col
from sqlalchemy import Date, DateTime, Integer, MetaData, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import QueryParams

from shared.webkit.listing import Column, Filter, Listing
from shared.webkit.takeaway import export

UNIT = Table(
    "unit", MetaData(), Col("id", Integer, primary_key=True), Col("name", String), Col("kind", String),
    Col("fen", Integer), Col("on_date", Date), Col("at", DateTime(timezone=True)),
)  # fmt: skip
LISTING = Listing(
    "单位名单",
    (
        Column("name", "名称", by=UNIT.c.name, to=lambda row: f"/u/{row['id']}"),
        Column("kind", "类型", "state", said=lambda row: {"a": "甲类", "b": "乙类"}[row["kind"]], tone=lambda _: "good"),
        Column("fen", "金额", "yuan", by=UNIT.c.fen),
        Column("on_date", "日期", "day"),
        Column("at", "时间", "moment"),
    ),
    filters=(
        Filter("kind", "类型", lambda value: UNIT.c.kind == value, {"a": "甲类", "b": "乙类"}),
        Filter("least", "不少于", lambda value: UNIT.c.fen >= value, kind="yuan"),
        Filter("since", "自", lambda value: UNIT.c.on_date >= value, kind="day"),
    ),
    search=(UNIT.c.name,),
    order=(UNIT.c.id,),
    per_page=3,
)  # fmt: skip
QUERY = select(UNIT)
OTHER = UNIT.alias()


@pytest.fixture
async def units(database: AsyncEngine) -> AsyncEngine:
    rows: list[dict[str, Any]] = [
        {
            "id": n,
            "name": f"=样例{n}%" if n == 7 else f"样例 {n}",
            "kind": "ab"[n % 2],
            "fen": (9 - n) * 100_000_050 if n else None,
            "on_date": date(2018, 12, n + 1),
            "at": datetime(2018, 12, 31, 23, n, tzinfo=UTC),
        }
        for n in range(8)
    ]
    async with database.begin() as connection:
        await connection.run_sync(UNIT.metadata.create_all)
        await connection.execute(insert(UNIT), rows)
    return database


async def ids(engine: AsyncEngine, **asked: str) -> list[int]:
    async with engine.connect() as connection:
        listed = await LISTING.page(connection, QUERY, QueryParams(asked))
    return [line.row["id"] for line in listed.lines]


async def test_a_list_is_paged_in_its_own_order(units: AsyncEngine) -> None:
    assert await ids(units) == [0, 1, 2]
    assert await ids(units, page="3") == [6, 7]
    assert await ids(units, page="99") == [6, 7]


async def test_a_list_is_sorted_by_a_column_both_ways(units: AsyncEngine) -> None:
    assert await ids(units, sort="fen", kind="b") == [7, 5, 3]
    assert await ids(units, sort="-fen", kind="b") == [1, 3, 5]
    assert await ids(units, sort="no such column") == [0, 1, 2]


@pytest.mark.parametrize(
    "asked",
    [{"page": "2"}, {"sort": "-fen", "kind": "b"}, {"text": "样例", "page": "3"}, {"least": "3"}, {"text": "没有"}],
)
async def test_a_list_that_reads_only_the_rows_of_its_page_whole_shows_the_same(
    asked: dict[str, str], units: AsyncEngine
) -> None:
    whole = select(UNIT, OTHER.c.name.label("other")).outerjoin(OTHER, OTHER.c.id == UNIT.c.id)
    async with units.connect() as connection:
        paged = await replace(LISTING, key=UNIT.c.id).page(connection, whole, QueryParams(asked))
        rows = [line.row["id"] for line in paged.lines]
        assert [line.row["other"] for line in paged.lines] == [line.row["name"] for line in paged.lines]
    assert rows == await ids(units, **asked)


async def test_a_text_is_found_whatever_the_case_of_its_letters(units: AsyncEngine) -> None:
    async with units.begin() as connection:
        await connection.execute(insert(UNIT), [{"id": 20, "name": "样例 Lab 甲", "kind": "a", "fen": 1}])
    for text in ("lab", "LAB 甲", "例 Lab", " 甲"):
        assert await ids(units, text=text) == [20], text


async def test_a_list_is_searched_and_filtered(units: AsyncEngine) -> None:
    assert await ids(units, text="%") == [7]
    assert await ids(units, kind="a", least="5,000,002.50") == [2, 4]
    assert await ids(units, since="2018-12-07") == [6, 7]


async def test_what_cannot_be_read_is_told_at_its_field_and_asks_for_nothing(units: AsyncEngine) -> None:
    async with units.connect() as connection:
        listed = await LISTING.page(connection, QUERY, QueryParams({"kind": "c", "least": "一", "since": "2018-02-30"}))
    assert set(listed.problems) == {"kind", "least", "since"}
    assert listed.turn.rows == 8


async def test_the_workbook_holds_every_row_that_is_asked_for_and_no_formula(units: AsyncEngine) -> None:
    async with units.connect() as connection:
        answer = await export(connection, LISTING, QUERY, QueryParams({"kind": "b", "sort": "-fen", "page": "2"}))
    sheet = load_workbook(BytesIO(bytes(answer.body)))["单位名单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["名称", "类型", "金额（元）", "日期", "时间"]
    assert [row[0] for row in rows[1:]] == ["样例 1", "样例 3", "样例 5", "=样例7%"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [str(value) for value in rows[1][1:]] == ["乙类", "8000004", "2018-12-02 00:00:00", "2019-01-01 07:01:00"]
    assert "UTF-8''%E5%8D%95%E4%BD%8D" in answer.headers["content-disposition"]
