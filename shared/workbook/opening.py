"""Opens a workbook somebody sent: nothing in it is run, and nothing in it can make us read without end.

What a file claims is checked before it is believed: its size, the size it unpacks to, its parts. Then only a bounded
corner of each sheet is read, as a stream, and copied into a new workbook: merged ranges over a million rows, styles,
links and macros stay behind.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from shared.workbook.cells import CellProblem

MOST_BYTES = 5_000_000
MOST_UNPACKED = 20_000_000
MOST_PARTS = 200
MOST_SHEETS = 40
MOST_ROWS = 3_000
MOST_COLUMNS = 60
MOST_TAGS = 400_000
"""Tags in all parts together: a row of a million empty cells is small in a file and large in memory."""
SPREADSHEET = "xl/workbook.xml"
_ENCODING = re.compile(rb"[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
DOWNLOAD_AGAIN = "请重新下载模板，把数字填进去再上传"
SAVE_AGAIN = "用 Excel 打开并另存为 .xlsx 后再试"


class Opened(NamedTuple):
    """The corner of the workbook that is read, or what kept it from being opened."""

    book: Workbook | None
    problems: tuple[CellProblem, ...]


def open_sent(content: bytes) -> Opened:
    """The cells of a workbook that was sent, as plain cells."""
    why = _refused(content)
    if why is not None:
        return Opened(None, (why,))
    problems: list[CellProblem] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the library cannot show of a cell is told by its content
            return Opened(_copied(content, problems), tuple(problems))
    except Exception:  # noqa: BLE001 - a damaged file fails anywhere inside the library, with any error
        return Opened(None, (CellProblem("", "", "打不开文件，它已损坏或不是 .xlsx 工作簿", SAVE_AGAIN),))


def _refused(content: bytes) -> CellProblem | None:
    """Why a file is not even opened."""
    if len(content) > MOST_BYTES:
        problem = f"文件有 {len(content) // 1_000_000} MB，至多 {MOST_BYTES // 1_000_000} MB"
        return CellProblem("", "", problem, "请用下载的模板填写，不要在里面放图片和附件")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return next(_reasons(parts), None)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, NotImplementedError, zlib.error):
        return CellProblem("", "", "打不开文件，它已损坏、加了密码或不是 .xlsx 工作簿", SAVE_AGAIN)


def _reasons(parts: zipfile.ZipFile) -> Iterator[CellProblem]:
    """What a part claims to unpack to is all that is ever read of it, so the claims are summed before any is read."""
    listed = parts.infolist()
    if len(listed) > MOST_PARTS or sum(part.file_size for part in listed) > MOST_UNPACKED:
        yield CellProblem("", "", "文件解压后过大", DOWNLOAD_AGAIN)
    if SPREADSHEET not in parts.namelist():
        yield CellProblem("", "", "文件不是 .xlsx 工作簿", SAVE_AGAIN)
    tags = 0
    for part in listed:
        text = parts.read(part)
        tags += text.count(b"<")
        if b"<!DOCTYPE" in text or (part.filename.endswith((".xml", ".rels")) and not _is_utf8(text)):
            yield CellProblem("", "", "文件里有工作簿不该有的内容", SAVE_AGAIN)
    if tags > MOST_TAGS:
        yield CellProblem("", "", "文件里的单元格过多", DOWNLOAD_AGAIN)


def _is_utf8(text: bytes) -> bool:
    """In any other encoding a declaration of entities could hide from us."""
    declared = _ENCODING.match(text)
    return b"\0" not in text and (declared is None or declared[1].lower() in {b"utf-8", b"us-ascii"})


def _copied(content: bytes, problems: list[CellProblem]) -> Workbook:
    """Cells alone: values, and that a formula is one."""
    sent = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    book = Workbook()
    book.remove(book.worksheets[0])
    try:
        for source in sent.worksheets[:MOST_SHEETS]:
            _copy(source, book.create_sheet(source.title))
    finally:
        sent.close()
    if len(sent.worksheets) > MOST_SHEETS:
        problems.append(CellProblem("", "", f"工作表超过 {MOST_SHEETS} 张", "删去多余的工作表"))
    return book


def _copy(source: Any, sheet: Worksheet) -> None:  # noqa: ANN401 - the library's streamed sheet
    """Copies the corner that is read. A row that was moved out of it is missing there, and told to be."""
    for row in source.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS):
        for cell in row:
            if cell.value is not None:
                copy = sheet.cell(cell.row, cell.column)
                copy.value = "=" if cell.data_type == "f" else cell.value  # that it is a formula is all we want of it
                copy.data_type = cell.data_type
