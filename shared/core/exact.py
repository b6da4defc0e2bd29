"""Exact decimal numbers: how figures are read, multiplied, rounded and written. No binary float passes here."""

import re
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

CENT = Decimal("0.01")
ZERO = Decimal(0)

EXACT = Context(prec=80, traps=[InvalidOperation, DivisionByZero, Overflow, Inexact])
"""Arithmetic that would rather fail than round: every loss of a digit has to be asked for by name."""

ROUNDING = Context(prec=80, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
DOWN = Context(prec=80, rounding=ROUND_DOWN, traps=[InvalidOperation, DivisionByZero, Overflow])

LARGEST_DIGITS = 15
MOST_DECIMALS = 6

_DECIMAL = re.compile(rf"(-?)[0-9]{{1,{LARGEST_DIGITS}}}(?:\.[0-9]{{1,{MOST_DECIMALS}}})?", re.ASCII)
_NUMBER_FORM = f"十进制数字，整数部分至多 {LARGEST_DIGITS} 位，小数至多 {MOST_DECIMALS} 位"


def parse_decimal(value: object) -> Decimal | None:
    """The exact decimal that `value` (text, whole number or Decimal) writes, or None if it writes none.

    Binary floats, booleans, exponents, thousands separators and non-ASCII digits are not numbers here:
    whoever reads a form or a spreadsheet settles those before, once.
    """
    match value:
        case str():
            return Decimal(value) if _DECIMAL.fullmatch(value) else None
        case bool():
            return None
        case int():
            return Decimal(value) if abs(value) < 10**LARGEST_DIGITS else None
        case Decimal():
            return value if value.is_finite() and _DECIMAL.fullmatch(f"{value:f}") else None
        case _:
            return None


def number_form() -> str:
    """What `parse_decimal` takes, as words for an error message."""
    return _NUMBER_FORM


def plain(value: Decimal) -> str:
    """`value` in full with at least two decimals and no digit lost: 210000 -> 210000.00, 864197.5650 -> 864197.565."""
    text = str(value)
    return text if text[-3:-2] == "." else two_decimals(f"{value:f}")


def two_decimals(text: str) -> str:
    """A number's text with at least two decimals and without further zeros at the end."""
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def shortest(value: Decimal) -> str:
    """`value` in full without idle zeros: 0.70 -> 0.7, 3.00 -> 3."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
