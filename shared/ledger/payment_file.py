"""The payment file for finance: approved payments with the account each unit confirmed. Who has confirmed none is left
out of it and listed on a sheet of its own: money never goes to an account nobody vouches for. So is what was held back
after it had been approved."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from sqlalchemy import RowMapping

from shared.core.money import in_yuan
from shared.ledger.showing import Showing
from shared.webkit.takeaway import cell_of

PAYABLE, UNCONFIRMED, KEPT_BACK = "拨付", "待确认账户", "暂不拨付"
ACCOUNT = (("户名", "text"), ("开户银行", "text"), ("开户网点", "text"), ("账号", "text"))
AMOUNT = "金额（元）"
REST = (("预算年度", "number"), ("预算文件", "text"))


def payment_file(
    showing: Showing,
    rows: Sequence[RowMapping],
    accounts: Mapping[str, RowMapping],
    documents: Mapping[int, str],
    kept_back: Mapping[str, str],
) -> bytes:
    """A workbook of two sheets, and a third if anything is kept back. `documents`: by year, the number of the budget's
    document; `kept_back`: by entry, why it is not to be paid."""
    payee = showing.ledger.tables.payee_name
    whom = tuple((column.title, "text") for column in showing.paid_to)
    what = ((AMOUNT, "yuan"), *((column.title, "text") for column in showing.whose[1:]), *REST)
    id_ = (f"{showing.ledger.noun}编号", "text")
    heads = (("序号", "number"), *whom, *ACCOUNT, *what, id_)
    book = Workbook(write_only=True)
    going = [row for row in rows if row["id"] not in kept_back]
    paid = [row for row in going if row[payee] in accounts]
    lines = [
        (place, *_whom(showing, row), *_account(accounts[row[payee]]), *_what(showing, row, documents))
        for place, row in enumerate(paid, 1)
    ]
    total = in_yuan(sum(row["amount_fen"] for row in paid))
    amount = [name for name, _ in heads].index(AMOUNT)
    end = tuple("合计" if place == 1 else total if place == amount else None for place in range(len(heads)))
    _sheet(book, PAYABLE, heads, [*lines, end])
    left_out = [(*_whom(showing, row), *_what(showing, row, documents)) for row in going if row[payee] not in accounts]
    _sheet(book, UNCONFIRMED, (*whom, *what, id_), left_out)
    if kept_back:
        held = [
            (*_whom(showing, row), *_what(showing, row, documents), kept_back[row["id"]])
            for row in rows
            if row["id"] in kept_back
        ]
        _sheet(book, KEPT_BACK, (*whom, *what, id_, ("原因", "text")), held)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _whom(showing: Showing, row: RowMapping) -> tuple[object, ...]:
    return tuple(column.value(row) for column in showing.paid_to)


def _what(showing: Showing, row: RowMapping, documents: Mapping[int, str]) -> tuple[object, ...]:
    said = (column.value(row) for column in showing.whose[1:])
    return in_yuan(row["amount_fen"]), *said, row["budget_year"], documents.get(row["budget_year"]), row["id"]


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
