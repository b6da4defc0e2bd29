"""Reads the workbook of one report back into typed texts. Everything wrong with it is told at once, by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.incubator.domain.filled_form import FilledForm
from services.incubator.domain.report_form import ROWS, Box, check_key
from services.incubator.domain.typed_text import read_form
from services.incubator.workbook import report_template as template
from shared.evaluation.checks import broken
from shared.reading.figures import read_text
from shared.workbook.cells import Row
from shared.workbook.columns import Column
from shared.workbook.errors import WorkbookError
from shared.workbook.opening import open_sent
from shared.workbook.sheets import Sheets


@dataclass(frozen=True)
class SentReport:
    """What a workbook says: texts by box, explanations by check, and the version of the draft it was written from."""

    typed: Mapping[str, str]
    explanations: Mapping[str, str]
    based_on: int


def read_report(content: bytes, report_id: str, form: FilledForm) -> SentReport:
    """The texts of a workbook for this report, or one WorkbookError with all its problems and nothing else.

    What is empty was not given: a report may be sent half filled. Texts are as they stand in the cells.
    """
    book, outside = open_sent(content)
    if book is None:
        raise WorkbookError(outside)
    sheets = Sheets(book)
    sheets.problems += outside
    reader = _Reader(sheets, form)
    based_on = reader.subject(report_id)
    lists = template.list_sheets(tuple(form.form.fields.values()))
    simple = [box for field in form.form.fields.values() if field.input != ROWS for box in field.boxes]
    reader.figures(template.FIGURES_SHEET, template.FIGURES, simple)
    for name, field in lists:
        reader.figures(name, template.LIST, field.boxes)
    reader.explanations()
    sheets.check_unread()
    reader.checks()
    if sheets.problems:
        order = {name: place for place, name in enumerate(book.sheetnames)}
        raise WorkbookError(sorted(sheets.problems, key=lambda problem: order.get(problem.sheet, -1)))
    return SentReport(reader.typed, reader.explained, based_on)


class _Reader:
    def __init__(self, sheets: Sheets, form: FilledForm) -> None:
        self.sheets = sheets
        self.form = form
        self.typed: dict[str, str] = {}
        self.explained: dict[str, str] = {}
        self.cells: dict[str, tuple[str, str]] = {}
        """The sheet and cell of each figure."""

    def subject(self, report_id: str) -> int:
        """The version it was written from; a workbook of another report is told, for its figures are not ours."""
        sheet = template.SUBJECT_SHEET
        rows = self.sheets.keyed(sheet, template.SUBJECT, "name", lambda row: row)
        if sheet in self.sheets.missing:
            return 0
        wanted = {template.REPORT: report_id, template.SCHEME: self.form.form.scheme.id}
        for name, value in wanted.items():
            row = rows.get(name)
            if row is None:
                self.sheets.find(sheet, "A1", f"没有“{name}”一行", "请重新下载本填报的模板")
            elif row["value"] != value:
                problem = f"这是另一份填报的工作簿：{name}是“{row['value']}”，本填报的是“{value}”"
                self.sheets.find(sheet, row.cells["value"], problem, "请上传本填报的工作簿，或重新下载模板")
        version = rows.get(template.VERSION)
        if version is None or not (version["value"].isascii() and version["value"].isdigit()):
            cell = "A1" if version is None else version.cells["value"]
            self.sheets.find(sheet, cell, f"“{template.VERSION}”不是版本号", "请重新下载本填报的模板")
            return 0
        return min(int(version["value"][:9]), 2**31 - 1)

    def figures(self, sheet: str, columns: Sequence[Column], boxes: Sequence[Box]) -> None:
        """The texts of a sheet with a row for each box."""
        named = {box.name: box for box in boxes}

        def make(row: Row) -> Row:
            box = named.get(row["box"])
            if box is None and row["box"]:
                fix = "请勿改动“字段”一列；请按下载的模板恢复，或删去这一行"
                self.sheets.find(sheet, row.cells["box"], f"不认识的字段“{row['box']}”", fix)
            elif box is not None:
                self._figure(sheet, row, box)
            return row

        found = self.sheets.keyed(sheet, columns, "box", make)
        if sheet not in self.sheets.missing:
            for name in named.keys() - found.keys():
                problem = f"缺少“{named[name].title}”一行（字段 {name}）"
                self.sheets.find(sheet, "A1", problem, "请按下载的模板补上这一行；没有填报请留空")

    def _figure(self, sheet: str, row: Row, box: Box) -> None:
        cell = row.cells["this"]
        self.cells[box.name] = (sheet, cell)
        typed = self._as_typed(sheet, row, "this")
        read = read_text(box, typed)
        if read.problem:
            _, _, fix = read.problem.rpartition("；")
            self.sheets.find(sheet, cell, f"{box.title}：{read.problem.removesuffix(f'；{fix}')}", fix)
        self.typed[box.name] = typed

    def _as_typed(self, sheet: str, row: Row, column: str) -> str:
        """A cell's text with its own punctuation, which the office's sheets make half-width."""
        value = self.sheets.book[sheet][row.cells[column]].value
        return value.strip() if isinstance(value, str) and row[column] else row[column]

    def explanations(self) -> None:
        known = template.explained(self.form)
        sheet = template.EXPLANATIONS_SHEET

        def make(row: Row) -> Row:
            if row["key"] in known:
                self.explained[row["key"]] = self._as_typed(sheet, row, "why")
            elif row["key"]:
                fix = "请勿改动“核对编号”一列；请按下载的模板恢复，或删去这一行"
                self.sheets.find(sheet, row.cells["key"], f"不认识的核对编号“{row['key']}”", fix)
            return row

        self.sheets.keyed(sheet, template.EXPLANATIONS, "key", make)

    def checks(self) -> None:
        """What the figures say about each other; a warning is told unless the workbook explains it."""
        reading = read_form(self.form.form, self.typed)
        for failed in broken(self.form.form.scheme.checks, reading.figures):
            check = failed.check
            sheet, cell = self.cells.get(check.left.name, (template.FIGURES_SHEET, "A1"))
            if not check.warning:
                fix = f"核对{check.left.label}与{check.right.label}，改正其中一项"
                self.sheets.find(sheet, cell, str(failed), fix)
            elif not self.explained.get(check_key(check), "").strip():
                fix = f"改正；如果属实，在“{template.EXPLANATIONS_SHEET}”写明原因"
                self.sheets.find(sheet, cell, f"需要核对：{failed}", fix)
