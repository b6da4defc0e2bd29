"""An entry of the ledger as a line of a table to take away: everything its page shows."""

from sqlalchemy import RowMapping

from shared.core.clock import SHANGHAI
from shared.core.exact import plain
from shared.core.money import in_yuan
from shared.ledger.explaining import article_name, because
from shared.ledger.showing import Showing, Subject
from shared.ledger.words import PAYMENTS, words_for
from shared.webkit.listing import Column, Kind

_KINDS: dict[str, Kind] = {"序号": "number", "日期": "day", "年度": "number", "登记时间": "moment"}
_AMOUNTS = ("amount_fen", "floor_fen", "ceiling_fen")
_IN_YUAN = "（元）"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


def heads(showing: Showing) -> tuple[str, ...]:
    noun = showing.ledger.noun
    return (
        "序号", "日期", "年度", "结果", "金额（元）", "下限（元）", "上限（元）", "条文", "事项", "原因",
        f"{showing.subject.title}编号", *showing.about, f"{showing.payee_head}编号", showing.payee_head, "拨付",
        f"冲销的{noun}", f"{noun}编号", "政策版本", "规则", "说明书指纹", "关联号", "登记时间",
    )  # fmt: skip


def columns(showing: Showing) -> tuple[Column, ...]:
    """The same as a workbook has them."""
    return tuple(
        Column(
            f"c{place}", head.removesuffix(_IN_YUAN), kind="yuan" if head.endswith(_IN_YUAN) else _kind(head)
        )
        for place, head in enumerate(heads(showing))
    )  # fmt: skip


def _kind(head: str) -> Kind:
    return _KINDS.get(head, "text")


def values(showing: Showing, entry: RowMapping, subject: Subject) -> tuple[object, ...]:
    """The cells of an entry, numbers and days as such."""
    return (
        entry["position"],
        entry["on_date"],
        entry["year"],
        _outcome(showing, entry),
        *(None if entry[name] is None else in_yuan(entry[name]) for name in _AMOUNTS),
        *_texts(showing, entry, subject),
        entry["entered_at"],
    )


def line(showing: Showing, entry: RowMapping, subject: Subject) -> tuple[str, ...]:
    """The cells of an entry. Text that an outsider may have chosen never becomes a formula."""
    entered = entry["entered_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return (
        str(entry["position"]),
        entry["on_date"].isoformat(),
        str(entry["year"] or ""),
        _outcome(showing, entry),
        *(_yuan(entry[name]) for name in _AMOUNTS),
        *map(_text, (*_texts(showing, entry, subject), entered)),
    )


def _outcome(showing: Showing, entry: RowMapping) -> str:
    return words_for(showing.ledger.noun).outcomes[entry["outcome"]]["name"]


def _texts(showing: Showing, entry: RowMapping, subject: Subject) -> tuple[str, ...]:
    tables = showing.ledger.tables
    return (
        article_name(entry["article"]),
        showing.matter(entry),
        because(entry),
        entry[tables.subject_name],
        *subject.cells,
        entry[tables.payee_name],
        entry[showing.payee.name] or "",
        PAYMENTS[entry["payment"]]["name"] if entry["payment"] else "",
        entry["reverses"] or "",
        entry["id"],
        entry["policy_version"],
        entry["rule"] or "",
        entry["explanation_hash"] or "",
        entry["story"],
    )


def _yuan(fen: int | None) -> str:
    return "" if fen is None else plain(in_yuan(fen))


def _text(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
