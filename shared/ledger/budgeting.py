"""Set what may be approved in a year: never less than what is approved already."""

from pydantic import BaseModel, Field

from shared.core.errors import DomainError
from shared.core.exact import EXACT, parse_decimal
from shared.core.money import FEN, in_yuan, yuan_text
from shared.db.entering import enter
from shared.ledger.service import Ledger
from shared.messaging.unit import Unit


class SetBudget(BaseModel):
    """设定一个年度可以批准的补助总额（元）。"""

    year: int = Field(ge=2000, le=2100)
    amount: str
    document_no: str = Field(min_length=1)


async def set_budget(ledger: Ledger, unit: Unit, order: SetBudget) -> None:
    amount = parse_decimal(order.amount)
    fen = None if amount is None or amount.is_signed() else EXACT.multiply(amount, FEN)
    if fen is None or fen != fen.to_integral_value():
        raise DomainError("bad-amount", f"“{order.amount}”不是以元计、最多两位小数的金额")
    await ledger.shortfalls.hold_budgets(unit.connection, [order.year])  # nobody approves out of it meanwhile
    taken = await ledger.rows.approved(unit.connection, order.year)
    if fen < taken:
        told = yuan_text(in_yuan(taken))
        raise DomainError("budget-too-small", f"{order.year} 年已经批准 {told}，预算不能低于这个数", status=409)
    row = {"year": order.year, "amount_fen": int(fen), "document_no": order.document_no}
    await enter(unit.connection, ledger.tables.budget, [row])
    why = f"{order.document_no}：{order.amount} 元"
    await ledger.changes.note(unit, "budget", [(str(order.year), None, "set")], why)
