"""A register filled in as a sheet: an empty one to take away, and one that was filled, entered whole or not at all."""

import io
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from pydantic import ValidationError

from shared.core.errors import DomainError
from shared.core.invalid import problems
from shared.workbook.cells import Row
from shared.workbook.columns import Column
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import open_sent
from shared.workbook.sheets import Sheets
from shared.workbook.writing import add_sheet

NOTES_SHEET = "说明"
AS_TEXT = 202
"""So many rows of an empty sheet are text, so that long numbers stay as they are written."""
PUT_RIGHT = "改正这一格，或删去这一行"


class RegisterSheet(NamedTuple):
    """`columns`: the first tells the rows apart. `at`: at which column a refusal is told, by its code."""

    title: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    at: Mapping[str, str]

    def template(self) -> bytes:
        return empty_sheet(self.title, self.columns, self.notes)


def empty_sheet(title: str, columns: Sequence[Column], lines: Sequence[str]) -> bytes:
    """A workbook with one sheet to fill, its cells text, beside it the notes on how."""
    book = Workbook()
    notes = book.worksheets[0]
    notes.title = NOTES_SHEET
    for number, line in enumerate(lines, 1):
        notes.cell(number, 1, line)
    notes.column_dimensions["A"].width = 80
    sheet = add_sheet(book, title, columns, [])
    for place in range(1, len(columns) + 1):
        for number in range(2, AS_TEXT):
            sheet[f"{get_column_letter(place)}{number}"].number_format = "@"
    book.active = book.sheetnames.index(title)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


async def enter_rows(
    content: bytes, sheet: RegisterSheet, enter: Callable[[Mapping[str, str]], Awaitable[None]]
) -> int:
    """Enters each row of the sheet, given by the names of its columns, and answers how many; a WorkbookError tells
    everything that is wrong, and whoever keeps the transaction enters none."""
    book, outside = open_sent(content)
    if book is None:
        raise WorkbookError(outside)
    sheets = Sheets(book)
    sheets.problems += outside
    key = sheet.columns[0].name
    first: dict[str, int] = {}
    for row in sheets.rows(sheet.title, sheet.columns):
        if not row.sound:
            continue
        if first.setdefault(row[key], row.number) != row.number:
            problem = f"“{row[key]}”与第 {first[row[key]]} 行重复"
            sheets.find(sheet.title, row.cells[key], problem, "保留一行，删去另一行")
            continue
        await _enter(sheets, sheet, row, enter)
    sheets.check_unread()
    if not first and not sheets.problems:
        sheets.find(sheet.title, "A2", "一行也没有填写", "从第 2 行起，每行填一个")
    if sheets.problems:
        raise WorkbookError(sheets.problems)
    return len(first)


async def _enter(
    sheets: Sheets, sheet: RegisterSheet, row: Row, enter: Callable[[Mapping[str, str]], Awaitable[None]]
) -> None:
    key = sheet.columns[0].name
    try:
        await enter(row.texts)
    except ValidationError as wrong:
        for name, problem in problems(wrong.errors(include_url=False)).items():
            sheets.find(sheet.title, row.cells.get(name.partition(".")[0], row.cells[key]), problem, PUT_RIGHT)
    except DomainError as wrong:
        column = sheet.at.get(wrong.code, key)
        sheets.find(sheet.title, row.cells[column], wrong.message, PUT_RIGHT)
