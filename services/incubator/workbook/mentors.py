"""The workbook of a carrier's mentors: an empty one to fill, and one that was filled, read row by row."""

from collections.abc import Mapping

from shared.workbook.cells import Row
from shared.workbook.columns import Column
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import open_sent
from shared.workbook.register import empty_sheet
from shared.workbook.sheets import Sheets

SHEET = "导师"
COLUMNS = (
    Column("name", "姓名"),
    Column("kind", "类别", help="创业导师或创业辅导员"),
    Column("time", "专职或兼职", help="专职或兼职"),
    Column("field", "领域", help="例如：知识产权、投融资"),
    Column("employer", "所在单位"),
    Column("began_on", "起聘日期", help="写成 2018-06-01"),
)
NOTES = (
    "每人一行，从第 2 行填起；已登记、还在聘的不要再填。",
    "类别只写“创业导师”或“创业辅导员”，时间只写“专职”或“兼职”；起聘日期写成 2018-06-01。",
    "有一处不对，整张表都不登记；改好后重新上传。",
    "请勿改动工作表名和标题行。",
)


def write_template() -> bytes:
    return empty_sheet(SHEET, COLUMNS, NOTES)


class MentorsReader:
    """Reads a workbook that was sent; `sheets` keeps everything wrong with it, and whoever knows more adds to it."""

    def __init__(self, content: bytes, words: Mapping[str, Mapping[str, str]]) -> None:
        """`words`: for a column of words, each code with the word that is written for it."""
        book, outside = open_sent(content)
        if book is None:
            raise WorkbookError(outside)
        self.sheets = Sheets(book)
        self.sheets.problems += outside
        self.words = words

    def rows(self) -> list[tuple[Row, dict[str, str]]]:
        """The rows whose cells can be read, with the text of each column; words as their codes."""
        found = []
        for row in self.sheets.rows(SHEET, COLUMNS):
            codes = {column: self.sheets.word(SHEET, row, column, names) for column, names in self.words.items()}
            if row.sound and all(codes.values()):
                found.append((row, {**row.texts, **{column: code or "" for column, code in codes.items()}}))
        self.sheets.check_unread()
        if not found and not self.sheets.problems:
            self.sheets.find(SHEET, "A2", "没有填写任何人", "从第 2 行起，每人填一行")
        return found

    def find(self, row: Row, column: str, problem: str, fix: str) -> None:
        self.sheets.find(SHEET, row.cells[column], problem, fix)

    def check(self) -> None:
        if self.sheets.problems:
            raise WorkbookError(self.sheets.problems)
