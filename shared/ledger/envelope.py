"""What approving payments leaves of each year's budget, told before it is done."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.core.money import in_yuan
from shared.ledger.budgets import Budgets
from shared.ledger.service import Ledger


async def left_by(ledger: Ledger, connection: AsyncConnection, subsidy_ids: Sequence[str]) -> list[str]:
    """A sentence for each budget year these proposals are to be paid from; a year without a budget has none, for
    nothing can be approved from it."""
    payment = ledger.tables.payment
    asked = select(payment.c.budget_year, payment.c.amount_fen).where(payment.c.subsidy_id.in_(subsidy_ids))
    wanted: Counter[int] = Counter()
    for year, fen in await connection.execute(asked.where(payment.c.state == "proposed")):
        wanted[year] += fen
    known = {each.year: each for each in await Budgets(ledger.tables).budgets(connection)}
    return [
        f"{year} 年预算 {_yuan(budget.amount_fen)} 元，批准前余额 {_yuan(budget.left)} 元，"
        f"这次批准 {_yuan(fen)} 元，批准后余额 {_yuan(budget.left - fen)} 元"
        for year, fen in sorted(wanted.items())
        if (budget := known.get(year)) is not None and budget.amount_fen is not None
    ]


def _yuan(fen: int) -> str:
    return f"{in_yuan(fen):,.2f}"
