"""The payment file for finance: approved payments with the account each unit confirmed. Who has confirmed none is left
out of it and listed on a sheet of its own: money never goes to an account nobody vouches for."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from sqlalchemy import RowMapping

from services.incubator.web.explanation import article_name, matter
from shared.core.money import in_yuan
from shared.webkit.takeaway import cell_of

PAYABLE, UNCONFIRMED = "拨付", "待确认账户"
BASE = (
    ("单位", "text"), ("统一社会信用代码", "text"), ("金额（元）", "yuan"), ("载体", "text"), ("条文", "text"),
    ("事项", "text"), ("预算年度", "number"), ("预算文件", "text"), ("补助编号", "text"),
)  # fmt: skip
HEADS = (
    ("序号", "number"), *BASE[:2], ("户名", "text"), ("开户银行", "text"), ("开户网点", "text"), ("账号", "text"),
    *BASE[2:],
)  # fmt: skip


def payment_file(rows: Sequence[RowMapping], accounts: Mapping[str, RowMapping], documents: Mapping[int, str]) -> bytes:
    """A workbook of two sheets. `documents`: by year, the number of the budget's document."""
    book = Workbook(write_only=True)
    paid = [row for row in rows if row["organisation_id"] in accounts]
    lines = [
        (number, *_base(row, documents)[:2], *_account(accounts[row["organisation_id"]]), *_base(row, documents)[2:])
        for number, row in enumerate(paid, 1)
    ]
    total = in_yuan(sum(row["amount_fen"] for row in paid))
    amount = [name for name, _ in HEADS].index("金额（元）")
    end = tuple("合计" if place == 1 else total if place == amount else None for place in range(len(HEADS)))
    _sheet(book, PAYABLE, HEADS, [*lines, end])
    left_out = [_base(row, documents) for row in rows if row["organisation_id"] not in accounts]
    _sheet(book, UNCONFIRMED, BASE, left_out)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _base(row: RowMapping, documents: Mapping[int, str]) -> tuple[object, ...]:
    return (
        row["organisation"] or row["organisation_id"],
        row["credit_code"],
        in_yuan(row["amount_fen"]),
        row["carrier"] or row["carrier_id"],
        article_name(row["article"]),
        matter(row),
        row["budget_year"],
        documents.get(row["budget_year"]),
        row["id"],
    )


def _account(account: RowMapping) -> tuple[str, ...]:
    return account["holder"], account["bank"], account["branch"], account["number"]


def _sheet(book: Workbook, title: str, heads: Sequence[tuple[str, str]], lines: Sequence[Sequence[object]]) -> None:
    sheet: Any = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    for place, (_, kind) in enumerate(heads, 1):
        sheet.column_dimensions[get_column_letter(place)].width = 10 if kind == "number" else 24
    first = []
    for name, _ in heads:
        cell = WriteOnlyCell(sheet, name)
        cell.font = Font(bold=True)
        first.append(cell)
    sheet.append(first)
    for line in lines:
        sheet.append([cell_of(sheet, kind, value) for (_, kind), value in zip(heads, line, strict=True)])
