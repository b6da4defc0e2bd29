"""The sheets of a workbook and the one list of everything that is wrong with them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import TypeVar

from openpyxl import Workbook

from shared.workbook.cells import CellProblem, Row, SheetReader, date_of, plain_heading
from shared.workbook.columns import Column

Made = TypeVar("Made")


class Sheets:
    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.problems: list[CellProblem] = []
        self.read: set[str] = set()
        self.missing: set[str] = set()

    def reader(self, name: str) -> SheetReader | None:
        """The sheet, or a problem if there is none."""
        self.read.add(name)
        if name not in self._worksheets:
            self.missing.add(name)
            self.find(name, "A1", f"缺少工作表“{name}”", "补上这张工作表；没有内容也要保留标题行")
            return None
        return SheetReader(self.book[name], self.problems)

    def headings(self, name: str) -> set[str]:
        """The headings of a sheet as they stand, whatever is wrong with them; none if there is no such sheet."""
        if name not in self._worksheets:
            return set()
        cells = self.book[name][1]
        return {plain_heading(str(cell.value)) for cell in cells if cell.value is not None}

    @property
    def _worksheets(self) -> set[str]:
        """The sheets with cells; a chart's sheet has none."""
        return {sheet.title for sheet in self.book.worksheets}

    def find(self, sheet: str, cell: str, problem: str, fix: str) -> None:
        self.problems.append(CellProblem(sheet, cell, problem, fix))

    def rows(self, name: str, columns: Iterable[Column]) -> Iterator[Row]:
        reader = self.reader(name)
        if reader is not None:
            yield from reader.rows(columns)

    def keyed(
        self, name: str, columns: Iterable[Column], key: str, make: Callable[[Row], Made | None]
    ) -> dict[str, Made]:
        """What the rows make, by the text of the column `key`, which may stand only once."""
        made: dict[str, Made] = {}
        first: dict[str, int] = {}
        for row in self.rows(name, columns):
            thing = make(row)
            if not row[key]:
                continue
            if row[key] in first:
                problem = f"“{row[key]}”与第 {first[row[key]]} 行重复"
                self.find(name, row.cells[key], problem, "保留一行，删去另一行")
                continue
            first[row[key]] = row.number
            if thing is not None:
                made[row[key]] = thing
        return made

    def word(self, name: str, row: Row, column: str, names: Mapping[str, str]) -> str | None:
        """The code of a Chinese word the office chose from `names` (code: word); an empty cell is None."""
        text = row[column]
        if not text:
            return None
        for code, word in names.items():
            if text == word:
                return code
        self.find(name, row.cells[column], f"不认识“{text}”", f"改为：{'、'.join(names.values())}")
        return None

    def date(self, name: str, row: Row, column: str, year: int | None = None) -> date | None:
        """A legal date, of `year` if one is named; an empty cell is None."""
        text = row[column]
        found = date_of(text) if text else None
        if text and found is None:
            self.find(name, row.cells[column], f"“{text}”不是日期", "写成 2018-06-01 的形式")
        if found is not None and year is not None and found.year != year:
            self.find(name, row.cells[column], f"{found} 不在 {year} 年", f"核对日期；这张表只登记 {year} 年的事项")
        return found

    def known(self, name: str, row: Row, column: str, things: Mapping[str, Made], sheet: str) -> Made | None:
        """The thing the cell refers to; an empty cell is None."""
        text = row[column]
        if not text or text in things:
            return things.get(text)
        self.find(name, row.cells[column], f"“{sheet}”里没有编号“{text}”", f"改为“{sheet}”里的编号，或先在那里登记")
        return None

    def check_unread(self) -> None:
        """Every sheet was read, or is a note (its name begins with 说明)."""
        for name in self.book.sheetnames:
            if name not in self.read and not name.startswith("说明"):
                self.find(name, "A1", f"不认识的工作表“{name}”", "改正表名；只供参考的工作表名以“说明”开头")
