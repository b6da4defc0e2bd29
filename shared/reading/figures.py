"""Text as people type it, read as figures: `1,200,000.00`, `１２０万`, `1 200 000 元`. What is empty was not given,
and is never zero; what cannot be read is told with what to do, and stays as it was typed."""

import re
from decimal import Decimal
from typing import NamedTuple, Protocol

from shared.core.exact import EXACT, LARGEST_DIGITS, parse_decimal, plain, shortest
from shared.core.units import convert_money, is_money, unit_name

COUNT, NUMBER, YES_NO = "count", "number", "yes_no"
"""How a figure is typed: a whole number, a number, or yes or no."""
MEASURED = {"平方米": 2, "亩": 2, "人天": 1, "%": 2}
"""Units that have decimals, and how many; money has two, everything else is counted in whole numbers."""
CENTS = 2


class Blank(Protocol):
    """A place to type a figure: how, in which unit, with how many decimals at most."""

    @property
    def input(self) -> str: ...

    @property
    def unit(self) -> str: ...

    @property
    def decimals(self) -> int: ...


class Plain(NamedTuple):
    """A blank that is nothing else."""

    input: str
    unit: str
    decimals: int


def blank_for(input_: str, unit: str) -> Plain:
    """The blank of a figure with its unit's usual decimals."""
    return Plain(input_, unit, CENTS if is_money(unit) else MEASURED.get(unit, 0) if input_ == NUMBER else 0)


_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
"""Full-width letters, digits and punctuation; nothing else is folded, for ² is not 2."""
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u202f\t\r\n"), " ")
_AS_TYPED = _HALF_WIDTH | _SPACES | {ord("。"): ".", ord("￥"): "¥", ord("−"): "-", ord("—"): "-"}
_TIMES = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_WRITTEN = re.compile(r"(?P<digits>[0-9][0-9, ]*(?:\.[0-9]*)?|\.[0-9]+) *(?P<times>百万|千万|千|万|亿)? *(?P<unit>\D*)")
_GROUPED = re.compile(r"[0-9]{1,3}(?P<mark>[, ])[0-9]{3}(?:(?P=mark)[0-9]{3})*(?:\.[0-9]*)?")
_YES, _NO = {"是", "有", "1", "y", "yes", "true", "on"}, {"否", "无", "没有", "0", "n", "no", "false"}
EXAMPLE = Decimal(1_200_000)
"""Yuan."""
GROUPED = 1_000
"""From here on digits are grouped."""
QUOTED = 40
"""As much of what was typed as a message repeats."""


class Understood(NamedTuple):
    """What was made of a text: the figure in the unit of its box, or what is wrong and what to do; neither if empty."""

    figure: str | None = None
    problem: str = ""


def read_text(box: Blank, typed: str) -> Understood:
    """What one box says."""
    written = typed.translate(_AS_TYPED).strip()
    if not written:
        return Understood()
    if box.input == YES_NO:
        return _answer(written, typed)
    written = written.removeprefix("¥").strip()
    found = _WRITTEN.fullmatch(written)
    if found is None:
        if written.startswith("-") and _WRITTEN.fullmatch(written[1:].strip()):
            return Understood(problem=f"填的是 {_quoted(typed)}，不能小于 0；请填 0 或大于 0 的数字")
        return Understood(problem=f"{_quoted(typed)}不是数字；请只写数字，例如 {_example(box)}")
    digits = found["digits"].strip()
    if re.search(r"[, ]", digits):
        if not _GROUPED.fullmatch(digits):
            return Understood(problem=f"{_quoted(typed)}里分隔的位置不对；请每三位一个逗号，例如 1,200,000，或去掉逗号")
        digits = re.sub(r"[, ]", "", digits)
    return _number(box, Decimal(digits), found["times"] or "", found["unit"].strip(), typed)


def _number(box: Blank, value: Decimal, times: str, unit: str, typed: str) -> Understood:
    known = {"", "元"} if is_money(box.unit) else {"", unit_name(box.unit)}
    if unit not in known:
        named = unit_name(box.unit) or "数量"
        return Understood(problem=f"这一项的单位是{named}，填的是 {_quoted(typed)}；请换算成{named}，只写数字")
    if len(f"{value:f}") > 2 * LARGEST_DIGITS:
        return _too_large(typed)
    value = EXACT.multiply(value, Decimal(_TIMES[times]))
    if is_money(box.unit) and (times or unit):
        value = convert_money(value, "yuan", box.unit)  # 120万 is 120 万元, whatever the unit of the box
    value = Decimal(shortest(value))
    if -int(value.as_tuple().exponent) > box.decimals:
        allowed = f"小数至多 {box.decimals} 位" if box.decimals else "应为整数，不带小数"
        return Understood(problem=f"填的是 {_quoted(typed)}，这一项{allowed}；请核对后重填")
    return _too_large(typed) if parse_decimal(value) is None else Understood(written_figure(box, value))


def _too_large(typed: str) -> Understood:
    return Understood(problem=f"{_quoted(typed)}太大，整数部分至多 {LARGEST_DIGITS} 位；请核对单位和位数")


def _answer(written: str, typed: str) -> Understood:
    if written.lower() in _YES:
        return Understood("1")
    if written.lower() in _NO:
        return Understood("0")
    return Understood(problem=f"{_quoted(typed)}看不懂；请填“是”或“否”")


def _quoted(typed: str) -> str:
    written = " ".join("".join(char if char.isprintable() else " " for char in typed).split())
    return f"“{written if len(written) <= QUOTED else written[:QUOTED] + '……'}”"


def _example(box: Blank) -> str:
    """Of money the same amount each way, in the unit of the box."""
    if not is_money(box.unit):
        return "12.5" if box.decimals else "12"
    whole = int(convert_money(EXAMPLE, "yuan", box.unit))
    plainly = f"{whole}、{whole:,}.00" if whole >= GROUPED else f"{whole}、{whole}.00"
    return f"{plainly} 或 120万"


def written_figure(box: Blank, value: Decimal) -> str:
    """A figure as a report keeps it, the same for the same number however it was typed."""
    return plain(Decimal(f"{value:f}")) if is_money(box.unit) else shortest(value)


def shown(box: Blank, figure: str | None) -> str:
    """A figure as people read it, and as it stands in a box that was filled from it; nothing if there is none."""
    if figure is None:
        return ""
    if box.input == YES_NO:
        return {"1": "是", "0": "否"}.get(figure, figure)
    whole, dot, decimals = figure.partition(".")
    return f"{int(whole):,}{dot}{decimals}"
