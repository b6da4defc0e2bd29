"""Amounts of money as people read them. Inside, money is Decimal yuan (DESIGN: integer fen in tables)."""

from decimal import Decimal

from shared.core.exact import EXACT, plain, shortest, two_decimals

WAN = Decimal(10_000)
FEN = Decimal(100)


def yuan_text(amount: Decimal) -> str:
    """630000 -> 630,000.00 元."""
    text = f"{amount:,f}"
    return f"{text if text[-3:-2] == '.' else two_decimals(text)} 元"


def wan_text(amount: Decimal) -> str:
    """300000 -> 30 万元, as policy texts write amounts."""
    return f"{shortest(EXACT.divide(amount, WAN))} 万元"


def percent_text(share: Decimal) -> str:
    """0.70 -> 70%."""
    return f"{shortest(EXACT.multiply(share, Decimal(100)))}%"


def in_fen(yuan: Decimal | None) -> int | None:
    """Whole fen; an amount that is not would be a bug, and fails."""
    return None if yuan is None else int(EXACT.to_integral_exact(EXACT.multiply(yuan, FEN)))


def in_yuan(fen: int) -> Decimal:
    return EXACT.divide(Decimal(fen), FEN)


def fen_text(fen: int) -> str:
    """An amount in whole fen as the bus has it: 30000000 -> 300000.00."""
    return plain(Decimal(fen).scaleb(-2))
