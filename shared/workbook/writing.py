"""Sheets with headings, written."""

from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.workbook.columns import Column

CellValue = object
HEADING = Font(bold=True, color="FFFFFF")
GREEN = PatternFill("solid", fgColor="1D6B4F")
WIDEST = 42


def add_sheet(book: Workbook, name: str, columns: Sequence[Column], rows: Iterable[Sequence[CellValue]]) -> Worksheet:
    """A sheet with styled headings, their help as notes, and its rows."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.append([column.heading for column in columns])
    for cell, column in zip(sheet[1], columns, strict=True):
        cell.font, cell.fill = HEADING, GREEN
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        if column.help:
            cell.comment = Comment(column.help, "苗圃")
    for row in rows:
        sheet.append(list(row))
    sheet.freeze_panes = "C2"
    for place, cells in enumerate(sheet.iter_cols(), 1):
        longest = max((_width(cell.value) for cell in cells), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, 10), WIDEST)
    return sheet


def _width(value: object) -> int:
    """How many columns of a screen a text takes: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(value or ""))
