"""A list as an Excel workbook: everything the screen shows, text that never becomes a formula."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import QueryParams

from shared.core.clock import SHANGHAI
from shared.webkit.listing import Column, Listing

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"yuan": "#,##0.00", "day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
FORMULA = ("=", "+", "-", "@")
HEAD = Font(bold=True, color="FFFFFF")
GREEN = PatternFill("solid", fgColor="1D6B4F")
MOST_DIGITS = 15
"""What Excel holds of a number exactly."""


async def export(connection: AsyncConnection, listing: Listing, query: Select[Any], params: QueryParams) -> Response:
    """The answer of a list's `.xlsx` address: all rows that are asked for."""
    rows = await listing.every(connection, query, params)
    return attached(f"{listing.name}.xlsx", await asyncio.to_thread(workbook, listing.name, listing.columns, rows))


def attached(name: str, content: bytes) -> Response:
    """A workbook to be kept under this name, which may be Chinese."""
    return Response(
        content, media_type=WORKBOOK, headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    )


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook of one sheet; amounts in yuan, instants in Asia/Shanghai."""
    return workbook_of([(title, columns, rows)])


def workbook_of(sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[object]]]]) -> bytes:
    """A workbook of several sheets: title, columns, and the rows' values in their order."""
    book = Workbook(write_only=True)
    for title, columns, rows in sheets:
        _fill(book, title, columns, rows)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _fill(book: Workbook, title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = 12 if column.kind in {"number", "day"} else 20
    heads = []
    for column in columns:
        head = WriteOnlyCell(sheet, f"{column.title}（元）" if column.kind == "yuan" else column.title)
        head.font, head.fill = HEAD, GREEN
        heads.append(head)
    sheet.append(heads)
    for row in rows:
        sheet.append([cell_of(sheet, column.kind, value) for column, value in zip(columns, row, strict=True)])


def cell_of(sheet: Any, kind: str, value: object) -> Any:  # noqa: ANN401 - the library's cells
    """A cell that holds the value as its kind: numbers as numbers as far as Excel holds them exactly."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        value = value.astimezone(SHANGHAI).replace(tzinfo=None)
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        exact = len(f"{value:f}".replace(".", "").replace("-", "")) <= MOST_DIGITS
        value = value if exact else f"{value:f}"
    elif not isinstance(value, date):
        value = str(value)
    cell = WriteOnlyCell(sheet)
    if isinstance(value, str):
        cell.value = "".join(char for char in value if char.isprintable() or char == "\n")
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA)
    else:
        cell.value = value
    if kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell
