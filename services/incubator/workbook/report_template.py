"""The workbook of one carrier's report: which sheets and columns it has, and writing one with the draft in it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from services.incubator.domain.filled_form import FilledForm
from services.incubator.domain.report_form import ROWS, Box, Field, check_key, jump_key
from shared.core.units import unit_name
from shared.reading.figures import NUMBER, YES_NO
from shared.workbook.columns import Column
from shared.workbook.writing import add_sheet

NOTES_SHEET = "说明"
SUBJECT_SHEET = "填报对象"
FIGURES_SHEET = "填报"
EXPLANATIONS_SHEET = "核对说明"
SHEET_NAME = 31
"""Excel's limit; what it forbids in a name is replaced."""
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))

ITEM, CONTENT = Column("name", "项目"), Column("value", "内容", required=False)
SUBJECT = (ITEM, CONTENT)
REPORT, CARRIER, SCHEME, VERSION = "填报编号", "载体名称", "指标方案", "草稿版本"

BOX = Column("box", "字段", help="请勿改动：上传时据此认出每一项")
LABEL = Column("label", "填报项")
UNIT = Column("unit", "单位", required=False)
THIS = Column("this", "本年度", required=False, help="只填数字；没有填报请留空，确实没有请填 0")
LAST = Column("last", "上年度", required=False, help="上年度填报的数字，仅供对照")
HELP = Column("help", "填报说明", required=False)
EVIDENCE = Column("evidence", "证明材料", required=False)
FIGURES = (BOX, LABEL, UNIT, THIS, LAST, HELP, EVIDENCE)
ROW = Column("label", "类别")
LIST = (BOX, ROW, UNIT, THIS, LAST)

KEY = Column("key", "核对编号", help="请勿改动")
SAYS = Column("says", "需要核对的内容")
WHY = Column("why", "说明", required=False, help="属实时在此写明原因")
EXPLANATIONS = (KEY, SAYS, WHY)

EXACT_DIGITS = 15
"""Digits a number of Excel keeps; what has more is written as text."""


@dataclass(frozen=True)
class ReportSubject:
    """Whose report a workbook is, and which version of the draft it was written from."""

    report_id: str
    carrier: str
    year: int
    period: int
    version: int
    taken_until: date


class ListSheet(NamedTuple):
    """A figure that counts several kinds has a sheet of its own, with a row for each."""

    name: str
    field: Field


def list_sheets(fields: Sequence[Field]) -> list[ListSheet]:
    """The list sheets, each under its figure's label; a label that is taken gets the figure's name behind it."""
    taken = {NOTES_SHEET, SUBJECT_SHEET, FIGURES_SHEET, EXPLANATIONS_SHEET}
    found = []
    for field in fields:
        if field.input != ROWS:
            continue
        name = field.figure.label.translate(FORBIDDEN)[:SHEET_NAME].strip()
        if not name or name in taken or name.startswith(NOTES_SHEET):
            name = f"表 {field.name}"[:SHEET_NAME]
        taken.add(name)
        found.append(ListSheet(name, field))
    return found


def explained(form: FilledForm) -> dict[str, str]:
    """What may be explained, by its key: the warnings, and what jumps against last year."""
    warnings = {check_key(check): check.says for check in form.form.scheme.checks if check.warning}
    boxes = form.form.boxes.items()
    jumps = {jump_key(name): f"{box.title}：与上年度相比变化较大" for name, box in boxes if name in form.last}
    return warnings | jumps


def write_report(subject: ReportSubject, form: FilledForm) -> bytes:
    """The workbook of one report: empty where nothing was typed, with last year's figures beside."""
    book = Workbook()
    notes = book.worksheets[0]
    notes.title = NOTES_SHEET
    for line in _notes(subject, form):
        _text(notes.cell(notes.max_row + (notes["A1"].value is not None), 1), line)
    notes.column_dimensions["A"].width = 100
    about = {
        REPORT: subject.report_id,
        CARRIER: subject.carrier,
        SCHEME: form.form.scheme.id,
        VERSION: str(subject.version),
    }
    _sheet(book, SUBJECT_SHEET, SUBJECT, list(about.items()))
    simple = [box for field in form.form.fields.values() if field.input != ROWS for box in field.boxes]
    _fill(_sheet(book, FIGURES_SHEET, FIGURES, [_described(box) for box in simple]), FIGURES, simple, form)
    for name, field in list_sheets(tuple(form.form.fields.values())):
        rows = [(box.name, box.label, unit_name(box.unit)) for box in field.boxes]
        _fill(_sheet(book, name, LIST, rows), LIST, field.boxes, form)
    reasons = [(key, says, form.explanations.get(key, "")) for key, says in explained(form).items()]
    _sheet(book, EXPLANATIONS_SHEET, EXPLANATIONS, reasons)
    book.active = book.sheetnames.index(FIGURES_SHEET)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _notes(subject: ReportSubject, form: FilledForm) -> list[str]:
    lines = [
        f"{subject.year} 年度填报（数据期 {subject.period} 年）：{subject.carrier}",
        f"请在 {subject.taken_until} 之前填好并上传；上传只更新草稿，提交仍在网页上办理。",
        f"在“{FIGURES_SHEET}”和各分类表的“{THIS.heading}”一列填数字，不要用公式；没有的请填 0，留空表示没有填报。",
        "金额以表中的单位填写，也可以写 120万；上年度的数字仅供对照，改动不起作用。",
        f"需要核对的情况属实时，在“{EXPLANATIONS_SHEET}”写明原因。",
        "请勿改动工作表名、标题行和“字段”“核对编号”两列。",
    ]
    experts = [f"另需提交：{each.label}——{each.evidence or each.help}" for each in form.form.documents]
    return [*lines, *experts]


def _described(box: Box) -> tuple[str, ...]:
    return (box.name, box.label, unit_name(box.unit), "", "", box.figure.help, box.figure.evidence)


def _sheet(book: Workbook, name: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Worksheet:
    """A sheet of texts; a text that looks like a formula stays a text."""
    sheet = add_sheet(book, name, columns, [])
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            _text(sheet.cell(number, place), value)
    widths = {"box": 26, "label": 30, "this": 18, "last": 18, "help": 42, "evidence": 30, "says": 44, "why": 60}
    for place, column in enumerate(columns, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = widths.get(column.name, 24 if columns is SUBJECT else 10)
    return sheet


def _fill(sheet: Worksheet, columns: Sequence[Column], boxes: Sequence[Box], form: FilledForm) -> None:
    this, last = columns.index(THIS) + 1, columns.index(LAST) + 1
    for number, box in enumerate(boxes, 2):
        understood = form.reading.understood[box.name].figure
        cell = sheet.cell(number, this)
        if understood is None:
            _text(cell, form.typed.get(box.name, ""))
        else:
            _figure(cell, box, understood)
        if box.name in form.last:
            _figure(sheet.cell(number, last), box, form.last[box.name])
        if box.input == YES_NO:
            choice = DataValidation(type="list", formula1='"是,否"', allow_blank=True)
            sheet.add_data_validation(choice)
            choice.add(cell)


def _figure(cell: Cell | MergedCell, box: Box, figure: str) -> None:
    """A figure as a number, if Excel can hold it exactly."""
    if box.input == YES_NO:
        _text(cell, {"1": "是", "0": "否"}.get(figure, figure))
    elif len(figure.replace(".", "")) > EXACT_DIGITS:
        _text(cell, figure)
    else:
        cell.value = Decimal(figure)
        cell.number_format = "#,##0.00" if box.input == NUMBER else "#,##0"


def _text(cell: Cell | MergedCell, value: str) -> None:
    """Text and never a formula, whatever it begins with; characters no sheet can hold are left out."""
    printable = "".join(char for char in value if char.isprintable() or char == "\n")
    if printable:
        cell.value = printable
        cell.data_type = "s"
        cell.quotePrefix = printable[0] in "=+-@"
