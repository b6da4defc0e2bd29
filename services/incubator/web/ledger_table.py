"""An entry of the ledger as a line of a table to take away: everything its page shows."""

from sqlalchemy import RowMapping

from services.incubator.web.explanation import matter
from services.incubator.web.naming import Named
from services.incubator.web.wording import OUTCOMES, PAYMENTS, kind_name, level_name
from shared.core.clock import SHANGHAI
from shared.core.exact import plain
from shared.core.money import in_yuan
from shared.ledger.explaining import article_name, because
from shared.webkit.listing import Column, Kind

HEADS = (
    "序号",
    "日期",
    "年度",
    "结果",
    "金额（元）",
    "下限（元）",
    "上限（元）",
    "条文",
    "事项",
    "原因",
    "载体编号",
    "载体",
    "类型",
    "级别",
    "运营单位编号",
    "运营单位",
    "拨付",
    "冲销的补助",
    "补助编号",
    "政策版本",
    "规则",
    "说明书指纹",
    "关联号",
    "登记时间",
)
_KINDS: dict[str, Kind] = {"序号": "number", "日期": "day", "年度": "number", "登记时间": "moment"}
_AMOUNTS = ("amount_fen", "floor_fen", "ceiling_fen")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


COLUMNS = tuple(
    Column(
        f"c{place}", head.removesuffix("（元）"), kind="yuan" if head.endswith("（元）") else _KINDS.get(head, "text")
    )
    for place, head in enumerate(HEADS)
)
"""The same as a workbook has them."""


def values(entry: RowMapping, carrier: Named) -> tuple[object, ...]:
    """The cells of an entry, numbers and days as such."""
    return (
        entry["position"],
        entry["on_date"],
        entry["year"],
        OUTCOMES[entry["outcome"]].name,
        *(None if entry[name] is None else in_yuan(entry[name]) for name in _AMOUNTS),
        *_texts(entry, carrier),
        entry["entered_at"],
    )


def line(entry: RowMapping, carrier: Named) -> tuple[str, ...]:
    """The cells of an entry. Text that an outsider may have chosen never becomes a formula."""
    entered = entry["entered_at"].astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return (
        str(entry["position"]),
        entry["on_date"].isoformat(),
        str(entry["year"] or ""),
        OUTCOMES[entry["outcome"]].name,
        *(_yuan(entry[name]) for name in _AMOUNTS),
        *map(_text, (*_texts(entry, carrier), entered)),
    )


def _texts(entry: RowMapping, carrier: Named) -> tuple[str, ...]:
    return (
        article_name(entry["article"]),
        matter(entry),
        because(entry),
        entry["carrier_id"],
        carrier.name,
        kind_name(carrier.kind),
        level_name(carrier.level),
        entry["organisation_id"],
        entry["organisation_name"] or "",
        PAYMENTS[entry["payment"]].name if entry["payment"] else "",
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
