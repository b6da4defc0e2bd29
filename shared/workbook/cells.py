"""Cells as text: what an office types and Excel stores, made one form before anybody looks at its meaning."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from shared.core.dates import parse_date
from shared.core.exact import parse_decimal, shortest
from shared.workbook.columns import Column

_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DATE = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")


def plain_heading(text: str) -> str:
    """A heading whatever the width of its brackets and letters."""
    return unicodedata.normalize("NFKC", text).strip()


class CellProblem(NamedTuple):
    """One thing to put right: where, what is wrong, what to do."""

    sheet: str
    cell: str
    problem: str
    fix: str


@dataclass(frozen=True)
class Row:
    """A row of a sheet: its number, and the text and cell of each column. An empty cell is an empty text.

    `sound`: nothing was wrong with its cells nor with the columns; only then is it worth asking what they say together.
    """

    number: int
    sound: bool
    texts: dict[str, str]
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.texts[column]


def text_of(value: object) -> str | None:
    """A cell's value as text: numbers in their shortest exact form, dates as ISO; None for an error value of Excel."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        return None if text.startswith("#") and text.endswith(("!", "?", "/A")) else text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return shortest(Decimal(f"{value:.15g}"))  # the 15 digits Excel shows: what was typed, without its noise
    if isinstance(value, datetime):
        value = value.date()
    return "" if value is None else str(value)


def number_of(text: str) -> Decimal | None:
    """The exact number a cell's text writes, thousands separators allowed."""
    return parse_decimal(text.replace(",", "") if _GROUPED.fullmatch(text) else text)


def date_of(text: str) -> date | None:
    """2018-06-01, 2018/6/1, 2018.6.1 or 2018年6月1日."""
    if (found := _DATE.fullmatch(text)) is None:
        return None
    year, month, day = found.groups()
    return parse_date(f"{year}-{int(month):02}-{int(day):02}")


class SheetReader:
    """The rows of a sheet under its headings; whatever is wrong is added to `problems`."""

    def __init__(self, sheet: Worksheet, problems: list[CellProblem]) -> None:
        self.sheet = sheet
        self.problems = problems

    def find(self, cell: str, problem: str, fix: str) -> None:
        self.problems.append(CellProblem(self.sheet.title, cell, problem, fix))

    def text(self, cell: Cell | MergedCell) -> str:
        if cell.data_type == "f":
            self.find(cell.coordinate, "单元格是公式", "复制后选择“粘贴为数值”，再保存")
            return ""
        text = text_of(cell.value)
        if text is None:
            self.find(cell.coordinate, f"单元格是 Excel 错误值 {cell.value}", "改为正确的内容")
            return ""
        return text

    def headings(self) -> dict[str, int]:
        """Each heading of the first row and its column; a heading that stands twice is a problem."""
        found: dict[str, int] = {}
        for cell in next(self.sheet.iter_rows(min_row=1, max_row=1), ()):
            heading = self.text(cell)
            if heading and heading in found:
                self.find(cell.coordinate, f"列“{heading}”重复", "删去多余的一列")
            elif heading and cell.column is not None:
                found[heading] = cell.column
        return found

    def rows(self, columns: Iterable[Column]) -> Iterator[Row]:
        """The rows that are not empty. Missing and unknown columns and empty required cells are problems."""
        columns = list(columns)
        before = len(self.problems)
        headings = self.headings()
        wanted = {plain_heading(column.heading): column for column in columns}
        for heading, column in wanted.items():
            if heading not in headings:
                self.find("A1", f"缺少列“{column.heading}”", f"在第 1 行补上标题“{column.heading}”")
        for heading, place in headings.items():
            if heading not in wanted:
                fix = "改正标题或删去这一列；可用标题：" + "、".join(column.heading for column in columns)
                self.find(f"{get_column_letter(place)}1", f"不认识的列“{heading}”", fix)
        complete = len(self.problems) == before
        places = {column: headings[heading] for heading, column in wanted.items() if heading in headings}
        for cells in self.sheet.iter_rows(min_row=2):
            if all(cell.value is None or str(cell.value).strip() == "" for cell in cells):
                continue
            number = cells[0].row or 0
            before = len(self.problems)
            texts = {column.name: "" for column in columns}
            names = {column.name: f"A{number}" for column in columns}
            for column, place in places.items():
                cell = cells[place - 1]
                names[column.name] = f"{get_column_letter(place)}{number}"
                told = len(self.problems)
                texts[column.name] = self.text(cell)
                if column.required and not texts[column.name] and len(self.problems) == told:
                    self.find(names[column.name], f"“{column.heading}”没有填写", f"填写{column.heading}")
            yield Row(number, complete and len(self.problems) == before, texts, names)
