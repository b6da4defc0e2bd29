"""Units of money: 火炬统计 speaks 千元, the policy 万元, people 元. Converted once, on reading."""

from decimal import Decimal

from shared.core.exact import EXACT

YUAN_PER_UNIT = {
    "yuan": Decimal(1),
    "thousand_yuan": Decimal(1_000),
    "ten_thousand_yuan": Decimal(10_000),
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
}

UNIT_NAMES = {"yuan": "元", "thousand_yuan": "千元", "ten_thousand_yuan": "万元"}


def is_money(unit: str) -> bool:
    return unit in YUAN_PER_UNIT


def unit_name(unit: str) -> str:
    """What a person reads: yuan -> 元; other units are written as they are."""
    return UNIT_NAMES.get(unit, unit)


def convert_money(value: Decimal, unit: str, into: str) -> Decimal:
    """`value` given in `unit`, exactly, in `into`; both are keys of YUAN_PER_UNIT."""
    return EXACT.divide(EXACT.multiply(value, YUAN_PER_UNIT[unit]), YUAN_PER_UNIT[into])
