"""The workbook of a carrier's tenants: an empty one to fill, and one that was filled, read whole or not at all."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from shared.reading.identifiers import BadCode, credit_code
from shared.workbook.cells import Row
from shared.workbook.columns import Column
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import open_sent
from shared.workbook.register import empty_sheet
from shared.workbook.sheets import Sheets

SHEET = "在孵企业"
COLUMNS = (
    Column("name", "企业名称", help="与营业执照一致"),
    Column("credit_code", "统一社会信用代码", help="18 位；请设为文本格式，以免变成科学计数"),
    Column("founded_on", "成立日期", help="写成 2018-06-01"),
    Column("entered_on", "入驻日期", help="写成 2018-06-01"),
    Column("graduated_on", "毕业日期", required=False, help="在孵企业留空"),
    Column("field", "领域", help="例如：软件和信息技术服务"),
)
NOTES = (
    "每家企业一行，从第 2 行填起；已登记过的企业不要再填。",
    "日期写成 2018-06-01；毕业日期在孵企业留空。",
    "有一处不对，整张表都不登记；改好后重新上传。",
    "请勿改动工作表名和标题行。",
)
LONGEST = {"name": 200, "field": 100}


class SentTenant(NamedTuple):
    """A row that can be entered, and where it stands."""

    name: str
    credit_code: str
    founded_on: date
    entered_on: date
    graduated_on: date | None
    field: str
    row: Row


def write_template() -> bytes:
    return empty_sheet(SHEET, COLUMNS, NOTES)


class TenantsReader:
    """Reads a workbook that was sent; `sheets` keeps everything wrong with it, and whoever knows more adds to it."""

    def __init__(self, content: bytes, today: date) -> None:
        book, outside = open_sent(content)
        if book is None:
            raise WorkbookError(outside)
        self.sheets = Sheets(book)
        self.sheets.problems += outside
        self.today = today
        self.seen: dict[str, int] = {}

    def rows(self) -> Sequence[SentTenant]:
        """The rows that can be read; what is wrong with others is found."""
        found = [each for row in self.sheets.rows(SHEET, COLUMNS) if (each := self._tenant(row)) is not None]
        self.sheets.check_unread()
        if not found and not self.sheets.problems:
            self.sheets.find(SHEET, "A2", "没有填写任何企业", "从第 2 行起，每家企业填一行")
        return found

    def check(self) -> None:
        if self.sheets.problems:
            raise WorkbookError(self.sheets.problems)

    def find(self, row: Row, column: str, problem: str, fix: str) -> None:
        self.sheets.find(SHEET, row.cells[column], problem, fix)

    def _tenant(self, row: Row) -> SentTenant | None:
        before = len(self.sheets.problems)
        for name, most in LONGEST.items():
            if len(row[name]) > most:
                self.find(row, name, f"太长，有 {len(row[name])} 字", f"缩短到 {most} 字以内")
        code = self._code(row)
        founded, entered, graduated = (self._day(row, name) for name in ("founded_on", "entered_on", "graduated_on"))
        if founded and entered and entered < founded:
            self.find(row, "entered_on", f"入驻日期早于成立日期 {founded}", "核对两个日期")
        if entered and graduated and graduated < entered:
            self.find(row, "graduated_on", f"毕业日期早于入驻日期 {entered}", "核对两个日期")
        if not row.sound or len(self.sheets.problems) > before or code is None or founded is None or entered is None:
            return None
        return SentTenant(row["name"], code, founded, entered, graduated, row["field"], row)

    def _code(self, row: Row) -> str | None:
        if not row["credit_code"]:
            return None
        try:
            code = credit_code(row["credit_code"])
        except BadCode as wrong:
            self.find(row, "credit_code", wrong.message, "照营业执照填写 18 位代码")
            return None
        if code in self.seen:
            self.find(row, "credit_code", f"与第 {self.seen[code]} 行是同一家企业", "保留一行，删去另一行")
        self.seen.setdefault(code, row.number)
        return code

    def _day(self, row: Row, column: str) -> date | None:
        found = self.sheets.date(SHEET, row, column)
        if found is not None and found > self.today:
            self.find(row, column, f"{found} 还没有到", "改为已经发生的日期")
        return found
