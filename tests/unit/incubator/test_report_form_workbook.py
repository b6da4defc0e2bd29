"""The workbook of one report: what is downloaded can be sent back as it is; what is wrong is told by cell, all at once;
and no file, however made, does more than be refused."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from services.incubator.domain.filled_form import FilledForm, fill
from services.incubator.domain.report_form import form_of
from services.incubator.domain.typed_text import read_form, same_as
from services.incubator.workbook.report_reading import SentReport, read_report
from services.incubator.workbook.report_template import ReportSubject, write_report
from shared.evaluation import load_scheme
from shared.evaluation.load import published
from shared.workbook import opening
from shared.workbook.cells import CellProblem
from shared.workbook.errors import WorkbookError
from tests.unit.incubator.test_report_form import TYPED

SUBJECT = ReportSubject("2018-makerspace-Z1", "=样例<1>", 2018, 2017, 7, date(2018, 11, 30))
WARNING = "new_teams<=seats_used"
Change = Callable[[Workbook], None]


def filled(scheme: str = "makerspace-100", **typed: str) -> FilledForm:
    given = (TYPED if scheme == "makerspace-100" else {}) | {
        name.replace("__", "."): text for name, text in typed.items()
    }
    last: dict[str, object] = {"seats": 58, "financing": "480000", "registered": {"company": 3}}
    return fill(form_of(load_scheme(scheme)), given, {WARNING: "含虚拟入驻，属实"}, last)


def changed(change: Change, form: FilledForm | None = None) -> bytes:
    book = load_workbook(io.BytesIO(write_report(SUBJECT, form or filled())))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def cell_of(book: Workbook, name: str, column: int = 4) -> Any:
    """The cell of this year's figure."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if row[0].value == name:
                return row[column - 1]
    raise KeyError(name)


def set_(name: str, value: Any, column: int = 4) -> Change:
    return lambda book: setattr(cell_of(book, name, column), "value", value)


def read(content: bytes, form: FilledForm | None = None) -> SentReport:
    return read_report(content, SUBJECT.report_id, form or filled())


def problems(content: bytes) -> list[CellProblem]:
    with pytest.raises(WorkbookError) as refused:
        read(content)
    return list(refused.value.problems)


@pytest.mark.parametrize("scheme", published())
def test_what_is_downloaded_can_be_sent_back_as_it_is(scheme: str) -> None:
    form = filled(scheme) if scheme == "makerspace-100" else fill(form_of(load_scheme(scheme)), {}, {})
    sent = read(write_report(SUBJECT, form), form)
    assert sent.based_on == 7
    assert same_as(form.form, form.typed, sent.typed) == {**dict.fromkeys(form.form.boxes, ""), **form.typed}
    assert {key: why for key, why in sent.explanations.items() if why} == form.explanations


def test_the_figures_are_numbers_with_last_years_beside_them_and_help() -> None:
    book = load_workbook(io.BytesIO(write_report(SUBJECT, filled())))
    cell = cell_of(book, "financing")
    assert (cell.value, cell.number_format) == (2400000, "#,##0.00")
    assert cell_of(book, "financing", 5).value == 480000
    assert cell_of(book, "seats", 6).value == "年末可供创业团队和企业使用的固定工位"
    assert book.sheetnames[:3] == ["说明", "填报对象", "填报"]
    assert [row[1].value for row in book["新注册市场主体"].iter_rows(min_row=2)] == ["企业", "个体工商户"]
    assert "“填报”和各分类表" in str(book["说明"]["A3"].value)


def test_no_cell_of_a_template_is_a_formula_whatever_is_typed_or_called() -> None:
    form = fill(form_of(load_scheme("makerspace-100")), {"seats": "=1+1", "tax": "@SUM(A1)", "mentors": "\x07+9"}, {})
    book = load_workbook(io.BytesIO(write_report(SUBJECT, form)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
    assert cell_of(book, "seats").value == "=1+1"
    assert cell_of(book, "seats").quotePrefix
    assert book["填报对象"]["B3"].value == "=样例<1>"


def test_a_figure_too_long_for_excel_is_written_as_text_and_comes_back_whole() -> None:
    form = filled(tax="123456789012345.67")
    sent = read(write_report(SUBJECT, form), form)
    assert sent.typed["tax"] == "123456789012345.67"


@pytest.mark.parametrize(
    ("value", "typed"),
    [(62, "62"), (62.0, "62"), ("６２ 人", "６２ 人"), (None, ""), ("  ", ""), ("62", "62")],
)
def test_what_is_filled_in_is_the_text_of_its_box(value: Any, typed: str) -> None:
    assert read(changed(set_("mentors", value))).typed["mentors"] == typed


def test_binary_noise_of_a_number_is_left_behind() -> None:
    sent = read(changed(set_("tax", 123456.78000000001)))
    assert read_form(form_of(load_scheme("makerspace-100")), sent.typed).figures["tax"] == "123456.78"


def test_an_explanation_keeps_its_own_punctuation() -> None:
    sent = read(changed(set_(WARNING, "属实：含虚拟入驻，见附件（3）。", 3)))
    assert sent.explanations[WARNING] == "属实：含虚拟入驻，见附件（3）。"


@pytest.mark.parametrize(
    ("change", "sheet", "cell", "problem", "fix"),
    [
        (set_("seats", "很多"), "填报", "D2", "工位总数：“很多”不是数字", "请只写数字"),
        (set_("seats", "=1+1"), "填报", "D2", "单元格是公式", "粘贴为数值"),
        (set_("seats", "#DIV/0!"), "填报", "D2", "Excel 错误值", "改为正确的内容"),
        (set_("seats", -5), "填报", "D2", "不能小于 0", "请填 0 或大于 0 的数字"),
        (set_("seats", date(2018, 1, 1)), "填报", "D2", "不是数字", "请只写数字"),
        (set_("talent.doctor", 1.5), "引进人才", "D5", "应为整数", "请核对"),
        (set_("seats_used", 120), "填报", "D3", "已使用工位 120，工位总数 100", "核对已使用工位与工位总数"),
        (set_("seats", "seat", 1), "填报", "A2", "不认识的字段“seat”", "请勿改动"),
        (set_("seats", "seat", 1), "填报", "A1", "缺少“工位总数”一行（字段 seats）", "补上这一行"),
        (set_("seats_used", "seats", 1), "填报", "A3", "“seats”与第 2 行重复", "保留一行"),
        (set_("填报编号", "2018-makerspace-Z9", 2), "填报对象", "B2", "另一份填报的工作簿：填报编号是“2018-makerspace-Z9”", "重新下载"),
        (set_("指标方案", "incubator-100-sample", 2), "填报对象", "B4", "指标方案是“incubator-100-sample”", "重新下载"),
        (set_("草稿版本", "七", 2), "填报对象", "B5", "不是版本号", "重新下载"),
        (lambda book: book.remove(book["引进人才"]), "引进人才", "A1", "缺少工作表“引进人才”", "补上"),
        (lambda book: book.remove(book["填报对象"]), "填报对象", "A1", "缺少工作表“填报对象”", "补上"),
        (lambda book: book.create_sheet("Sheet9"), "Sheet9", "A1", "不认识的工作表", "改正表名"),
        (lambda book: book["填报"].delete_cols(4), "填报", "A1", "缺少列“本年度”", "补上标题"),
        (set_(WARNING, "nothing", 1), "核对说明", "A2", "不认识的核对编号“nothing”", "请勿改动"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_by_sheet_cell_problem_and_fix(
    change: Change, sheet: str, cell: str, problem: str, fix: str
) -> None:
    found = problems(changed(change))
    told = [each for each in found if each[0] == sheet and each[1] == cell and problem in each[2]]
    assert told, found
    assert fix in told[0][3]


def test_what_stands_far_outside_the_table_is_no_part_of_the_report() -> None:
    def change(book: Workbook) -> None:
        book["填报"].cell(1_048_576, 4, 1)
        book["填报"].cell(2, 16_384, 1)

    assert read(changed(change)).typed["seats"] == "100"


def test_a_warning_needs_its_explanation_in_the_workbook() -> None:
    def change(book: Workbook) -> None:
        set_("new_teams", 96)(book)
        set_(WARNING, None, 3)(book)

    (told,) = problems(changed(change))
    assert told[:2] == ("填报", "D4")
    assert "核对说明" in told[3]
    assert read(changed(set_("new_teams", 96))).typed["new_teams"] == "96"


def test_all_mistakes_are_told_at_once_in_the_order_of_the_sheets() -> None:
    def change(book: Workbook) -> None:
        set_("talent.doctor", "y")(book)
        set_("seats", "x")(book)
        set_("草稿版本", "x", 2)(book)
        set_("tax", "=A1")(book)

    found = problems(changed(change))
    assert [each[0] for each in found] == ["填报对象", "填报", "填报", "引进人才"]


def read_or_refused(content: bytes) -> tuple[CellProblem, ...]:
    try:
        read(content)
    except WorkbookError as error:
        return error.problems
    return ()


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return kept.getvalue()


FIGURES_PART = "xl/worksheets/sheet3.xml"


def hostile() -> Iterator[tuple[str, bytes, str]]:
    good = write_report(SUBJECT, filled())
    parts = parts_of(good)
    sheet = parts[FIGURES_PART]
    yield "empty", b"", "打不开文件"
    yield "text", "载体,名称\n".encode(), "打不开文件"
    yield "no spreadsheet", packed({"readme.txt": b"hello"}), "不是 .xlsx 工作簿"
    yield "cut off", good[: len(good) // 2], "打不开文件"
    yield "large", b"PK" + b"0" * opening.MOST_BYTES, "至多 5 MB"
    yield "zip bomb", packed(parts | {"xl/media/image1.png": b"0" * (opening.MOST_UNPACKED + 1)}), "解压后过大"
    yield "many parts", packed(parts | {f"xl/{place}.xml": b"<a/>" for place in range(300)}), "解压后过大"
    yield (
        "million cells",
        packed(parts | {FIGURES_PART: sheet.replace(b"<row ", b"<row>" + b"<c/>" * 500_000 + b"</row><row ", 1)}),
        "单元格过多",
    )
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"x" * 1000 + b'">]>'
    yield "entities", packed(parts | {FIGURES_PART: entities + sheet.partition(b"?>")[2]}), "不该有的内容"
    yield "utf-16", packed(parts | {FIGURES_PART: sheet.decode().encode("utf-16")}), "不该有的内容"
    other = b'<?xml version="1.0" encoding="cp037"?><worksheet/>'
    yield "another encoding", packed(parts | {FIGURES_PART: other}), "不该有的内容"
    yield "not xml", packed(parts | {FIGURES_PART: b"\x01\x02"}), "打不开文件"
    yield "no sheets", packed(parts | {"xl/workbook.xml": b"<workbook/>"}), ""


@pytest.mark.parametrize(
    ("content", "told"), [pytest.param(content, told, id=name) for name, content, told in hostile()]
)
def test_a_hostile_file_is_refused_with_what_to_do(content: bytes, told: str) -> None:
    found = problems(content)
    assert told in found[0][2]
    assert all(each[3] for each in found)


def test_merged_ranges_over_a_million_rows_cost_nothing() -> None:
    parts = parts_of(write_report(SUBJECT, filled()))
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="H1:XFD1048576"/></mergeCells>'
    sent = read(packed(parts | {FIGURES_PART: parts[FIGURES_PART].replace(b"</sheetData>", merged)}))
    assert sent.typed["seats"] == "100"


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_workbook_is_read_or_refused_and_never_more(seed: int) -> None:
    content = bytearray(write_report(SUBJECT, filled()))
    source = random.Random(seed)
    for _ in range(30):
        content[source.randrange(len(content))] ^= 1 << source.randrange(8)
    told = read_or_refused(bytes(content))
    assert all(problem.problem and problem.fix for problem in told)
